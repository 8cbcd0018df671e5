"""How lines of text are broken and sized on cards and posters."""

from campaigns.sharing import typesetting

LONG = "We call on everybody who is anybody " * 4


def test_lines_are_no_wider_than_they_may_be():
    lines = typesetting.lines_of(LONG + "x" * 50, width=20, measure=len)

    assert max(map(len, lines)) <= 20
    assert " ".join(lines).replace(" ", "") == (LONG + "x" * 50).replace(" ", "")


def test_no_last_word_of_a_title_stands_alone():
    lines = typesetting.balanced("KEEP THE TALVA FREE", width=15, measure=len)

    assert lines == ["KEEP THE", "TALVA FREE"]
    assert typesetting.balanced("SCHIFFFAHRT AB", width=12, measure=len) == ["SCHIFFFAHRT", "AB"]


def test_no_word_is_broken_that_has_room_in_a_smaller_size():
    def size(text: str) -> int | None:
        return typesetting.largest(
            text,
            sizes=range(9, 3, -1),
            lines_at=lambda size: typesetting.lines_of(text, width=60 / size, measure=len),
            has_room=lambda size, lines: len(lines) <= 4,
        )

    assert size("STATT GEWERBE") == 8
    assert size("S" * 20) == 9
    assert size("S" * 50) == 4
    assert size("S" * 90) is None


def test_a_title_without_any_space_is_set_with_few_measurements():
    title, measured = "W" * 160, []

    def measure(text: str) -> float:
        measured.append(text)
        return len(text)

    lines = typesetting.lines_of(title, width=9, measure=measure)
    broken = len(measured)
    size = typesetting.largest(
        title,
        sizes=range(96, 29, -3),
        lines_at=lambda size: typesetting.lines_of(title, width=600 / size, measure=measure),
        has_room=lambda size, lines: len(lines) * size < 500,
    )
    typesetting.balanced(title, width=9, measure=measure)

    assert (lines[0], "".join(lines)) == ("W" * 9, title)
    assert broken <= len(lines) * (2 + 8)  # bisecting 160 takes eight steps
    assert size == 39
    assert len(measured) < 6_000  # trying each length took 56,000


def test_no_line_ends_at_a_no_break_space_unless_it_is_wider_than_a_line():
    def lines(text: str, width: int) -> list[str]:
        return typesetting.lines_of(text, width=width, measure=len)

    assert lines("Qui a 25\u202f000 euros\xa0?", 8) == ["Qui a", "25\xa0000", "euros\xa0?"]
    assert lines("La rivière\xa0libre", 10) == ["La rivière", "libre"]
    # A narrower line of equal height would leave the mark of the question alone.
    assert typesetting.balanced("Qui paie\xa0? Nous", width=11, measure=len) == [
        "Qui paie\xa0?",
        "Nous",
    ]
    assert (
        typesetting.largest(
            "Qui paie\xa0?",
            sizes=[6],
            lines_at=lambda size: lines("Qui paie\xa0?", size),
            has_room=lambda size, lines: True,
        )
        == 6
    )


def test_a_letter_that_is_wider_than_the_line_stands_alone():
    assert typesetting.lines_of("abc", width=0.5, measure=len) == ["a", "b", "c"]

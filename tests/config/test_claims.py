"""docs/claims.md is correct: each sentence is where it says, and the tests exist.

Each sentence of guides, screens and emails is in it, or else in instructions.txt or
instructions_of_screens.txt, which list the sentences that promise nothing.
"""

import re

from script import claims

WHAT_TO_DO = """
{path} has sentences that nobody has looked at:

{sentences}

Does a sentence say what the site does? Then add a row to docs/claims.md: the sentence, the file,
and the test that shows that it is so. If there is no such test, write it.
Does it only tell readers what to do, or explain a word? Then add its first words to
tests/config/instructions.txt, below the name of the guide.
If the sentence was only put in other words, change its row or its line."""

WHAT_TO_DO_ON_SCREENS = """
These sentences of screens or mails are neither in docs/claims.md, with the test that shows that
they are true, nor, with their first words, in tests/config/instructions_of_screens.txt, which is
for what promises nothing:

{sentences}"""


def joined(text: str) -> str:
    """A text with single spaces, in which adjacent Python strings are joined."""
    return claims.words(re.sub(r'"\s*\n\s*"', "", text))


def test_each_sentence_stands_where_the_list_says():
    texts = {claim.path: "" for claim in claims.claims()}
    texts = {path: joined((claims.ROOT / path).read_text()) for path in texts}

    gone = [
        f"{claim.path}: {quote}"
        for claim in claims.claims()
        for quote in claim.quotes
        if quote not in texts[claim.path]
    ]

    assert gone == []
    assert len(texts) > 30


def test_each_claim_names_tests_that_are_there():
    files = {file for claim in claims.claims() for file, _ in claim.tests}
    found = {
        (file, name)
        for file in files
        if (claims.ROOT / file).exists()
        for name in re.findall(r"\bdef (test_\w+)\(", (claims.ROOT / file).read_text())
    }

    wrong = [
        claim.quotes[0] for claim in claims.claims() if not {*claim.tests} or {*claim.tests} - found
    ]

    assert wrong == []


def test_each_sentence_of_the_guides_is_a_claim_or_an_instruction():
    for path in claims.GUIDES:
        missing = claims.unlisted(path)

        text = WHAT_TO_DO.format(path=path, sentences="\n".join(f"    {each}" for each in missing))
        assert not missing, text


def test_no_instruction_is_listed_that_no_guide_gives():
    given = {path: [*claims.sentences((claims.ROOT / path).read_text())] for path in claims.GUIDES}

    gone = [
        f"{path}: {start}"
        for path, start in claims.instructions()
        if not any(sentence.startswith(start) for sentence in given[path])
    ]

    assert gone == []


def test_a_new_sentence_is_noticed_wherever_it_stands():
    path = "docs/editors.md"
    text = (claims.ROOT / path).read_text()
    known = "Feel free to try\nthings out."
    assert text.count(known) == 1

    for new in (
        "It flies (really). Nobody\nhas looked.",
        "\n\n- It flies.",
        "\n\n| a | b |\n| --- | --- |\n| it | flies |",
    ):
        found = claims.unlisted(path, text.replace(known, f"{known} {new}"))

        assert "flies" in found[0]


def test_each_sentence_of_screens_and_mails_is_a_claim_or_an_instruction():
    missing = claims.unlisted_of_screens()

    text = WHAT_TO_DO_ON_SCREENS.format(sentences="\n".join(f"    {each}" for each in missing))
    assert not missing, text


def test_no_instruction_is_listed_that_no_screen_gives():
    said = [claims.spoken(sentence) for sentence in claims.sentences_of_screens()]

    gone = [
        start
        for start in claims.instructions_of_screens()
        if not any(sentence.startswith(claims.spoken(start)) for sentence in said)
    ]

    assert gone == []


def test_a_new_sentence_of_a_screen_is_noticed():
    new = ["It flies over %(number)s rivers.", "Nobody has looked at this one, “%s”."]
    listed = "You have %(left)s backup code left."

    assert claims.unlisted_of_screens([new[0], listed, new[1]]) == new
    assert len([*claims.sentences_of_screens()]) > 800

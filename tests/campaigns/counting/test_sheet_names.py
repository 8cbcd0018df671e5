"""The names of signature sheets, as people type them."""

import pytest

from campaigns.counting import sheet_names


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1–3", "1–3"),
        ("3-1a, 7;9", "7, 9, 3-1a"),
        ("Bamako 1 - 3, 30", "bamako 1–3, bamako 30"),
        ("3, 1, 2", "1–3"),
        ("the blue one", "the blue one"),
        (" , ", ""),
    ],
)
def test_ranges_and_names_are_read_and_written(typed, written):
    assert sheet_names.write(sheet_names.read(typed)) == written


@pytest.mark.parametrize("typed", ["21–1", "1–99999999", "1–9000, 20000–29000"])
def test_what_is_no_range_is_refused(typed):
    with pytest.raises(sheet_names.Unreadable):
        sheet_names.read(typed)

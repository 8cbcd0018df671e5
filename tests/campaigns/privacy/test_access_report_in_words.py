"""The access report for people: without names of columns, and with words instead of codes."""

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from campaigns.models import OutgoingMail
from campaigns.privacy import access_report, access_report_in_words
from tests.factories import day, make_ended, make_petition, make_signature

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.org"


def words() -> str:
    return str(access_report_in_words.tree(access_report.export(EMAIL)))


def test_what_is_stored_as_a_code_is_shown_in_words():
    signature = make_signature(
        make_petition(), email=EMAIL, moderation="quarantined", moderation_reason="listed"
    )
    OutgoingMail.objects.create(signature=signature, kind="confirm", due_at=timezone.now())

    report = words()

    for line in (
        "Language: English",
        "Channel: form",
        "Moderation: quarantined",
        "Reason for moderation: on the block list",
        "Kind of email: please confirm",
        "What became of it: due",
    ):
        assert line in report


def test_it_says_until_when_a_signature_is_stored_as_the_signers_own_page_does():
    mailing_days = {"mailing_days": 30, "offers_updates": True}
    for petition in (make_ended(days=30, **mailing_days), make_petition(retention_days=60)):
        make_signature(petition, email=EMAIL, updates=petition.mailing_days > 0)

    ended, still_open = (
        [str(text) for text in tree[tree.index("Stored until") + 1]] for tree in signatures()
    )

    assert ended == [
        date_format(day(60)),
        f"Name, email address, country and language, to write to you: {date_format(day(90))}, "
        "unless you unsubscribe",
    ]
    assert still_open == ["60 days after the petition has ended"]


def test_each_of_several_entries_is_headed_by_its_first_line():
    signature = make_signature(make_petition(), email=EMAIL)
    OutgoingMail.objects.create(signature=signature, kind="confirm", due_at=timezone.now())

    [tree] = signatures()

    heading, rest = tree[tree.index("Emails") + 1]
    assert heading == "Kind of email: please confirm"
    assert [line.partition(":")[0] for line in rest] == [
        "Due date",
        "What became of it",
        "Date of sending or failure",
    ]


def signatures() -> list[list]:
    """Return the nested list of each signature, without the title of its petition."""
    tree = access_report_in_words.tree(access_report.export(EMAIL))
    return tree[tree.index("Signatures") + 1][1::2]


def test_no_label_is_the_name_of_a_column():
    make_signature(make_petition(), email=EMAIL)

    report = words()

    assert "Key of the links in emails: " in report
    for name in ("digest", "link key", "Typed", "Shows signers", "Count from"):
        assert name not in report


def test_every_key_of_the_report_has_a_label():
    make_signature(make_petition(), email=EMAIL)
    report = access_report.export(EMAIL)
    keys = {*report, *report["signatures"][0], *report["signatures"][0]["petition"]}

    known = {*access_report_in_words.LABELS, *access_report_in_words.COLUMN_LABELS}

    assert keys <= known

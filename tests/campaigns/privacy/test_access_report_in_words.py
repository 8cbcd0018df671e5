"""The access report for people: without names of columns, and with words instead of codes."""

import pytest
from django.utils import timezone

from campaigns.models import OutgoingMail
from campaigns.privacy import access_report, access_report_in_words
from tests.factories import make_petition, make_signature

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

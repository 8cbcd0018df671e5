"""Facts that the design relies on are constraints of the database, not only checks of forms."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaigns.models import Petition, Signature, Version
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

CONSTRAINTS = {
    "campaigns_petition": {
        "data_is_retained_for_1_to_365_days": "c",
        "goal_is_positive": "c",
        "mailings_end_within_1095_further_days": "c",
        "one_petition_an_address": "u",
        "petition_opens_before_it_closes": "c",
        "mailed_signatures_are_confirmed": "c",
        "answers_follow_mails_of_signers": "c",
    },
    "campaigns_actionrequest": {"decided_request_has_its_moment": "c"},
    "campaigns_changereason": {"one_reason_a_text": "u"},
    "campaigns_tally": {
        "hold_has_a_reason": "c",
        "burst_limit_is_sensible": "c",
        "sustained_limit_is_sensible": "c",
        "mails_to_targets_are_sensible": "c",
    },
    "campaigns_signature": {
        "one_signature_a_household_slot": "u",
        "signature_is_sound": "c",
    },
    "campaigns_import": {
        "ended_import_has_no_content": "c",
        "import_has_reason_and_consent": "c",
        "import_is_from_elsewhere": "c",
    },
    "campaigns_ledgerentry": {
        "entry_has_a_reason": "c",
        "entry_kind_is_known": "c",
        "entry_number_is_sensible": "c",
    },
    "campaigns_outgoingmail": {"outgoing_mail_is_sound": "c"},
    "campaigns_rememberedmoderation": {
        "one_remembered_moderation_a_mailbox": "u",
        "remembered_moderation_is_known": "c",
    },
    "campaigns_seenclock": {"one_seen_clock_at_most": "c"},
    "campaigns_keyfingerprint": {"one_fingerprint_at_most": "c"},
}
REFERENCES = {
    ("campaigns_outgoingmail", "signature_id", "campaigns_signature"),
    ("campaigns_signature", "tally_id", "campaigns_tally"),
    ("campaigns_signature", "version_id", "campaigns_version"),
    ("campaigns_tally", "handover_image_id", "campaigns_customimage"),
    ("campaigns_tally", "petition_id", "campaigns_petition"),
    ("campaigns_tally", "won_image_id", "campaigns_customimage"),
    ("campaigns_version", "locale_id", "wagtailcore_locale"),
    ("campaigns_version", "published_by_id", "auth_user"),
    ("campaigns_version", "tally_id", "campaigns_tally"),
}


def ask(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("table", CONSTRAINTS)
def test_the_named_facts_are_in_the_catalogue(table: str):
    rows = ask(
        "SELECT conname, contype FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN"
        " ('c', 'u') AND conname !~ %s",
        table,
        "(_check|_uniq|_key)$",
    )

    assert dict(rows) == CONSTRAINTS[table]


def test_nothing_that_depends_on_a_signature_makes_anonymising_slow():
    """A new foreign key to a signature needs RESTRICT_SIGNATURES of campaigns/migrations."""
    slow = ask(
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        " AND confrelid = 'campaigns_signature'::regclass"
        " AND (confupdtype, convalidated) <> ('r', true)"
    )

    assert slow == []


def test_one_tally_a_petition_in_all_its_languages():
    rows = ask(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND"
        " a.attnum = i.indkey[0] WHERE i.indrelid = 'campaigns_tally'::regclass AND i.indisunique"
    )

    assert {name for (name,) in rows} == {"id", "translation_key", "petition_id"}


def test_the_references_are_in_the_catalogue():
    rows = ask(
        "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text"
        " FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum ="
        " c.conkey[1] WHERE c.contype = 'f' AND c.conrelid::regclass::text IN"
        " ('campaigns_signature', 'campaigns_outgoingmail', 'campaigns_tally', 'campaigns_version')"
    )

    assert set(rows) == REFERENCES


def test_counting_uses_an_index_of_what_counts():
    rows = ask(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON oid = indexrelid"
        " WHERE relname = 'counted_by_confirmation'"
    )

    (definition,) = rows[0]
    assert "(tally_id, confirmed_at) WHERE ((confirmed_at IS NOT NULL) AND" in definition


def test_a_duplicate_is_impossible():
    petition = make_petition()
    make_signature(petition)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_signature(petition)


def test_an_erased_signature_can_hold_nothing_personal():
    signature = make_signature(make_petition())

    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(anonymised_at=timezone.now())


@pytest.mark.parametrize("shown_as", [None, ""])
def test_nobody_is_shown_who_has_not_agreed(shown_as):
    signature = make_signature(make_petition(), shown_as=shown_as)

    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(shown_at=timezone.now())


def test_a_petition_cannot_close_before_it_opens():
    petition = make_petition()

    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(pk=petition.pk).update(
            opens_at=timezone.now(), closes_at=timezone.now() - timedelta(days=1)
        )


def test_what_was_agreed_to_is_never_changed():
    version = make_petition().version

    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(parts={"letter": "Something else."})


def test_what_was_agreed_to_stays_while_somebody_agreed():
    signature = make_signature(make_petition())

    with pytest.raises(IntegrityError), transaction.atomic():
        ask(
            "SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM campaigns_version WHERE id = %s",
            signature.version_id,
        )

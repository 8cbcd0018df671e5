"""Erased data does not stay in the statistics that PostgreSQL collects about each column."""

import pytest
from django.db import connection

from campaigns.models import ListEntry, Signature
from campaigns.signatures.columns import PERSONAL
from tests.factories import make_petition, make_signature

NAMED_BY_STAFF = {
    ("campaigns_signaturenote", "text"),
    ("campaigns_exportpreset", "name"),
    ("campaigns_savedview", "name"),
    ("campaigns_listentry", "pattern"),
    ("campaigns_listentry", "note"),
    ("campaigns_signature", "moderation_reason"),
    ("campaigns_decision", "reason"),
    ("campaigns_handconfirmation", "reason"),
    ("wagtailcore_modellogentry", "data"),
    ("campaigns_moderatedsignature", "moderation_reason"),
}
ANSWERS = {("campaigns_signature", "replies")}
TYPED = {("campaigns_typedsearch", "text"), ("campaigns_typedsearch", "key")}
KEYS = {
    ("campaigns_outgoingmail", "recipient_key"),
    ("campaigns_rememberedmoderation", "email_key"),
    ("campaigns_dailykey", "key"),
    *((f"campaigns_{name}try", "network_key") for name in ("code", "message", "signing")),
    ("campaigns_newemail", "email"),
    ("campaigns_newemail", "email_key"),
    ("campaigns_newemail", "key"),
}
OF_OTHERS = {
    *(("campaigns_contact", name) for name in ("name", "role", "email", "postal_address")),
    *(("campaigns_message", name) for name in ("name", "email", "subject", "text")),
    ("campaigns_message", "mailbox_key"),
    *(("campaigns_known", name) for name in ("remote", "remote_key")),
    ("campaigns_suppressedmailbox", "mailbox_key"),
    ("campaigns_failingmailbox", "mailbox_key"),
}


@pytest.mark.django_db
def test_none_are_collected_of_any_personal_column():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attstattarget = 0"
            " AND attrelid::regclass::text ~ '^(campaigns|wagtailcore)_' AND attnum > 0"
        )
        found = set(cursor.fetchall())

    personal = {
        (Signature._meta.db_table, Signature._meta.get_field(name).column) for name in PERSONAL
    }
    missing = ", ".join(f"ALTER COLUMN {name} SET STATISTICS 0" for _, name in personal - found)
    assert missing == "", "The migration of a personal column says this of its table."
    assert found == personal | NAMED_BY_STAFF | ANSWERS | TYPED | KEYS | OF_OTHERS


@pytest.mark.django_db
def test_nothing_of_a_signer_is_in_the_statistics():
    petition = make_petition()
    for number in range(20):
        make_signature(
            petition,
            name="Canary Bird",
            email=f"canary{number}@example.org",
            postcode="C4N4RY",
            comment="A canary sings",
            shown_as="Canary B.",
            replies={"personal": {"a": "Canary"}},
        )
    ListEntry.objects.create(kind="email", pattern="canary@example.org", note="A canary")

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_signature, campaigns_listentry")
        cursor.execute(
            "SELECT s::text FROM pg_stats s WHERE tablename LIKE 'campaigns_%'"
            " OR tablename LIKE '%signature%'"  # and indexes, which have other names
        )
        collected = [row for (row,) in cursor.fetchall()]

    assert any("campaigns_signature,language" in row for row in collected)
    assert [row for row in collected if "canary" in row.lower() or "c4n4ry" in row.lower()] == []

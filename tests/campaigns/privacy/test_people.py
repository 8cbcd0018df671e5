"""The data of one person is handed out and erased over all petitions."""

import json
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils import timezone

from campaigns.models import ListEntry, OutgoingMail, Signature
from campaigns.privacy import access_report, own_page, people
from campaigns.signatures.columns import COLUMNS
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_campaign, make_decision, make_petition, make_signature

pytestmark = pytest.mark.django_db


def export(email: str, capsys, **options: object) -> dict:
    call_command("export_person", email, **options)
    return json.loads(capsys.readouterr().out)


# --- finding ---


def test_a_person_is_found_on_all_petitions_in_every_spelling(ada, others):
    spellings = (
        "adalovelace@gmail.com",
        "ADA.lovelace+x@GoogleMail.com",
        " a.d.a.lovelace@gmail.com",
    )

    assert [set(people.find(email)) for email in spellings] == [set(ada)] * 3


def test_what_was_brought_in_without_a_key_is_found_by_its_email(river, others):
    signature = make_signature(river, email="Ada.Lovelace@gmail.com", channel="paper")
    Signature.objects.filter(pk=signature.pk).update(email_key=None, version=None)

    assert list(people.find("adalovelace@googlemail.com")) == [signature]


def test_finding_takes_as_many_queries_for_three_petitions_as_for_one(
    ada, django_assert_num_queries
):
    with django_assert_num_queries(4):
        list(people.find("adalovelace@gmail.com"))
    make_signature(make_petition(title="Third"), email="adalovelace@gmail.com")

    with django_assert_num_queries(4):
        found = list(people.find("adalovelace@gmail.com"))

    assert len(found) == 3


def test_an_emptied_signature_is_nobodys_any_more(ada):
    signature = ada[0]
    moment = timezone.now() - timedelta(days=1)
    Signature.objects.filter(pk=signature.pk).update(
        email_key=None, name=None, email=None, anonymised_at=moment
    )

    assert list(people.find("adalovelace@gmail.com")) == [ada[1]]


# --- handing out ---


def test_the_export_holds_every_column_and_the_words_agreed_to(capsys):
    page = make_campaign(title="The last free river")
    petition = page.petition
    moment = timezone.now()
    signature = make_signature(
        petition,
        country="RU",
        postcode="101000",
        affiliation="River Club",
        phone="+7 495 123-45-67",
        comment="Let it run.",
        comment_as="Ada",
        comment_state="waiting",
        updates=True,
        shown_as="Ada L.",
        shown_at=moment,
        moderation="quarantined",
        moderation_reason="burst",
        source="leaflet",
        page=page,
        network_key=b"n" * 32,
        typed_digest=b"t" * 8,
        signed_at=moment,
        confirmed_at=moment,
    )
    sent = OutgoingMail.objects.create(
        signature=signature, kind="confirm", outcome="sent", due_at=moment, ended_at=moment
    )
    ListEntry.objects.create(kind="email", pattern="ada@example.org", note="Asked us to.")

    found = export("ADA@example.org", capsys)
    stamp = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert found["signatures"] == [
        {
            # Fields of the form that this signer left empty; `test_columns` tests them with values.
            **{field.name: None for field, column in COLUMNS if column.form_field},
            "number": str(signature.pk),
            "petition": {"title": petition.title, "url": petition.full_url},
            "name": "Ada Lovelace",
            "email": "ada@example.org",
            "postcode": "101000",
            "affiliation": "River Club",
            "phone": "+7 495 123-45-67",
            "comment": "Let it run.",
            "comment_as": "Ada",
            "comment_state": "waiting",
            "language": "en",
            "updates": True,
            "for_mailings_since": None,
            "may_answer": False,
            "replies": [],
            "shown_as": "Ada L.",
            "shown_at": stamp,
            "signed_at": stamp,
            "times_signed": 1,
            "stored_until": own_page.stored_until(signature),
            "confirmed_at": stamp,
            "channel": "form",
            "source": "leaflet",
            "framed_by": "",
            "moderation": "quarantined",
            "moderation_reason": "burst",
            "country": "RU",
            "state": "quarantined",
            "confirmed_by_hand": None,
            "mailings_due": [],
            "acts": [],
            "imported": None,
            "page": {"title": "The last free river", "url": page.canonical_url},
            "email_key": bytes(signature.email_key).hex(),
            "network_key": (b"n" * 32).hex(),
            "proven_at": stamp,
            "typed_digest": (b"t" * 8).hex(),
            "link_key": None,
            "new_email": None,
            "version": {
                "language": "en",
                "published_at": petition.version.published_at.isoformat(
                    timespec="milliseconds"
                ).replace("+00:00", "Z"),
                "title": petition.title,
                "ask": petition.ask,
                "targets": "",
                "letter": petition.letter,
                "consent": petition.consent,
                "questions": "",
                "phone_label": "",
                "updates_label": "Keep me informed about this campaign by email.",
                "shown_label": "",
                "comment_shown_label": "",
                "organisation": "Lastdrop",
                "retention_days": 90,
                "mailing_days": 0,
                "confirms_by_email": True,
                "shares_email": False,
                "shows_signers": False,
                "shows_comments": False,
                "count_from": 0,
                "forwarded": "",
                "answer_label": "",
                "forwards": "off",
            },
            "mails": [
                {"kind": sent.kind, "due_at": stamp, "outcome": "sent", "ended_at": stamp},
            ],
            "decisions": [],
            "notes": [],
            "comment_decisions": [],
            "exports": [],
            "receivers": [],
            "forwarded": [],
        }
    ]
    (rule,) = found["list_entries"]
    assert (rule["pattern"], rule["effect"], rule["note"]) == (
        "ada@example.org",
        "block",
        "Asked us to.",
    )


def test_no_column_is_forgotten_in_the_export(ada):
    """Each new column must be handed out, or be named here with a reason."""
    inner = {
        "id",
        "tally",
        "household_slot",
        "anonymised_at",
        "sent_mails",
    }  # handed out as number, petition, state, state and mails
    columns = {field.name for field in Signature._meta.concrete_fields} - inner

    assert columns - set(access_report.exported(ada[0])) == set()


def test_the_export_is_about_one_person_over_all_petitions(ada, others, capsys):
    found = export("adalovelace@gmail.com", capsys)

    titles = [row["petition"]["title"] for row in found["signatures"]]
    assert titles == ["Free the river", "Spare the forest"]
    assert "Grace" not in json.dumps(found)


def test_the_export_of_a_stranger_is_empty(others, capsys):
    found = export("nobody@example.org", capsys)

    del found["exported_at"]
    assert found == {
        "email": "nobody@example.org",
        "signatures": [],
        "stopped_mail": [],
        "waiting_emails": [],
        "unsubscribed_at": None,
        "complained_at": None,
        "bounced_at": None,
        "failed_mailings": None,
        "failed_at": None,
        "lists_to_leave": [],
        "receipts": [],
        "list_entries": [],
        "remembered_moderations": [],
        "staff_accounts": [],
        "contacts": [],
        "messages": [],
        "uploaded": [],
        "messages_to": [],
        "representatives": [],
    }


def test_the_export_takes_as_many_queries_for_three_petitions_as_for_one(
    ada, django_assert_num_queries
):
    # Tallies (five times), keys of signatures, signatures without a key, signatures, emails,
    # decisions, comments, notes, histories, stopped mailboxes, new email addresses, unsubscribed
    # mailboxes, lists, remembered moderations, lists that wait to be imported, representatives
    # who got messages, receipts, staff, receivers that have the signatures, feeds, emails to
    # targets, mailings that are due, and receivers: each may be a list that still has the email
    # address.
    queries = 33
    ContentType.objects.get_for_model(Signature)  # another test may have read it, or none
    Signature.objects.filter(pk=ada[1].pk).delete()
    with django_assert_num_queries(queries):
        access_report.export("adalovelace@gmail.com")
    for title in ("Second", "Third"):
        make_signature(make_petition(title=title), email="adalovelace@gmail.com")

    with django_assert_num_queries(queries):
        found = access_report.export("adalovelace@gmail.com")

    assert len(found["signatures"]) == 3


def test_what_was_decided_about_them_is_handed_out(ada, capsys):
    decision = make_decision(ada[0], reason="This is not really her")

    found = export("adalovelace@gmail.com", capsys)

    (row,) = found["signatures"][0]["decisions"]
    assert (row["moderation"], row["reason"], row["undone_at"]) == (
        decision.moderation,
        decision.reason,
        None,
    )


@pytest.mark.django_db
def test_an_account_is_found_by_its_mailbox_and_by_no_email_that_only_looks_like_it():
    make_user("admin")
    typed = ("Admin+x@EXAMPLE.org", "admın@example.org", "admin@example.com")

    found = [people.staff_named(email, "", people.EVERYTHING).count() for email in typed]

    assert found == [1, 0, 0]

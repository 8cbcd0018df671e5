"""A person who asks for their data is told who received it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns.models import Forwarded, ForwardedMail, Petition, Recipient, Tally
from campaigns.privacy import access_report, access_report_in_words, erasing
from campaigns.privacy.people import Scope
from campaigns.sync import delivery, keys
from campaigns.sync.delivery import Delivery, Known, remote_keys
from tests.campaigns.contacts.test_contacts import target
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import make_mailing, make_petition, make_signature

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.org"


def export(petition: Petition, **data: object) -> None:
    """Write the log entry of an export of this petition, which ended just now."""
    told = {"shape": "handover", "purpose": "To the minister", "rows": 1, "finished": True}
    ModelLogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(Petition),
        object_id=str(petition.pk),
        action="petition.export",
        label=str(petition),
        timestamp=timezone.now(),
        content_changed=False,
        deleted=False,
        data={**told, **data},
    )


def report() -> dict:
    (found,) = access_report.export(EMAIL)["signatures"]
    return found


def words() -> str:
    return str(access_report_in_words.tree(access_report.export(EMAIL)))


def test_exports_whose_file_may_have_held_the_signature_are_named():
    petition, other = make_petition(), make_petition()
    make_signature(petition, email=EMAIL, country="FR")
    export(petition)
    export(petition, shape="mailing", country="FR", purpose="")
    # Signers may correct their country, so this file may have contained the signature, too.
    export(petition, country="DE", purpose="Of another country")
    export(petition, rows=0, purpose="An empty file")
    export(other, purpose="Of another petition")

    found = report()["exports"]

    assert [(each["shape"], each["purpose"]) for each in found] == [
        ("handover", "To the minister"),
        ("mailing", ""),
        ("handover", "Of another country"),
    ]
    assert "What is in the file: Handing over" in words()
    assert "What the file was created for: To the minister" in words()


def test_what_was_exported_before_somebody_signed_is_not_named():
    petition = make_petition()
    export(petition)
    ModelLogEntry.objects.update(timestamp=timezone.now() - timedelta(minutes=1))
    make_signature(petition, email=EMAIL)

    assert report()["exports"] == []


def test_systems_that_were_told_of_the_signature_are_named_once():
    signature = make_signature(make_petition(), email=EMAIL)
    told, silent = make_receiver(name="Newsletter"), make_receiver(name="Never reached")
    moments = [timezone.now() - timedelta(days=2), timezone.now()]
    Delivery.objects.all().delete()
    for moment in moments:
        Delivery.objects.create(
            receiver=told, signature=signature.pk, kind="added", outcome="sent", ended_at=moment
        )
    Delivery.objects.create(
        receiver=silent, signature=signature.pk, kind="added", tried_at=moments[1], problem="tls"
    )

    assert report()["receivers"] == [{"receiver": "Newsletter", "told_at": moments[1]}]
    assert "System: Newsletter" in words()


@pytest.mark.parametrize(
    "values",
    [{"status": 500}, {"status": 400, "outcome": "failed"}, {"problem": "slow"}, {"status": 204}],
    ids=["not taken", "refused", "answer lost", "sent again"],
)
def test_a_system_that_got_an_event_is_named_whatever_it_answered(values):
    signature, receiver = make_signature(make_petition(), email=EMAIL), make_receiver()
    moment = timezone.now()
    ended = {"ended_at": moment} if "outcome" in values else {}
    Delivery.objects.create(
        receiver=receiver, signature=signature.pk, kind="added", tried_at=moment, **ended, **values
    )

    assert report()["receivers"] == [{"receiver": receiver.name, "told_at": moment}]


def test_what_systems_were_told_is_found_by_an_index():
    told = {"receiver": make_receiver(), "tally": make_petition().tally, "kind": "added"}
    told |= {"outcome": "sent", "ended_at": timezone.now()}
    Delivery.objects.bulk_create(Delivery(signature=uuid4(), **told) for _ in range(1000))
    waiting = {**told, "outcome": "", "ended_at": None}
    Delivery.objects.bulk_create(Delivery(signature=uuid4(), **waiting) for _ in range(1000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE campaigns_delivery")

    plan = delivery.told([uuid4()]).explain()

    assert "ended_of_a_signature" in plan
    assert "waiting_of_a_signature" in plan


def test_systems_that_hold_the_signature_still_are_named_when_the_log_has_ended():
    petition = make_petition()
    signature = make_signature(petition, email=EMAIL)
    known = make_receiver(name="Newsletter")
    make_receiver(name="Feed", kind="feed", url="")
    make_receiver(None, make_petition().tally, name="Feed of another", kind="feed", url="")
    make_receiver(name="Feed of news", kind="feed", url="", only_opted_in=True)
    make_receiver(name="Feed that is off", kind="feed", url="", is_on=False)
    Known.objects.create(
        receiver=known, signature=signature.pk, remote=b"r", remote_key=b"k", is_ours=True
    )

    assert report()["receivers"] == [
        {"receiver": "Newsletter", "told_at": None},
        {"receiver": "Feed", "told_at": None},
    ]


def test_what_is_under_way_is_named_also_when_the_signature_is_gone():
    signature = make_signature(make_petition(), email="Ada@example.org", updates=True)
    remote = {"remote": keys.sealed(EMAIL), "remote_key": remote_keys(EMAIL)[0], "is_ours": True}
    Known.objects.create(
        receiver=make_receiver(name="Newsletter"), signature=signature.pk, **remote
    )
    due = timezone.now()
    Recipient.objects.create(mailing=make_mailing(), signature=signature, due_at=due)
    before, its, said = access_report.export(EMAIL), report(), words()

    erasing.erase(EMAIL)

    after = access_report.export("ADA@example.org")
    assert its["mailings_due"] == [{"subject": "The minister has answered", "due_at": due}]
    assert "Emails with news that are yet to be sent" in said
    assert (before["lists_to_leave"], its["receivers"][0]["receiver"]) == ([], "Newsletter")
    assert after["lists_to_leave"] == [{"receiver": "Newsletter"}]
    assert "Mailing lists that are yet to delete this email address" in words()
    of_a_team = Scope(tallies=Tally.objects.all())
    assert "lists_to_leave" not in access_report.export(EMAIL, scope=of_a_team)


def test_targets_to_which_the_signature_was_mailed_are_named():
    targets = [target(None), target(None, name="Ben Okri", role="")]
    petition = make_petition(targets=targets)
    minister, other = [block.id for block in petition.targets]
    signature = make_signature(petition, email=EMAIL)
    sent = ForwardedMail.objects.create(
        tally=petition.tally, target=minister, outcome="sent", ended_at=timezone.now()
    )
    for each, mail in ((minister, sent), (other, None), (str(uuid4()), sent)):
        Forwarded.objects.create(signature=signature, tally=petition.tally, target=each, mail=mail)

    assert report()["forwarded"] == [
        {"target": "Jane Doe, Minister", "outcome": "sent", "ended_at": sent.ended_at},
        {"target": "Ben Okri", "outcome": "owed", "ended_at": None},
        {"target": "", "outcome": "sent", "ended_at": sent.ended_at},
    ]
    for line in ("Emails to targets", "Target: Jane Doe, Minister", "What became of it: due"):
        assert line in words()

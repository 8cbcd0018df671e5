"""However editors change targets: no mailbox gets a signature twice, or one meant for others."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from campaigns.forwarding import forwarded, gathering, sending
from campaigns.models import Contact, Forwarded, ForwardedMail, Pace, Petition
from campaigns.original_languages import originals
from campaigns.petitions import immediate_actions
from campaigns.petitions.signed_versions import changes
from campaigns.privacy import access_report
from campaigns.restore_hooks import sent
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.contacts.test_contacts import target
from tests.campaigns.forwarding.test_forwarding import forwarding, names, send
from tests.factories import change_texts, make_contact, make_signature

pytestmark = pytest.mark.django_db


def readdress(*targets: dict, **settings) -> Petition:
    """Publish the petition with other targets and a reason. A target with an `id` is that block."""
    draft = originals(Petition).get()
    found = [{"type": "target", **each} for each in targets]
    draft.targets = draft.targets.stream_block.to_python(found)
    vars(draft).update(settings)
    revision = draft.save_revision()
    changes.explain(draft, reason="It is somebody else's matter.")
    revision.publish()
    return originals(Petition).get()


def block(contact: Contact, key: str | None = None) -> dict:
    """A target with the name and role of its contact."""
    value = target(contact, name=contact.name, role=contact.role)[1]
    return {"value": value} | ({"id": key} if key else {})


def two() -> tuple[Contact, Contact]:
    return make_contact(), make_contact("John Roe", email="roe@ministry.example")


def test_a_target_that_is_removed_and_added_again_is_mailed_nobody_twice():
    minister = make_contact()
    petition = forwarding(targets=[target(minister)])
    make_signature(petition, name="Ada")
    first = send()

    readdress(block(minister))
    make_signature(petition, name="Bo", email="bo@example.org")
    again = send()
    minister.email = "office@ministry.example"
    minister.save()
    readdress(block(minister))
    with_another_email = send()

    assert (names(first), names(again), with_another_email) == (["Ada"], ["Bo"], [])


def test_a_mailbox_gets_nobody_twice_who_was_mailed_to_another_target_there():
    minister, other = make_contact(), make_contact("John Roe", email="")
    petition = forwarding(targets=[target(minister), target(other, name="John Roe")])
    make_signature(petition)
    first = send()

    Contact.objects.filter(pk=other.pk).update(email="Jane.Doe@ministry.example")
    _gone, kept = petition.targets
    readdress({"id": kept.id, "value": {**target(other, name="John Roe")[1]}})

    assert (len(first), send()) == (1, [])


@pytest.mark.parametrize("forwards", ["each", "digest"])
def test_a_target_in_the_place_of_another_gets_nobody_who_read_of_the_other(forwards):
    minister, other = two()
    petition = forwarding(targets=[target(minister)], forwards=forwards, together=1, hourly=1)
    make_signature(petition, name="Sent", email="1@example.org")
    make_signature(petition, name="Waits", email="2@example.org")
    gathering.gather()
    sending.send_due(sleep=lambda seconds: None)

    petition = readdress(block(other, petition.targets[0].id))
    ForwardedMail.objects.update(started_at=F("started_at") - timedelta(minutes=70))
    sending.send_due(sleep=lambda seconds: None)  # before signatures are gathered again
    make_signature(petition, name="Read Roe", email="3@example.org")
    ForwardedMail.objects.update(started_at=F("started_at") - timedelta(minutes=70))
    mails = send(minutes=70)

    assert [each.to for each in mails] == [["roe@ministry.example"]]
    assert "Read Roe" in mails[0].body
    assert "Waits" not in mails[0].body


@pytest.mark.parametrize(("before", "after"), [("each", "digest"), ("digest", "each")])
def test_who_waits_is_mailed_only_in_the_way_that_they_read(before, after):
    petition = forwarding(forwards=before, together=5)
    make_signature(petition)
    gathering.gather()

    change_texts(petition, forwards=after)
    Forwarded.objects.update(found_at=F("found_at") - timedelta(days=2))
    sending.send_due(sleep=lambda seconds: None)  # before signatures are gathered again

    assert ForwardedMail.objects.count() == 0
    assert send() == []


def test_targets_take_turns():
    minister, other = two()
    petition = forwarding(targets=[target(minister), target(other, name="John Roe")])
    for number in range(4):
        make_signature(petition, email=f"{number}@example.org")
    gathering.gather()

    for _turn in range(4):
        sending.send_due(sleep=lambda seconds: None)
        ForwardedMail.objects.update(started_at=F("started_at") - timedelta(minutes=1))

    mailed = ForwardedMail.objects.values_list("target", flat=True)
    assert sorted(Counter(mailed).values()) == [2, 2]


def test_a_target_whose_server_takes_nothing_for_now_does_not_hold_up_another(smtp_server):
    minister, other = two()
    petition = forwarding(targets=[target(minister), target(other, name="John Roe")])
    for number in range(3):
        make_signature(petition, email=f"{number}@example.org")
    gathering.gather()

    async def handle_RCPT(server, session, envelope, address, options):
        if address.startswith("jane"):
            return "452 too many"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    smtp_server.handle_RCPT = handle_RCPT
    for _minute in range(6):
        sending.send_due(sleep=lambda seconds: None)
        ForwardedMail.objects.update(started_at=F("started_at") - timedelta(minutes=1))
    first = Counter(ForwardedMail.objects.values_list("outcome", flat=True))
    for _attempt in range(1, sending.MOST_ATTEMPTS):
        ForwardedMail.objects.update(started_at=F("started_at") - timedelta(minutes=31))
        sending.send_due(sleep=lambda seconds: None)

    assert first == {"later": 1, "sent": 3}
    petition.tally.refresh_from_db()
    assert petition.tally.forwarding_at is None


def test_after_a_restore_a_target_is_mailed_that_certainly_was_not(monkeypatch):
    minister, other = two()
    petition = forwarding(targets=[target(minister), target(other, name="John Roe")])
    make_signature(petition)
    gathering.gather()
    sending.send_due(sleep=lambda seconds: None)
    mailed = ForwardedMail.objects.get()
    told = sent.mailed(connection.connection)
    ForwardedMail.objects.all().delete()  # as in the backup
    monkeypatch.setattr(sent, "mailed", lambda old: told)

    sent.forward_nothing_twice(None)

    (again,) = ForwardedMail.objects.all()
    assert again.words == mailed.words == "Jane Doe, Minister"
    (waits,) = Forwarded.objects.filter(mail=None)
    ForwardedMail.objects.update(started_at=F("started_at") - timedelta(minutes=70))
    (rest,) = send()
    assert (again.outcome, again.target) == ("unclear", mailed.target)
    assert waits.target != mailed.target
    assert rest.to != ["jane.doe@ministry.example"]


def test_a_person_reads_to_whom_their_email_went_whatever_stands_in_the_letter_now():
    minister, other = two()
    petition = forwarding(targets=[target(minister)])
    make_signature(petition)
    send()

    readdress(block(other, petition.targets[0].id))
    replaced = access_report.export("ada@example.org")["signatures"][0]["forwarded"]
    readdress(block(other))
    removed = access_report.export("ada@example.org")["signatures"][0]["forwarded"]

    assert [each["target"] for each in replaced + removed] == ["Jane Doe, Minister"] * 2


def test_one_mailbox_behind_two_targets_gets_each_person_once(client):
    minister, other = make_contact(), make_contact("John Roe", email="Jane.Doe@ministry.example")
    petition = forwarding(targets=[target(minister), target(other, name="John Roe", role="")])
    make_signature(petition, name="Ada")
    both = send()
    first, second = petition.targets
    petition = readdress(
        {"id": second.id, "value": {**target(other, name="John Roe", role="")[1]}},
        {"id": first.id, "value": {**target(minister, name="Jane Roe", role="")[1]}},
    )
    make_signature(petition, name="Bo", email="bo@example.org")
    turned = send()

    assert (names(both), names(turned)) == (["Ada"], ["Bo"])
    words = sorted(ForwardedMail.objects.values_list("words", flat=True))
    assert words == ["Jane Doe, Minister\nJohn Roe", "John Roe\nJane Roe"]
    client.force_login(make_user("manager", "Moderators"))
    url = reverse("wagtailsnippets_campaigns_petition:forwarding", args=[petition.pk])
    shown = client.get(url).content.decode()
    assert "John Roe; Jane Roe: Jane.Doe@ministry.example" in shown
    assert "no contact with an email address" not in shown


def test_two_targets_that_come_to_share_a_mailbox_send_it_each_person_once():
    minister, other = two()
    petition = forwarding(
        targets=[target(minister), target(other, name="John Roe")], forwards="digest", together=1
    )
    make_signature(petition, name="Ada")
    gathering.gather()

    Contact.objects.filter(pk=other.pk).update(email=minister.email)
    (only,) = send()

    assert only.body.count("Ada") == 1


def test_who_waits_is_counted_once_and_for_no_target_that_is_gone():
    minister, other = two()
    petition = forwarding(targets=[target(minister), target(other, name="John Roe")])
    make_signature(petition)
    gathering.gather()
    waits = forwarded.numbers(petition.tally)["waiting"]

    readdress(block(minister, petition.targets[0].id))
    send()

    assert (waits, forwarded.numbers(petition.tally)["waiting"]) == (1, 0)


def test_who_signs_while_the_mails_are_paused_is_among_those_who_wait(admin_client):
    minister, other = two()
    petition = forwarding(targets=[target(minister), target(other, name="John Roe")])
    make_signature(petition, email="1@example.org")
    gathering.gather()
    immediate_actions.pause_forwarding(petition, by=None)
    for number in (2, 3):
        make_signature(petition, email=f"{number}@example.org")
    make_signature(petition, email="4@example.org", confirmed_at=None)
    gathering.gather()
    url = reverse("wagtailsnippets_campaigns_petition:forwarding", args=[petition.pk])

    paused = admin_client.get(url).content.decode()
    immediate_actions.start_forwarding(petition, hourly=3600, together=2, by=None)
    gathering.gather()
    started = admin_client.get(url).content.decode()
    send()

    assert "Signatures that wait: 3." in paused
    assert "Signatures that wait: 3." in started
    assert "Signatures that wait: 0." in admin_client.get(url).content.decode()


def test_a_round_takes_no_longer_than_the_mails_of_a_few_seconds(settings):
    settings.MAILING_RATE = 1
    for number in range(3):
        petition = forwarding(slug=f"petition-{number}", targets=[target(make_contact())])
        make_signature(petition, email=f"{number}@example.org")
    gathering.gather()

    numbers = []
    for _round in range(3):
        sending.send_due(sleep=lambda seconds: None)
        numbers.append(ForwardedMail.objects.count())
        Pace.objects.update(next_at=timezone.now())  # a minute later: one email is due each minute

    assert numbers == [1, 2, 3]
    assert ForwardedMail.objects.values("tally").distinct().count() == 3

"""Signatures are emailed to the targets if signers were told so: once, until an email bounces."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from campaigns.bounces import consequences, return_path
from campaigns.bounces.reports import Said
from campaigns.forwarding import forwarded, gathering, notices, sending
from campaigns.models import Forwarded, ForwardedMail, Petition, Signature, Tally
from campaigns.petitions import immediate_actions
from campaigns.petitions.actions import ACTIONS
from campaigns.petitions.signed_versions import changes
from campaigns.privacy import anonymising, dependent_rows
from campaigns.restore_hooks import sent
from campaigns.signatures import tokens
from campaigns.signing import withdrawing
from campaigns.workflow import notices as staff_notices
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.contacts.test_contacts import target
from tests.factories import change_texts, make_contact, make_petition, make_signature

pytestmark = pytest.mark.django_db


def forwarding(*, hourly: int = 3600, together: int = 2, **fields) -> Petition:
    """A petition whose signatures are emailed to one target."""
    targets = fields.pop("targets", None) or [target(make_contact())]
    petition = make_petition(**{"forwards": "each", "targets": targets} | fields)
    immediate_actions.start_forwarding(petition, hourly=hourly, together=together, by=None)
    return petition


def send(*, minutes: int = 0) -> list:
    """Send all emails as the worker does, as if no time had to pass between two of them."""
    mail.outbox.clear()
    gathering.gather()
    while sending.send_due(sleep=lambda seconds: None) is not None:
        ForwardedMail.objects.update(started_at=F("started_at") - timedelta(minutes=minutes or 1))
    return list(mail.outbox)


def names(mails: list) -> list[str]:
    senders = [each.extra_headers.get("From", each.from_email) for each in mails]
    return [sender.split(" (")[0].strip('"') for sender in senders]


def test_each_confirmed_signature_is_one_mail_in_its_signers_name(smtp_server):
    petition = forwarding(offers_answers=True, title="Keep the\nriver free")
    make_signature(petition, name="Ada Lovelace", country="KE", may_answer=True)
    make_signature(petition, name="Bo\u017eena N\u011bmcov\u00e1", email="b@example.org")
    for number, left_out in enumerate(
        (
            {"confirmed_at": None},
            {"moderation": "quarantined"},
            {"channel": "paper"},
            {"proven_at": None},  # confirmed by hand
        )
    ):
        make_signature(petition, name="Not me", email=f"{number}@example.org", **left_out)

    send()
    send()

    first, second = sorted(smtp_server.messages, key=lambda each: str(each["From"]))
    assert str(first["To"]) == "jane.doe@ministry.example"
    assert str(first["From"]).startswith('"Ada Lovelace (Lastdrop)" <')
    assert str(first["Subject"]) == "Keep the river free"
    assert str(first["Reply-To"]) == "Ada Lovelace <ada@example.org>"
    body = first.get_content().replace("\r\n", "\n")
    assert body.startswith("Dear Minister,")
    assert "\nAda Lovelace, Kenya\n" in body
    assert "Your answer goes to Ada Lovelace, who agreed to that." in body
    assert "Bo\u017eena N\u011bmcov\u00e1 (Lastdrop)" in str(second["From"])
    assert second["Reply-To"] is None
    assert "b@example.org" not in second.as_string()
    assert "Your answer goes to Lastdrop." in second.get_content()
    assert len(smtp_server.messages) == 2


def test_only_those_are_mailed_who_read_it_and_only_to_whom_they_read_of():
    minister, company = make_contact(), make_contact("The Company", email="dam@example.com")
    petition = make_petition(targets=[target(minister)])
    make_signature(petition, name="Before", email="1@example.org")
    change_texts(petition, forwards="each")
    petition = Petition.objects.get()
    make_signature(petition, name="Told", email="2@example.org")
    ids = [block.id for block in petition.targets]
    new = [
        {"type": "target", "id": ids[0], "value": {**target(minister)[1]}},
        {"type": "target", "value": {**target(company, name="The Company", role="")[1]}},
    ]
    draft = Petition.objects.get()
    draft.targets = draft.targets.stream_block.to_python(new)
    revision = draft.save_revision()
    changes.explain(draft, reason="The company decides, too.")
    revision.publish()
    petition = Petition.objects.get()
    make_signature(petition, name="Of both", email="3@example.org")
    immediate_actions.start_forwarding(petition, hourly=3600, together=2, by=None)

    sent = send()

    assert sorted((each.to[0], *names([each])) for each in sent) == [
        ("dam@example.com", "Of both"),
        ("jane.doe@ministry.example", "Of both"),
        ("jane.doe@ministry.example", "Told"),
    ]


def test_a_list_is_sent_when_it_is_full_or_a_day_old():
    petition = forwarding(forwards="digest", together=2)
    for number in range(3):
        make_signature(petition, name=f"Signer {number}", email=f"{number}@example.org")

    full = send()
    nothing_yet = send()
    Forwarded.objects.update(found_at=timezone.now() - timedelta(days=1))
    rest = send()

    assert [each.body.count("Signer") for each in full + rest] == [2, 1]
    assert nothing_yet == []
    assert full[0].body.startswith(
        "2 people have signed this letter and confirmed it by email:\n\nSigner 0\nSigner 1\n"
    )
    assert (full[0].from_email, full[0].reply_to) == (rest[0].from_email, [])
    assert "@example.org" not in full[0].body


def test_the_rate_of_the_petition_holds():
    petition, day = forwarding(hourly=2), 24 * 60
    for number in range(4):
        make_signature(petition, email=f"{number}@example.org")

    mail.outbox.clear()
    gathering.gather()
    passed = []
    for minutes in (0, 29, 2, 29, 2, -day):  # at last as if the clock had been ahead
        ForwardedMail.objects.update(started_at=F("started_at") - timedelta(minutes=minutes))
        sending.send_due(sleep=lambda seconds: None)
        passed.append(len(mail.outbox))

    assert passed == [1, 1, 2, 2, 3, 4]


def test_what_was_started_by_a_killed_worker_is_never_sent_again():
    petition = forwarding()
    make_signature(petition)
    gathering.gather()
    (office,) = gathering.offices(petition)
    sending.start(petition.tally, office)  # the worker is killed at this point

    soon = send()
    ForwardedMail.objects.update(started_at=timezone.now() - timedelta(minutes=20))
    later = send()

    assert (soon, later) == ([], [])
    assert ForwardedMail.objects.get().outcome == "unclear"


def test_who_withdraws_or_is_flagged_is_not_mailed():
    petition = forwarding(hourly=1)
    gone, flagged, kept = (
        make_signature(petition, name=name, email=f"{name}@example.org")
        for name in ("gone", "flagged", "kept")
    )
    gathering.gather()
    withdrawing.withdraw(tokens.make("withdraw", gone.pk))
    Signature.objects.filter(pk=flagged.pk).update(moderation="quarantined")

    sent = send(minutes=70)
    Signature.objects.filter(pk=flagged.pk).update(moderation="")
    released = send(minutes=70)

    assert (names(sent), names(released)) == (["kept"], ["flagged"])
    anonymising.anonymise([kept.pk])
    dependent_rows.delete_with_signatures([flagged.pk])
    assert Forwarded.objects.count() == 0
    assert ForwardedMail.objects.count() == 2
    assert send(minutes=70) == []


def test_a_bounce_stops_the_mails_and_staff_are_told(settings, client):
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    petition = forwarding(hourly=1)
    for name in ("Ada", "Bo"):
        make_signature(petition, name=name, email=f"{name}@example.org")
    manager = make_user("manager", "Moderators")
    make_user("editor", "Editors")
    Tally.objects.update(forwarding_at=timezone.now() - timedelta(days=1))
    (sent,) = send()
    returned = return_path.find(sent.from_email.encode())

    for _twice in range(2):
        consequences.act(returned, Said.GONE)
    mail.outbox.clear()
    told = [notices.tell_due() for _twice in range(2)]
    staff_notices.send_due()
    (notice,) = mail.outbox
    client.force_login(manager)
    box = client.get(reverse("wagtailsnippets_campaigns_petition:edit", args=[petition.pk]))
    nothing = send(minutes=70)
    immediate_actions.start_forwarding(petition, hourly=1, together=2, by=None)
    consequences.act(returned, Said.GONE)
    ForwardedMail.objects.update(started_at=timezone.now() - timedelta(minutes=70))
    again = send(minutes=70)

    assert (told, notice.to) == ([0, None], ["manager@example.org"])
    assert "targets of “Keep the river free” are stopped: one came back. Give" in notice.body
    assert "The emails to the targets are stopped: one came back." in box.content.decode()
    assert nothing == []
    assert sorted(names(again)) == ["Ada", "Bo"]  # the first never arrived


def test_a_refusal_stops_the_mails_and_an_answer_for_now_waits(monkeypatch, smtp_server):
    petition = forwarding()
    make_signature(petition)
    answers = ["451 later", "550 no such mailbox"]

    async def handle_RCPT(server, session, envelope, address, options):
        return answers.pop(0)

    smtp_server.handle_RCPT = handle_RCPT

    send()
    waited = forwarded.numbers(petition.tally)
    ForwardedMail.objects.update(started_at=timezone.now() - timedelta(minutes=31))
    send()

    assert (waited["later"], waited["waiting"]) == (1, 1)
    tally = Tally.objects.get()
    assert (tally.forwarding_at, tally.forwarding_failed_at is None) == (None, False)
    assert forwarded.numbers(tally)["waiting"] == 1
    assert smtp_server.messages == []


def test_only_a_petition_that_confirms_by_email_mails_and_answers_need_single_mails():
    for fields in ({"confirms_by_email": False}, {"forwards": "digest", "offers_answers": True}):
        petition = make_petition(live=False)
        vars(petition).update({"forwards": "each"} | fields)
        with pytest.raises(ValidationError):
            petition.validate_constraints()


def test_signers_read_it_in_the_form_and_choose_whether_to_be_answered(client):
    petition = forwarding(offers_answers=True)

    page = client.get(petition.get_absolute_url()).content.decode()
    off = client.get(make_petition(slug="other").get_absolute_url()).content.decode()

    told = "Once you have confirmed, we send this letter by email to those to whom it is addressed"
    assert told in page
    assert "They get your email address only if you tick the box" in page
    assert "may answer me by email" in page
    assert told not in off
    assert petition.version.parts["forwards"] == "each"
    data = {"name": "Ada", "email": "ada@example.org", "consent": "on", "may_answer": "on"}
    data |= {"version": petition.version.pk, "country": "KE"}
    client.post(petition.url_path("sign"), data)
    assert Signature.objects.get().may_answer is True


def test_whoever_controls_it_sees_the_mail_and_sends_a_sample_and_others_ask(client):
    petition = forwarding(targets=[target(make_contact()), target(None, name="Nobody")])
    make_user("editor", "Editors")
    url = reverse("wagtailsnippets_campaigns_petition:forwarding", args=[petition.pk])
    client.force_login(make_user("manager", "Moderators"))

    shown = " ".join(client.get(url).content.decode().split())
    mail.outbox.clear()
    client.post(url, {"email": "me@example.org"}, headers={"accept-language": "ru"})
    (sample,) = mail.outbox

    assert "Jane Doe, Minister: jane.doe@ministry.example" in shown
    assert "1 target has no contact with an email address" in shown
    assert "Emails sent: 0." in shown
    assert (sample.to, sample.subject) == (["me@example.org"], "Проба: Keep the river free")
    assert "Ada Example" in sample.body
    assert ForwardedMail.objects.count() == 0
    client.logout()
    client.force_login(make_user("writer", "Editors"))
    assert client.get(url).status_code in (302, 403)
    verbs = {action.verb for action in ACTIONS if action.is_askable}
    assert {"start_forwarding", "pause_forwarding"} <= verbs


def test_after_a_restore_nobody_is_mailed_who_may_have_been():
    petition = forwarding()
    make_signature(petition)

    sent.forward_nothing_twice(None)

    assert send() == []
    assert ForwardedMail.objects.get().outcome == "unclear"

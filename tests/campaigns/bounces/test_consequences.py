"""One email is counted once, however often it is reported, and only for what it was."""

import pytest
from django.utils import timezone
from imap_tools import MailMessage

from campaigns.bounces import consequences, reading, return_path
from campaigns.bounces.reports import Said
from campaigns.bounces.return_path import Returned
from campaigns.mail.new_emails import NewEmail
from campaigns.mailings import audience, links, suppression
from campaigns.models import FailingMailbox, Signature
from campaigns.privacy import access_report
from campaigns.signatures import tokens
from campaigns.signing import changing_emails
from tests.campaigns.bounces import samples
from tests.campaigns.bounces.test_reading import counted, sending
from tests.factories import make_mail, make_mailing, make_petition, make_signature
from tests.new_emails import change_email

pytestmark = pytest.mark.django_db


def test_a_refusal_is_counted_once_for_each_mailing_and_not_held_against_the_mailbox():
    river = make_petition()
    ada = make_signature(river, email="ada@example.org", updates=True)
    mailings = [sending(river) for _number in range(4)]

    for mailing in mailings:
        for _time in range(2):
            consequences.act(Returned(ada.pk, mailing.pk), Said.REFUSED)

    assert [counted(mailing) for mailing in mailings] == [{"bounced": 1}] * 4
    assert audience.people(mailings[0]) == [ada.pk]
    noted = FailingMailbox.objects.get()
    assert noted.failures == 0
    report = access_report.export("ada@example.org")
    assert (report["failed_mailings"], report["failed_at"]) == (4, noted.failed_at)


def test_what_is_said_of_a_mail_afterwards_does_not_count_it_again():
    river = make_petition()
    mailing = sending(river)
    stories = [
        (Said.REFUSED, Said.FAILED, Said.GONE, Said.REFUSED),
        (Said.FAILED, Said.REFUSED),
        (Said.FAILED, Said.COMPLAINED),
    ]

    for number, story in enumerate(stories):
        signature = make_signature(river, email=f"{number}@example.org", updates=True)
        for said in story:
            consequences.act(Returned(signature.pk, mailing.pk), said)

    assert counted(mailing) == {"bounced": 3, "spam": 1}
    assert [row.failures for row in FailingMailbox.objects.all()] == [1] * 3


@pytest.mark.parametrize("said", [Said.GONE, Said.COMPLAINED])
def test_each_of_two_mailings_counts_its_own_mail(said):
    river = make_petition()
    ada = make_signature(river, updates=True)
    first, second = sending(river), sending(river)

    for mailing in (second, first, second, first):
        consequences.act(Returned(ada.pk, mailing.pk), said)

    name = "spam" if said == Said.COMPLAINED else "bounced"
    assert (counted(first), counted(second)) == ({name: 1}, {name: 1})
    assert FailingMailbox.objects.get().failures == 0
    assert access_report.export(ada.email)["failed_mailings"] == 2


def test_a_complaint_about_one_mailing_counts_though_another_has_come_back():
    river = make_petition()
    ada = make_signature(river, updates=True)
    first, second = sending(river), sending(river)

    consequences.act(Returned(ada.pk, second.pk), Said.GONE)
    for _time in range(2):
        consequences.act(Returned(ada.pk, first.pk), Said.COMPLAINED)

    assert (counted(first), counted(second)) == ({"spam": 1}, {"bounced": 1})


def test_a_mail_to_confirm_that_arrived_stays_sent_when_a_later_mail_comes_back():
    ada = make_signature(make_petition())
    mail = make_mail(ada)

    consequences.act(Returned(ada.pk, 0), Said.GONE)

    mail.refresh_from_db()
    assert mail.outcome == "sent"


@pytest.mark.parametrize("whose", ["its own", "another's", "a forged"])
def test_a_complaint_about_a_signature_that_is_gone_ends_mailings_by_the_link_in_its_copy(
    settings, whose
):
    """The report leaves the recipient out; the link in the copy of the email says who it was."""
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    river, forest = make_petition(), make_petition(slug="forest")
    mailing = sending(river)
    gone = make_signature(river, updates=True)
    other = make_signature(river, email="b@example.org", updates=True)
    also = make_signature(forest, updates=True)
    url = links.unsubscribe_url(other if whose == "another's" else gone, mailing)
    if whose == "a forged":
        url = url.replace(url[-6:-1], "xxxxx")
    path = return_path.of(return_path.make(gone.pk, mailing=mailing.pk))
    copy = f"List-Unsubscribe: <{url}>\nSubject: The minister"
    report = samples.raw(samples.COMPLAINT.replace("Subject: The minister", copy), path)
    gone.delete()

    is_ours = reading.is_ours(MailMessage.from_bytes(report))

    is_ended = whose == "its own"
    assert is_ours
    assert counted(mailing) == ({"spam": 1} if is_ended else {})
    assert audience.people(make_mailing(forest)) == ([] if is_ended else [also.pk])


def moved(signature: Signature, email: str) -> None:
    """The signer changes the email address by the link to the new one."""
    changing_emails.ask(signature, email=email)
    new = NewEmail.objects.get(signature=signature)
    change_email(tokens.make("email", signature.pk, bytes(new.key)))


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("said", [Said.GONE, Said.COMPLAINED, Said.FAILED])
def test_what_is_said_of_the_old_email_address_changes_nothing_for_the_new_one(said, is_named):
    """Nor does a late report about an email that was not a mailing, and names no mailbox."""
    river = make_petition()
    ada = make_signature(river, email="old@example.org", updates=True)
    mailing, old = sending(river), suppression.keys_of("old@example.org")
    moved(ada, "new@example.org")

    for _time in range(2):
        consequences.act(Returned(ada.pk, mailing.pk), said, mailbox=old if is_named else ())
    consequences.act(Returned(ada.pk, 0), said)

    ada.refresh_from_db()
    assert ada.updates
    assert audience.people(make_mailing(river)) == [ada.pk]
    assert counted(mailing) == {"spam" if said == Said.COMPLAINED else "bounced": 1}
    is_ended = is_named and said != Said.FAILED
    assert bool(suppression.of("old@example.org")) == is_ended
    later = sending(river)
    type(later).objects.filter(pk=later.pk).update(began_at=timezone.now())
    consequences.act(Returned(ada.pk, later.pk), Said.GONE)
    assert audience.people(make_mailing(river)) == []

"""Looking up a person names all that the file about them contains, and what outlives their data."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import ModelLogEntry, Site
from wagtail.users.models import UserProfile

from campaigns.appeals import writing
from campaigns.mailings import suppression
from campaigns.models import Signature, StoppedMailbox
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.signatures.email_keys import email_key
from home.models import Identity
from tests.campaigns.cms.signatures.test_history import of_petition
from tests.campaigns.imports.test_importing import upload
from tests.campaigns.test_dates import another_zone
from tests.factories import make_appeal, make_contact, make_petition, make_signature

pytestmark = pytest.mark.django_db

EMAIL = "ines@example.org"
BOX, ERASE, STOP = reverse("people"), reverse("erase_person"), reverse("stop_person_mail")


def look_up(client) -> str:
    return client.post(BOX, {"email": EMAIL}).content.decode()


def test_the_file_to_read_says_who_we_are_and_where_to_ask(teams, admin_client):
    named = {"name": "River Watch", "contact_email": "ask@river.example"}
    Identity.objects.create(site=Site.objects.get(is_default_site=True), **named)

    response = admin_client.post(reverse("person_report"), {"email": EMAIL})

    page = response.content.decode()
    assert "<strong>River Watch</strong>" in page
    assert '<a href="mailto:ask@river.example">' in page


def test_the_file_to_read_has_the_days_of_the_site(teams, admin_user, admin_client):
    """The person reads the same days in our emails and on their own page."""
    zone = {"current_time_zone": another_zone()}
    UserProfile.objects.update_or_create(user=admin_user, defaults=zone)
    signed_at = make_signature(teams.ours, email=EMAIL).signed_at

    answer = admin_client.post(reverse("person_report"), {"email": EMAIL})

    assert f"Signed: {date_format(signed_at, 'DATETIME_FORMAT')}" in answer.content.decode()
    name = f"report-{timezone.localdate().isoformat()}.html"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


COPIED = (
    f"Ada Lovelace <{EMAIL}>",
    f"‹{EMAIL}›",
    f"mailto:{EMAIL}?subject=Delete",
    f"“{EMAIL}”.",
    f"{EMAIL};",
    f"\u200b\u202a{EMAIL}\u202c",
    f" {EMAIL}\u200e\xa0",
)


def test_an_email_is_found_as_it_is_copied_from_a_letter(teams, admin_client):
    Signature.objects.all().delete()
    make_signature(teams.ours, email=EMAIL, name="Ines Byron")
    for copied in COPIED:
        found = admin_client.post(BOX, {"email": copied})
        assert "Ines Byron" in found.content.decode(), copied

    refused = admin_client.post(BOX, {"email": "ada@example org"})
    assert refused.status_code == 422
    assert "This does not look like an email address" in refused.content.decode()
    call_command("erase_person", COPIED[0], "--yes")
    assert not Signature.objects.exists()
    with pytest.raises(CommandError, match="does not look like"):
        call_command("erase_person", "ada@")


def test_mail_that_was_stopped_is_still_named_once_the_data_is_deleted(teams, admin_client):
    make_signature(teams.ours, email=EMAIL)
    admin_client.post(STOP, {"email": EMAIL, "sure": "yes"})
    stopped = look_up(admin_client)
    admin_client.post(ERASE, {"email": EMAIL, "sure": "yes"})

    after = look_up(admin_client)

    said = f"All emails to this mailbox about “{teams.ours.title}” were stopped on"
    assert (said in stopped, said in after) == (True, StoppedMailbox.objects.exists())
    assert "Nobody signed with this email address" in after


def test_a_petition_that_was_signed_online_and_on_paper_is_counted_once(teams, admin_client):
    make_signature(teams.ours, email=EMAIL)
    make_signature(teams.ours, email=EMAIL, channel="paper", email_key=None)

    asked = admin_client.post(STOP, {"email": EMAIL, "name": "Ada Lovelace"}).content.decode()

    assert "Send no more emails about 1 petition to this person" in asked


def test_what_is_known_of_people_who_did_not_sign_is_named(admin_client, django_user_model):
    django_user_model.objects.create_user("ines", email=EMAIL)
    appeal = make_appeal(areas=1)
    appeal.representatives.update(email=EMAIL)
    representative = appeal.representatives.get()
    typed = {"name": "Ada", "email": EMAIL, "subject": "The river", "text": "Let it run."}
    writing.write(appeal, network=None, to=representative, aside="", **typed)

    tally = make_petition().tally
    RememberedModeration.objects.create(
        tally=tally, email_key=email_key(tally.pk, EMAIL), moderation="quarantined"
    )
    upload(tally.petition, [["Ines <b>", EMAIL, "", "", ""]])
    suppression.suppress(suppression.keys_of(EMAIL), signature=None)

    page = look_up(admin_client)

    for said in (
        "Withdrawn signatures",
        "Text: Ines &lt;b&gt;, ines@example.org",
        "Messages to this person as a representative",
        "Date of unsubscribing from news by email: ",
        f"The list of an appeal has this mailbox: {representative}",
        "1 message to a representative was written with this email address.",
        "An account of the CMS has this email address: ines",
    ):
        assert said in page


def test_what_is_done_for_somebody_who_signed_nothing_is_in_the_history_of_the_site(admin_client):
    make_contact(email=EMAIL)

    admin_client.post(reverse("person_report"), {"email": EMAIL})
    admin_client.post(ERASE, {"email": EMAIL, "sure": "yes"})

    done = ModelLogEntry.objects.filter(action__in=("signature.hand_out", "petition.erase"))
    history = admin_client.get(reverse("wagtailadmin_reports:site_history")).content.decode()
    assert [entry.user.get_username() for entry in done] == ["admin"] * 2
    assert "Copy of the data given to the person at their request" in history
    assert "Data deleted at the person’s request" in history
    assert EMAIL not in history


def test_whoever_deletes_what_is_known_besides_signatures_gets_a_receipt(teams, people, browse):
    upload(teams.ours, [["Ines", EMAIL, "", "", ""]])
    RememberedModeration.objects.create(
        tally=teams.theirs.tally,
        email_key=email_key(teams.theirs.tally.pk, EMAIL),
        moderation="quarantined",
    )
    team, other = browse(people.river_manager), browse(people.administrator)

    receipts = [
        client.post(ERASE, {"email": EMAIL, "sure": "yes"}, follow=True) for client in (team, other)
    ]

    pages = [each.content.decode() for each in receipts]
    assert [each.status_code for each in receipts] == [200, 200]
    assert ["Lists that wait to be imported" in page for page in pages] == [True, False]
    addresses = [each.redirect_chain[0][0] for each in receipts]
    assert [address in look_up(team) for address in addresses] == [True, False]
    assert team.get(addresses[1]).status_code == 404
    said = "Data deleted at the person’s request"
    assert [of_petition(team, teams.ours)[0], of_petition(other, teams.theirs)[0]] == [said] * 2

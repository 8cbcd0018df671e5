"""The page of one signature: why it is quarantined, its timeline, similar signatures, notes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from campaigns.cms.finding import signature_page
from campaigns.finding import similar
from campaigns.finding.notes import SignatureNote
from campaigns.models import Signature
from campaigns.privacy import access_report, erasing, own_copy, own_page, retention
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import grant, make_user
from tests.campaigns.cms.signatures.test_listing import INDEX, address, found
from tests.factories import make_campaign, make_decision, make_ended, make_mail, make_signature

NOTE = "She called on Monday."


def notes_url(signature):
    return reverse("add_signature_note", args=[signature.pk])


def page(client, signature):
    return client.get(address("inspect", signature))


@pytest.fixture
def moderator(teams):
    """A user of the River team, who may moderate."""
    group = make_user("river_moderator", "River team").groups.get()
    grant(group, teams.river, "moderate_signatures")
    return group.user_set.get(username="river_moderator")


def test_the_time_line_tells_what_happened_in_order(teams, people, browse):
    ada = make_signature(teams.ours, email="t@example.org", times_signed=3, confirmed_at=None)
    mail = make_mail(ada)
    mail.ended_at = timezone.now() + timedelta(minutes=1)
    mail.save()
    Signature.objects.filter(pk=ada.pk).update(confirmed_at=timezone.now() + timedelta(minutes=2))
    make_decision(ada, reason="This is a fake")

    timeline = page(browse(people.manager), ada).context["timeline"]

    told = [str(entry.message) for entry in timeline]
    assert told[:2] == ["Signed", "Sent the form 3 times, the last time now"]
    assert told[-2:] == ["Email “please confirm”: sent", "Confirmed"]
    assert "This is a fake" in told[2]


def test_who_was_brought_in_with_a_list_has_a_day_and_no_time(teams, people, browse):
    noon = {"signed_at": datetime(2026, 3, 4, 12, tzinfo=UTC)}
    noon |= {"confirmed_at": noon["signed_at"], "channel": "paper"}
    kari = make_signature(teams.ours, email="kari@example.org", **noon)
    client = browse(people.river_manager)

    response = page(client, kari)
    [report] = access_report.export(kari.email)["signatures"]

    told = [(entry.message, entry.day) for entry in response.context["timeline"]]
    assert told == [("Signed", date(2026, 3, 4)), ("Brought in with a list", None)]
    assert response.context["timeline"][1].timestamp == kari.arrived_at
    assert (report["signed_at"], report["confirmed_at"]) == (date(2026, 3, 4),) * 2
    assert report["times_signed"] == 0
    for shown in (response.content.decode(), client.get(INDEX).content.decode()):
        assert "12:00" not in shown
    days = dict(own_page.details(kari))
    assert (days["Signed"], days["Confirmed"]) == ("4 March 2026",) * 2
    # Nobody knows whether two people in a list signed within the same hour.
    make_signature(teams.ours, email="ingrid@example.org", **noon)
    assert similar.Alike.HOUR not in similar.counts(Signature.objects.all(), kari)
    Signature.objects.filter(pk=kari.pk).update(times_signed=2)
    again = [entry.message for entry in page(client, kari).context["timeline"]]
    assert again[-1] == "Sent the form 1 time, the last time now"


REASONS = {
    "burst": "Within ten minutes, more signatures than the limit came from its network.",
    "listed": "On the block list",
    "A colleague wrote this": "A colleague wrote this",
    "": "No reason was given.",
}


def test_it_says_why_it_is_quarantined_and_leads_to_the_others(teams, people, browse):
    client = browse(people.river_manager)

    for reason, why in REASONS.items():
        for number in range(2):
            fake = {"moderation": "quarantined", "moderation_reason": reason}
            email = f"{number}@example.org"
            signature = make_signature(teams.ours, email=email, name="Bot", **fake)

        response = page(client, signature)

        assert response.context["why"] == why, reason
        listed = client.get(response.context["quarantine_url"])
        assert len(listed.context["object_list"]) == 2, reason
        Signature.objects.filter(name="Bot").delete()
    assert page(client, teams.ada).context["why"] == ""


@pytest.fixture
def alike(teams):
    """Signatures similar to Ada's: in each team one by name, domain, network and hour."""
    key, now = b"n" * 32, timezone.now()
    Signature.objects.filter(pk=teams.ada.pk).update(network_key=key, signed_at=now)
    for petition in (teams.ours, teams.theirs):
        long_ago = {"signed_at": now - timedelta(days=9)}
        make_signature(petition, name="ADA lovelace", email="x@else.where.org", **long_ago)
        make_signature(petition, name="By domain", email="d@EXAMPLE.org", **long_ago)
        make_signature(petition, name="By network", email="n@no.org", network_key=key, **long_ago)
        make_signature(petition, name="By hour", email="h@no.org", signed_at=now)
    return teams


def test_similar_ones_are_counted_and_listed(alike, people, browse):
    client = browse(people.river_manager)

    similar = page(client, alike.ada).context["similar"]

    assert [(each["label"], each["number"]) for each in similar] == [
        ("The same name", "1 other signature"),
        ("An email address at the same domain", "1 other signature"),
        ("The same network", "1 other signature"),
        ("The same petition within the same hour", "1 other signature"),
    ]
    names = [
        sorted(row.name for row in client.get(each["url"]).context["object_list"])
        for each in similar
    ]
    assert names == [
        ["ADA lovelace", "Ada Lovelace"],
        ["Ada Lovelace", "By domain"],
        ["Ada Lovelace", "By network"],
        ["Ada Lovelace", "By hour"],
    ]


def test_who_may_view_both_teams_sees_the_others_too(alike, people, browse):
    similar = page(browse(people.manager), alike.ada).context["similar"]

    assert [each["number"] for each in similar] == [
        *["2 other signatures"] * 3,
        "1 other signature",
    ]


def test_nothing_is_learnt_from_a_signature_that_one_may_not_view(alike, people, browse):
    same = {"name": "Ada Lovelace", "email": "g@example.org", "network_key": b"n" * 32}
    Signature.objects.filter(pk=alike.grace.pk).update(**same)
    client = browse(people.river_manager)

    for kind in ("name", "domain", "network", "hour", "nonsense", ""):
        assert found(client, like=f"{kind}.{alike.grace.pk}") == [], kind
        assert found(client, like=f"{kind}.") == [], kind


def test_notes_are_written_read_and_deleted(teams, people, browse, moderator):
    client = browse(moderator)
    before = page(client, teams.ada).content.decode()

    client.post(notes_url(teams.ada), {"text": NOTE})
    note = SignatureNote.objects.get()
    read = page(browse(people.river_manager), teams.ada).content.decode()
    deleted = client.post(reverse("delete_signature_note", args=[teams.ada.pk, note.pk]))
    again = client.post(reverse("delete_signature_note", args=[teams.ada.pk, note.pk]))

    assert (note.text, note.written_by, note.signature) == (NOTE, moderator, teams.ada)
    assert "No colleague has written a note." in before
    # What is written when a session has ended is kept by the browser (signed-out.js).
    assert f'action="{notes_url(teams.ada)}" data-edit-form="question"' in before
    assert NOTE in read
    assert f"<bdi>{moderator.username}</bdi> · " in read
    assert (deleted.status_code, again.status_code) == (302, 302)
    assert not SignatureNote.objects.exists()
    entries = ModelLogEntry.objects.filter(object_id=str(teams.ada.pk)).order_by("pk")
    assert [(entry.action, entry.data) for entry in entries] == [
        ("signature.note", {}),
        ("signature.delete_note", {}),
    ]


def test_a_note_may_be_as_long_as_the_browser_lets_it_be(teams, moderator, browse):
    """Browsers count a line break as one character, and send two."""
    text = "\n".join(["x" * 49] * 20)

    browse(moderator).post(notes_url(teams.ada), {"text": text.replace("\n", "\r\n")})

    assert SignatureNote.objects.get().text == text


def test_an_empty_or_endless_note_is_refused(teams, moderator, browse):
    for text in ("", "   ", "x" * 1001):
        client = browse(moderator)
        response = client.post(notes_url(teams.ada), {"text": text})

        assert response.url == f"{address('inspect', teams.ada)}#notes", text
        assert "The note was not added" in said(client), text
        assert not SignatureNote.objects.exists(), text


def test_who_may_not_moderate_reads_notes_and_writes_none(teams, people, browse, moderator):
    note = SignatureNote.objects.create(signature=teams.ada, text=NOTE, written_by=moderator)
    foreign = SignatureNote.objects.create(signature=teams.grace, text="Foreign")
    editor = browse(people.editor)

    shown = page(editor, teams.ada)
    statuses = [
        editor.post(notes_url(teams.ada), {"text": "x"}).status_code,
        editor.post(reverse("delete_signature_note", args=[teams.ada.pk, note.pk])).status_code,
        browse(moderator).post(notes_url(teams.grace), {"text": "x"}).status_code,
        # A note of another team's signature, by the URL of one's own signature.
        browse(moderator)
        .post(reverse("delete_signature_note", args=[teams.ada.pk, foreign.pk]))
        .status_code,
    ]

    assert (NOTE in shown.content.decode(), shown.context["note_form"]) == (True, None)
    assert statuses == [404, 404, 404, 302]
    assert SignatureNote.objects.count() == 2


def test_notes_are_in_the_access_report_and_not_in_the_signers_own_copy(teams, moderator):
    SignatureNote.objects.create(signature=teams.ada, text=NOTE, written_by=moderator)

    report = access_report.export("ada@example.org")

    [note] = report["signatures"][0]["notes"]
    assert (note["note"], note["written_by"]) == (NOTE, "river_moderator")
    assert NOTE not in str(own_copy.own_copy(teams.ada))


def test_notes_end_with_the_data_of_the_signer(teams, moderator):
    ended = make_signature(make_ended(), email="old@example.org")
    for signature in (teams.ada, ended):
        SignatureNote.objects.create(signature=signature, text=NOTE, written_by=moderator)

    erasing.erase("ada@example.org")
    left = SignatureNote.objects.values_list("signature", flat=True)
    left = list(left)
    retention.run()

    assert left == [ended.pk]
    assert not SignatureNote.objects.exists()


def test_an_anonymised_signature_has_a_page_without_what_is_gone(people, browse):
    make_signature(make_ended(), email="old@example.org")
    retention.run()
    signature = Signature.objects.get(email=None, anonymised_at__isnull=False)

    response = page(browse(people.administrator), signature)

    assert (response.status_code, response.context["similar"]) == (200, [])
    assert response.context["note_form"] is None
    assert [str(entry.message) for entry in signature_page.signing(signature)][-1] == "Anonymised"


def test_of_an_anonymised_signature_staff_read_the_day_alone_wherever_they_are(people, browse):
    signed = datetime(2026, 4, 1, 9, 40, tzinfo=UTC)
    make_signature(make_ended(), signed_at=signed, confirmed_at=signed)
    retention.run()
    zone = {"current_time_zone": "America/New_York"}
    UserProfile.objects.update_or_create(user=people.administrator, defaults=zone)
    client = browse(people.administrator)

    listed = client.get(INDEX).text
    shown = BeautifulSoup(page(client, Signature.objects.get(email=None)).content, "html.parser")

    assert ("1\xa0Apr\xa02026" in listed, "1\xa0Apr\xa02026, " in listed) == (True, False)
    days = [each.text for each in shown.select(".signature-timeline time")]
    assert days[:2] == ["1 Apr 2026", "1 Apr 2026"]
    assert shown.text.count("1 April 2026") == 2


def test_a_signature_of_a_deleted_page_still_has_a_page(teams, people, browse):
    campaign = make_campaign(teams.ours, title="The lower river")
    signature = make_signature(teams.ours, email="t@example.org", page=campaign)

    with CaptureQueriesContext(connection) as queries:
        campaign.delete()

    written = [each["sql"] for each in queries if Signature._meta.db_table in each["sql"]]
    assert written == []
    signature = Signature.objects.get(pk=signature.pk)
    assert "A page that was deleted" in page(browse(people.manager), signature).text
    (exported,) = access_report.export("t@example.org")["signatures"]
    assert exported["page"] is own_copy.own_copy(signature)["page"] is None
    assert "On the page" not in dict(own_page.details(signature))

"""Appeals: a reader finds who represents them, and writes with their own email program."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from campaigns.appeals import listing
from campaigns.models import Appeal, Message
from campaigns.privacy import access_report, erasing
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_appeal, make_campaign

pytestmark = pytest.mark.django_db

GOOD = "Email;Constituency;Name\nada@parliament.example;Nord, Süd;Ada B.\nC@faß.example;West;C\n"
OTHER = [listing.Row("Elsewhere", "B", "b@c.example")]


def upload(client, appeal: Appeal, content: str | bytes, *, name: str = "list.csv"):
    body = content.encode() if isinstance(content, str) else content
    url = reverse("wagtailsnippets_campaigns_appeal:representatives", args=[appeal.pk])
    return client.post(url, {"file": SimpleUploadedFile(name, body)})


def listed(appeal: Appeal) -> list[tuple[str, str, str]]:
    return list(appeal.representatives.order_by("area").values_list("area", "name", "email"))


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_the_headings_that_the_cms_names_are_understood(language):
    with translation.override(language):
        for meaning, known in listing.HEADINGS.items():
            assert translation.gettext(meaning).casefold() in known
            assert any(each in str(listing.NO_HEADINGS).casefold() for each in known)


def test_a_reader_chooses_an_area_and_writes_with_their_own_program(client):
    appeal = make_appeal()
    page = make_campaign(body=[("appeal", {"appeal": appeal})])

    story = client.get(page.url).content.decode()
    offer = client.get(appeal.get_absolute_url())
    chosen = client.get(appeal.get_absolute_url(), {"area": "Area 2"})

    text = chosen.content.decode()
    (link,) = re.findall(r'href="(mailto:[^"]+)"', text)
    parts = urlsplit(html.unescape(link))
    assert f'href="{appeal.get_absolute_url()}"' in story
    assert re.findall(r"<option>(.+?)</option>", offer.content.decode()) == ["Area 1", "Area 2"]
    assert parts.path == "member2@parliament.example"
    assert parse_qs(parts.query) == {
        "subject": ["The last free river"],
        "body": ["Dear Member 2,\r\nplease stop the dam & save 100 %."],
    }
    assert "member1@" not in text + story
    # Caches on disks must not store a page that shows which area somebody chose.
    assert "public" in offer["Cache-Control"]
    assert "no-store" in chosen["Cache-Control"]


def test_what_is_typed_badly_is_answered_kindly(client):
    url = make_appeal().get_absolute_url()

    unknown = client.get(url, {"area": "<b>Atlantis"})

    assert unknown.status_code == 404
    assert "Nobody in the list is for “&lt;b&gt;Atlantis”." in unknown.content.decode()
    assert "<option>Area 1</option>" in unknown.content.decode()
    for told in ("<title>Please check: ", 'tabindex="-1" data-answer', "js/errors.js"):
        assert told in unknown.content.decode()
    for query in ("?area=%00", "?part=%ff%00", "?area=&part=", "?area=" + "x" * 5000):
        assert client.get(url + query).status_code in (200, 404)
    assert client.post(url).status_code == 404


def test_of_very_many_areas_a_reader_types_a_part(client, monkeypatch):
    monkeypatch.setattr(listing, "MOST_OFFERED", 20)
    monkeypatch.setattr(listing, "MOST_FOUND", 3)
    url = make_appeal(areas=30).get_absolute_url()

    first = client.get(url).content.decode()
    with CaptureQueriesContext(connection) as queries:
        found = client.get(url, {"part": "area 1"}).content.decode()
    sqls = [each["sql"] for each in queries.captured_queries]
    nothing = client.get(url, {"part": "xyz"}).content.decode()
    empty = make_appeal(areas=0, slug="empty").get_absolute_url()

    assert "The list of people to write to is not here yet." in client.get(empty).content.decode()
    assert "<option>" not in first
    assert "Type a part of the name." in first
    assert re.findall(r'\?area=[^"]+">(.+?)</a>', found) == ["Area 1", "Area 10", "Area 11"]
    assert "There are more. Please type more of the name." in found
    assert "No name contains “xyz”." in nothing
    assert len([sql for sql in sqls if "campaigns_representative" in sql]) == 1, sqls


@pytest.mark.parametrize(
    ("typed", "area"),
    [
        ("Zurich", "Zürich"),
        ("GENEVE", "Genève"),
        ("Genève", "Geneve-Sud"),
        ("St Gallen", "St. Gallen"),
        ("val d'oise", "Val-d’Oise"),
        ("Орел", "Орёл"),
        ("100%", "100 % Nord"),
    ],
)
def test_an_area_is_found_without_its_accents_and_dots(client, typed, area):
    appeal = make_appeal(areas=1)
    listing.replace(appeal, [listing.Row(area, "A", "a@b.example"), *OTHER])

    found = client.get(appeal.get_absolute_url(), {"part": typed}).content.decode()

    assert re.findall(r'\?area=[^"]+">(.+?)</a>', found) == [area]


def test_one_area_needs_no_choice_and_a_draft_is_shown_to_nobody(client):
    appeal = make_appeal(areas=1)
    page = make_campaign(body=[("appeal", {"appeal": appeal})])

    shown = client.get(appeal.get_absolute_url()).content.decode()
    Appeal.objects.update(live=False)

    assert "mailto:member1@parliament.example" in shown
    assert "Choose again" not in shown
    assert client.get(appeal.get_absolute_url()).status_code == 404
    assert appeal.title not in client.get(page.url).content.decode()


def test_an_editor_writes_an_appeal_and_its_list_and_a_moderator_publishes_it(client):
    client.force_login(make_user("editor", "Editors"))
    fields = {
        "title": "Write to your member",
        "slug": "",
        "language": "1",
        "lead": "",
        "subject": "The river",
        "text": "Dear {representative},",
        "area_label": "",
        "action-publish": "on",
    }
    fields["language"] = str(make_appeal().language_id)
    client.post(reverse("wagtailsnippets_campaigns_appeal:add"), fields)
    appeal = Appeal.objects.get(slug="write-to-your-member")
    first = upload(client, appeal, GOOD)
    was_live = appeal.live

    client.force_login(make_user("moderator", "Moderators"))
    edit = reverse("wagtailsnippets_campaigns_appeal:edit", args=[appeal.pk])
    offered = client.get(edit).content.decode()
    client.post(edit, fields | {"slug": appeal.slug})
    client.force_login(make_user("other", "Editors"))
    refused = client.get(edit).content.decode()
    later = upload(client, appeal, GOOD.replace("Ada", "Eve"))
    history = reverse("wagtailsnippets_campaigns_appeal:history", args=[appeal.pk])
    noted = " ".join(client.get(history).content.decode().split())

    appeal.refresh_from_db()
    assert (was_live, appeal.live) == (False, True)
    assert first.status_code == 302
    assert later.status_code in (302, 403)
    assert noted.count("The list has 2 representatives.") == 1
    assert "The list has 2 representatives." in offered
    assert ("Upload a list" in offered, "Upload a list" in refused) == (True, False)
    assert listed(appeal) == [
        ("Nord, Süd", "Ada B.", "ada@parliament.example"),
        ("West", "C", "c@xn--fa-hia.example"),
    ]


@pytest.mark.parametrize(
    "email", ["a" * 64 + "@" + f"{'b' * 60}." * 4 + "example", "a@localhost", "a@[10.0.0.1]"]
)
def test_an_email_that_cannot_be_stored_or_goes_nowhere_is_refused(client, email):
    appeal = make_appeal()
    client.force_login(make_user("moderator", "Moderators"))

    response = upload(client, appeal, f"area,name,email\nNorth,Ada,{email}\n")

    assert response.status_code == 422
    [problem] = response.context["form"].shown
    assert str(problem.text) == f"This is not an email address: {email[:80]}"


def test_a_list_with_errors_changes_nothing_and_names_each_row(client):
    appeal = make_appeal()
    client.force_login(make_user("moderator", "Moderators"))
    before = listed(appeal)
    bad = (
        "area,name,email\nNorth,Ada,ada\n,Bea,b@c.example\nWest,C,c@d.example\n\nWest,D,c@d.example"
    )
    long = "area,name,email\n" + f"North,{'x' * 121},a@b.example\n" * 60

    response = upload(client, appeal, bad)
    answers = {
        name: upload(client, appeal, content).context["form"].errors["file"][0]
        for name, content in {
            "headings": "a,b\n1,2\n",
            "only headings": "area,name,email\n",
            "many rows": "area,name,email\n" + "N,A,a@b.example\n" * 20_001,
            "picture": b"\x89PNG\r\n\x1a\n\0\0",
        }.items()
    }
    many = upload(client, appeal, long)
    twice = upload(client, appeal, "area,name,email\nN,A,A.B@C.example\nN,B,a.b@c.EXAMPLE\n")

    assert response.status_code == 422
    assert [(each.number, str(each.text)) for each in response.context["form"].shown] == [
        (2, "This is not an email address: ada"),
        (3, "This is empty: area."),
        (6, "The same area and email address as in row 4."),
    ]
    assert "Row 6: The same area and email address as in row 4." in response.content.decode()
    assert answers["headings"].startswith("The first row must have the headings")
    assert answers["only headings"].startswith("This file has one row only.")
    assert answers["many rows"].startswith("This list has more than 20,000 rows.")
    assert "longer than 120 characters" in many.context["form"].shown[0].text
    assert answers["picture"].startswith("This is neither a CSV file")
    assert (len(many.context["form"].shown), many.context["form"].unshown) == (50, 10)
    assert [str(each.text) for each in twice.context["form"].shown] == [
        "The same area and email address as in row 2."
    ]
    assert listed(appeal) == before
    assert upload(client, appeal, "area,name,email\nN,A,A.B@C.Example\n").status_code == 302
    assert listed(appeal) == [("N", "A", "a.b@c.example")]


def test_a_web_address_is_made_from_the_title_and_taken_once(client):
    client.force_login(make_user("moderator", "Moderators"))
    taken = make_appeal()
    url = reverse("wagtailsnippets_campaigns_appeal:add")
    fields = {"title": "T", "language": taken.language_id, "subject": "S", "text": "T", "slug": ""}

    response = client.post(url, fields | {"slug": taken.slug})

    for _again in range(2):
        client.post(url, fields)

    assert response.context["form"].errors == {"slug": ["Another appeal has this web address."]}
    slugs = Appeal.objects.exclude(pk=taken.pk).order_by("slug").values_list("slug", flat=True)
    assert list(slugs) == ["t", "t-2"]


def test_a_representative_who_asks_is_told_and_erased():
    appeal, email = make_appeal(), "member1@xn--fa-hia.example"
    appeal.representatives.filter(area="Area 1").update(email=email)
    known = {"recipient_name": "Member 1", "recipient_email": email}
    Message.objects.create(appeal=appeal, name="Ada", **known)
    report = access_report.export("Member1+office@faß.example")
    receipt = erasing.erase("Member1@faß.example")

    assert report["representatives"] == [
        {
            "name": "Member 1",
            "area": "Area 1",
            "email": email,
            "title": appeal.title,
        }
    ]
    assert [row["recipient_name"] for row in report["messages_to"]] == ["Member 1"]
    assert "Ada" not in str(report)  # only the email says who wrote
    assert receipt.others == {erasing.LISTED: 1, erasing.MESSAGES: 1}
    assert not Message.objects.exists()
    assert [each[0] for each in listed(appeal)] == ["Area 2"]


def test_an_editor_submits_an_appeal_and_a_moderator_approves_what_was_submitted(client):
    fields = {"title": "Write to them", "slug": "them", "subject": "The river", "lead": ""}
    fields |= {"language": str(make_appeal().language_id), "text": "Dear {representative},"}
    fields |= {"area_label": "", "sends": "on"}
    client.force_login(make_user("editor", "Editors"))
    client.post(reverse("wagtailsnippets_campaigns_appeal:add"), fields | {"action-submit": "on"})
    appeal = Appeal.objects.get(slug="them")
    edit = reverse("wagtailsnippets_campaigns_appeal:edit", args=[appeal.pk])
    mine = client.get(edit).content.decode()

    client.force_login(make_user("moderator", "Moderators"))
    at_home = client.get(reverse("wagtailadmin_home")).content.decode()
    waiting = client.get(edit).content.decode()
    task = appeal.current_workflow_task_state
    approve = {"action-workflow-action": "on", "workflow-action-name": "approve"}
    answer = client.post(edit, fields | approve | {"task_state": task.pk})

    appeal.refresh_from_db()
    assert 'data-workflow-action-name="approve"' not in mine
    assert 'data-workflow-action-name="approve"' in waiting
    assert "Write to them" in at_home
    assert "has submitted this" in waiting
    assert answer.status_code == 302
    assert (appeal.live, appeal.has_unpublished_changes) == (True, False)
    assert not appeal.workflow_in_progress

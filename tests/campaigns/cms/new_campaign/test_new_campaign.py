"""“New campaign”: a few answers make the drafts of a page and of its petition."""

from datetime import date
from uuid import uuid4

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Workflow
from wagtail.users.models import UserProfile

from campaigns.models import CampaignPage, CustomImage, Petition
from campaigns.pages.new_campaign import Letter, read_letter
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.new_campaign.conftest import BEGIN, iptc
from tests.campaigns.test_dates import another_zone
from tests.factories import make_campaign, make_petition


def test_the_answers_become_drafts_that_are_opened(client, answers, people):
    picture = iptc(((2, 120), "A line of police."), ((2, 80), "A. Demianchuk"), ((2, 110), "R."))
    file = SimpleUploadedFile("square.jpg", picture, "image/jpeg")

    answer = client.post(BEGIN, {**answers, "picture": file})

    page = CampaignPage.objects.get(title="Protect freedom of expression")
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    petition = page.petition.get_latest_revision_as_object()
    assert (page.live, petition.live, page.owner) == (False, False, people.editor)
    assert (petition.title, petition.goal) == (page.title, 5000)
    assert petition.salutation == "Dear President Putin,"
    assert [each.value for each in petition.demands] == [
        "re-criminalise libel",
        "restrict public protests",
    ]
    image = CustomImage.objects.get()
    assert (image.credit, image.description) == ("A. Demianchuk/R.", "A line of police.")
    assert page.listing_image_id == image.pk
    opened = client.get(answer.url)
    words = (
        "Read from the picture’s file: Caption “A line of police.”, "
        "Description “A line of police.”, Credit “A. Demianchuk/R.”."
    )
    assert words in opened.content.decode()
    assert "Missing both in the form and in" not in opened.content.decode()
    assert (petition.closes_at.hour, petition.closes_at.minute) == (23, 59)
    draft = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert "restrict public protests" in draft.content.decode()


def test_the_message_names_the_next_step_of_whoever_began(client, answers, people):
    def begun():
        client.cookies.pop("messages", None)  # as the page does that shows them
        client.post(BEGIN, {**answers, "key": str(uuid4())})
        return said(client)

    of_editor = begun()
    client.force_login(people.moderator)
    of_moderator = begun()
    client.force_login(people.editor)
    Workflow.objects.update(active=False)  # then there is no such button
    without_approval = begun()

    assert "Then press “Submit for moderation”." in of_editor
    assert "It is public once a member of Moderators has approved it." in of_editor
    assert "Then open the menu beside “Save draft”, and choose “Publish”." in of_moderator
    assert "Submit for moderation”" not in of_moderator
    assert "Then ask a colleague who may publish" in without_approval
    assert "Submit for moderation" not in without_approval


def test_it_asks_with_advice_beside_each_question(client, parent, people):
    client.force_login(people.editor)

    page = BeautifulSoup(client.get(BEGIN).content, "html.parser")

    asked = {
        each.h2.get_text(strip=True): len(each.select_one(".begin__advice").get_text(strip=True))
        for each in page.select("ol .begin__question")
    }
    assert list(asked) == [
        "What should change?",
        "Who decides?",
        "Why?",
        "Which picture?",
        "Until when?",
    ]
    assert min(asked.values()) > 20
    # No browser cuts what is too long, and the day is that of today.
    assert [field["name"] for field in page.select("main [maxlength]")] == []
    today = timezone.localdate().isoformat()
    assert page.select_one("input[type=date][name=published_on]")["value"] == today
    assert page.select_one("input[type=date][name=closes_at]")


def test_only_the_title_is_needed_and_the_day_is_what_was_typed(client, answers, people):
    """If nothing was typed, it is today on the site, whatever the account's time zone."""
    UserProfile.objects.create(user=people.editor, current_time_zone=another_zone())
    needed = {name: answers[name] for name in ("title", "parent", "collection", "key")}

    client.post(BEGIN, needed | {"published_on": "2013-06-13"})
    client.post(BEGIN, needed | {"title": "Today", "key": uuid4()})

    page, other = (CampaignPage.objects.get(title=title) for title in (answers["title"], "Today"))
    assert (page.live, page.petition.live) == (False, False)
    assert page.get_latest_revision_as_object().published_on == date(2013, 6, 13)
    assert other.get_latest_revision_as_object().published_on == timezone.localdate()


def test_what_is_wrong_is_said_and_what_was_typed_stays(client, answers):
    def ask(**changed):
        answer = client.post(BEGIN, {**answers, **changed})
        page = BeautifulSoup(answer.content, "html.parser")
        assert answer.status_code == 422, changed
        assert not CampaignPage.objects.filter(title=answers["title"]).exists(), changed
        return answer.context["form"], page

    form, page = ask(title="", letter=f"• {'x' * 301}\n• y", closes_at="2020-01-01")
    assert "A demand may have 300 characters at most" in page.get_text()
    assert page.select_one("[name=target]")["value"] == "Vladimir Putin"
    # A day that has passed is said at the top, too.
    assert "This day is in the past." in page.get_text()
    links = [link["href"] for link in page.select("[role=alert] a")]
    assert "#id_closes_at" in links
    # What is too long is neither cut nor lost.
    lead = "A river is not a pipe. " * 20
    form, page = ask(summary=lead)
    assert lead.strip() in page.select_one("[name=summary]").text
    assert "at most 255 characters (it has 459)" in page.text
    # What is typed about a picture asks for it, and is not dropped.
    for words in ({"description": "A line of police."}, {"credit": "R. Roe"}):
        form, _page = ask(**words)
        assert list(form.errors) == ["picture"]
        assert [form[name].value() for name in words] == [*words.values()]
    # Of a picture that was lost with a session the tab keeps its field's name (signed-out.js).
    form, page = ask(unsent_file="picture")
    assert list(form.errors) == ["picture"]
    error = page.select_one(".begin .error-message").get_text()
    assert "Please choose the picture again" in error
    # What is sent twice makes one campaign.
    urls = {client.post(BEGIN, answers).url for _click in range(2)}
    assert len(urls) == 1
    for model in (CampaignPage, Petition):
        assert model.objects.filter(title=answers["title"]).count() == 1


def test_a_template_gives_its_settings_story_and_texts(client, answers):
    old = make_petition(title="Old", goal=700, postcode_field="required", button="Sign now")
    story = [("heading", "What we know"), ("petition", {"petition": None})]
    template = make_campaign(old, title="Old", is_template=True, body=story)

    client.post(BEGIN, {**answers, "template": template.pk, "goal": "", "letter": ""})

    page = CampaignPage.objects.get(title=answers["title"])
    petition = page.petition.get_latest_revision_as_object()
    assert (petition.goal, petition.postcode_field, petition.button) == (
        700,
        "required",
        "Sign now",
    )
    assert [block.block_type for block in page.body] == ["heading"]
    assert (petition.opening, petition.ask) == (old.opening, answers["ask"])
    assert petition.tally != old.tally
    assert not page.get_latest_revision_as_object().is_template
    # What is typed stands before its story.
    own = {"title": "New", "key": str(uuid4()), "story": "New."}
    client.post(BEGIN, {**answers, "template": template.pk, **own})
    page = CampaignPage.objects.get(title="New")
    assert [block.block_type for block in page.body] == ["text", "heading"]


def test_a_template_gives_its_newest_words_and_none_of_its_signatures(client, answers):
    old = make_petition(title="Old")
    curve = ("curve", {"petition": old, "heading": "So many"})
    template = make_campaign(old, title="Old", is_template=True, body=[("heading", "Published")])
    template.body = [("heading", "Drafted"), curve]
    template.save_revision()
    old.opening = "Drafted."
    old.save_revision()

    client.post(BEGIN, {**answers, "template": template.pk, "letter": ""})

    page = CampaignPage.objects.get(title=answers["title"]).get_latest_revision_as_object()
    heading, curve = page.body
    assert (heading.value, page.petition.get_latest_revision_as_object().opening) == (
        "Drafted",
        "Drafted.",
    )
    assert (curve.value["petition"], curve.value["heading"]) == (None, "So many")


def test_a_template_of_another_team_is_not_offered(client, teams, answers, people):
    make_campaign(teams.theirs, title="Theirs", is_template=True)
    people.editor.groups.clear()

    assert client.get(BEGIN).status_code == 302


def test_the_start_page_offers_it_to_those_who_may(client, parent, people):
    client.force_login(people.editor)
    offered = BEGIN in client.get("/admin/").content.decode()
    client.force_login(people.manager)

    assert offered
    assert BEGIN not in client.get("/admin/").content.decode()
    assert client.get(BEGIN).status_code == 302


def test_a_letter_is_taken_apart_at_its_list():
    letters = {
        "": Letter("", "", [], ""),
        "One.\nTwo.": Letter("", "One.\n\nTwo.", [], ""),
        "Dear all,\n1. a\n\n2) b": Letter("Dear all,", "", ["a", "b"], ""),
        "Estimada alcaldesa:\n\nUno.": Letter("Estimada alcaldesa:", "Uno.", [], ""),
        "Уважаемый господин мэр!\nРаз.": Letter("Уважаемый господин мэр!", "Раз.", [], ""),
        "We demand:\n- a": Letter("", "We demand:", ["a"], ""),
        "We ask:\nа) one\n(b) two\n١. three": Letter("", "We ask:", ["one", "two", "three"], ""),
        "In 2013. Then\n- a - b\nEnd": Letter("", "In 2013. Then", ["a - b"], "End"),
    }

    assert {text: read_letter(text) for text in letters} == letters


def test_the_story_becomes_a_text_with_lists(client, answers):
    text = "It began <b>in snow</b>.\n\nHe introduced laws that:\n\n"
    text += "  • limit it\n  • stigmatise\n\nWhy?\n– And?"

    client.post(BEGIN, {**answers, "story": text})

    page = CampaignPage.objects.get(title=answers["title"])
    assert [block.block_type for block in page.body] == ["text"]
    assert page.body[0].value.source == (
        "<p>It began &lt;b&gt;in snow&lt;/b&gt;.</p><p>He introduced laws that:</p>"
        "<ul><li>limit it</li><li>stigmatise</li></ul><p>Why?</p><p>– And?</p>"
    )

"""What editors and moderators see first: the menu, the forms, the preview and the page."""

import re
from datetime import date
from html import escape, unescape
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup, SoupStrainer
from django.conf import settings
from django.urls import reverse
from wagtail.models import PageViewRestriction

from campaigns.cms.pages.approval import WITH_PETITION, put_next_step_first
from campaigns.counting import counting
from campaigns.petitions import panels
from tests.campaigns.cms.browsing import url
from tests.factories import make_campaign, make_image, make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_the_approval_of_both_is_the_button_that_is_seen():
    names = ["save", "action-publish", "reject", WITH_PETITION, "approve"]
    items = [SimpleNamespace(name=name, icon_name="edit") for name in names]

    put_next_step_first(items, None, {"view": "edit"})

    assert [item.name for item in items] == [WITH_PETITION, "save", "reject", "approve"]
    assert items[0].icon_name == "success"


@pytest.mark.parametrize(
    ("view", "names", "first"),
    [
        ("edit", ["save", "unpublish", "action-submit"], "save action-submit"),
        ("edit", ["save", "action-publish", "action-submit"], "save"),
        ("create", ["save", "action-submit"], "save"),
        ("edit", ["save", "action-cancel-workflow"], "save"),
    ],
)
def test_who_cannot_publish_sees_the_submission_beside_the_saving(view, names, first):
    items = [
        SimpleNamespace(name=name, render_html=lambda _, name=name: f"{name} ") for name in names
    ]

    put_next_step_first(items, None, {"view": view})

    assert items[0].render_html({}).strip() == first


@pytest.mark.parametrize(("live", "mode"), [(False, "open"), (True, "now")])
def test_the_preview_of_a_draft_begins_with_the_open_petition(live, mode):
    assert make_campaign(make_petition(live=live)).default_preview_mode == mode


def test_the_goal_is_shown_before_anybody_has_signed_and_then_the_drop_fills_up_to_it(client):
    petition = make_petition(goal=4, opening="One.\n\nTwo.")

    before = client.get(petition.url_path()).content.decode()
    make_signature(petition)
    counting.recount()
    after = client.get(petition.url_path()).content.decode()

    assert "Be the first of 4 to sign" in before
    assert '<progress max="4" value="1"' in after
    # An empty line begins a paragraph.
    assert "<p>One.</p>\n\n<p>Two.</p>" in before


def test_the_form_of_a_petition_has_four_tabs_and_all_that_is_printed_or_copied(
    admin_client, client
):
    petition = make_petition(embed_sites="https://www.example.org")
    titles = ("One", "Two <b>")
    carrying = [make_campaign(petition, title=title) for title in titles]

    page = admin_client.get(url("edit", petition.pk)).content.decode()

    tabs = BeautifulSoup(page, "html.parser", parse_only=SoupStrainer(role="tab"))
    tabs = tabs.find_all(role="tab", recursive=False)
    assert [tab.get_text(strip=True).partition("(")[0] for tab in tabs] == [
        "Letter",
        "Settings",
        "Texts of each step",
        "On other sites",
    ]
    # It leads to the pages that carry it, and can be unpublished: nobody has signed.
    assert ", ".join(map(link_to, carrying)) in page
    assert url("unpublish", petition.pk) in page
    # The named sites are shown the code that they need.
    text = unescape(page)
    assert f'<iframe src="{settings.BASE_URL}{petition.url_path(framed=True)}"' in text
    assert "functions.php" in text
    assert "WAGTAILEMBEDS" in text
    # The box beside the form, and the thanks, lead to what can be printed.
    thanks = client.get(petition.url_path("thanks")).content.decode()
    for name in ("poster", "qr_code", "card"):
        assert f'href="{petition.url_path(name)}"' in page
    assert f'href="{petition.url_path("poster")}"' in thanks


def test_nobody_can_sign_in_a_preview():
    petition = make_petition()
    page = make_campaign(petition)

    shown = [
        page.make_preview_request(preview_mode="open"),
        page.make_preview_request(preview_mode="now"),
        petition.make_preview_request(preview_mode="open"),
    ]

    for response in shown:
        form = BeautifulSoup(response.content, "html.parser").select_one(".petition-form")
        assert form
        assert (form.get("action"), form.get("method")) == (None, None)
        assert [button.get("type") for button in form.select("button")] == ["button"]


def test_the_day_that_was_chosen_stands_above_the_title(client):
    page = make_campaign(published_on=date(2013, 8, 30))

    text = client.get(page.url).content.decode()

    assert text.index(">30 August 2013</time>") < text.index("<h1")


def test_lists_show_the_lead_or_the_ask_and_the_picture_of_a_campaign(client):
    page = make_campaign(listing_summary="One sentence.", listing_image=make_image())
    make_campaign(make_petition(ask="Stop the dam."), listing_summary="")

    text = client.get(page.get_parent().url).content.decode()

    assert "One sentence." in text
    assert text.count('class="card-picture"') == 1
    assert "<p>Stop the dam.</p>" in text


def test_the_total_of_the_whole_site_stands_at_the_top_of_a_campaign(client):
    make_signature(make_petition(title="Another"))
    page = make_campaign(make_petition())
    counting.recount()

    top = client.get(page.url).content.decode().partition("petition-letter")[0]

    assert re.search(r"Total Actions taken.*?>\s*1\s*<", top, re.DOTALL)


def test_the_form_is_unfolded_in_a_preview_and_folded_on_the_page(client):
    page = make_campaign(make_petition())

    shown = [page.make_preview_request(preview_mode="open"), client.get(page.url)]

    forms = [BeautifulSoup(each.content, "html.parser").select(".unfolded") for each in shown]
    assert [len(found) for found in forms] == [1, 0]


def link_to(page):
    path = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return f'<a href="{path}">{escape(page.title)}</a>'


def test_the_form_of_a_petition_leads_to_no_page_that_one_may_not_edit(teams, editor, people):
    page = make_campaign(teams.ours, title="One")

    led = [panels.status(teams.ours, user)["pages"] for user in (people.editor, editor)]

    assert led == [[("One", reverse("wagtailadmin_pages:edit", args=[page.pk]))], []]


def test_who_hides_a_page_reads_that_its_petition_stays_public(people, browse, client):
    page = make_campaign(make_petition())
    moderator = browse(people.moderator)
    form = reverse("wagtailadmin_pages:edit", args=[page.pk])
    before = moderator.get(form).content.decode()

    dialog = moderator.get(reverse("wagtailadmin_pages:set_privacy", args=[page.pk])).json()["html"]
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type="login")
    after = moderator.get(form).content.decode()

    assert "Petitions on them stay public at their own web addresses." in dialog
    assert ["Its petition is not: " in text for text in (before, after)] == [False, True]
    hidden, public = client.get(page.url), client.get(page.petition.get_absolute_url())
    assert (hidden.status_code, public.status_code) == (302, 200)

"""The list of campaigns in the CMS, copying one, and moving pages."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Locale, Page, Revision

from campaigns.counting import counting
from campaigns.models import CampaignPage, Petition, State, Tally
from home.models import ContentPage
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import make_team, make_user
from tests.factories import make_article, make_campaign, make_home, make_petition, make_signature

pytestmark = pytest.mark.django_db


def explorer(parent):
    return reverse("wagtailadmin_explore", args=[parent.pk])


def copy(client, page, **fields):
    values = {
        "new_title": "Keep the lake free",
        "new_slug": "keep-the-lake-free",
        "new_parent_page": page.get_parent().pk,
    }
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), values | fields)


def test_the_list_shows_where_each_campaign_stands(admin_client):
    closing = datetime(2013, 11, 30, 12, tzinfo=UTC)
    petition = make_petition(goal=4321, closes_at=closing)
    make_signature(petition)
    counting.recount()
    page = make_campaign(petition)
    make_campaign(make_petition(title="Open"))
    won = make_petition(title="Won", closes_at=datetime(2014, 11, 30, 12, tzinfo=UTC))
    Tally.objects.filter(pk=won.tally.pk).update(won_at=closing)
    make_campaign(won)

    text = admin_client.get(explorer(page.get_parent())).content.decode()

    for words in (
        "Signatures",
        "Goal",
        "Petition",
        "Closes",
        "4,321",
        "30 Nov 2013",
        "closed",
        "open",
    ):
        assert words in text
    assert "30 Nov 2014" not in text
    assert "<td>None" not in "".join(text.split())
    # It is shown behind the title.
    (head,) = re.findall(r"<table class=\"listing.*?<thead>(.*?)</thead>", text, re.S)
    columns = re.findall(r"<th\b[^>]*>(.*?)</th>", head, re.S)
    titles = [" ".join(re.sub(r"<[^>]+>", " ", column).split()) for column in columns]
    assert titles[2:6] == ["Signatures", "Goal", "Petition", "Closes"]


def test_a_longer_list_asks_no_more_often_where_campaigns_stand(admin_client):
    def queries():
        with CaptureQueriesContext(connection) as found:
            admin_client.get(explorer(first.get_parent()))
        # wagtail-localize queries twice for each page whether it can be translated.
        ours = ('FROM "campaigns_petition"', 'FROM "campaigns_tally"')
        return sum(name in query["sql"] for query in found for name in ours)

    first = make_campaign()
    one = queries()

    for number in range(3):
        make_campaign(make_petition(title=f"Another {number}"))

    # The third query is for the number that the menu shows beside "Quarantine".
    assert (one, queries()) == (4, 4)


def test_of_another_teams_petition_only_the_public_numbers_are_shown(teams, browse):
    page = make_campaign(teams.theirs, title="The forest")
    Petition.objects.filter(pk=teams.theirs.pk).update(count_from=10_000)
    Tally.objects.filter(petition=teams.theirs).update(total=7654, pending=4321)
    index, group = page.get_parent(), make_team("Pages only", teams.river)
    for permission in Permission.objects.filter(codename__in=["add_page", "change_page"]):
        GroupPagePermission.objects.create(group=group, page=index, permission=permission)
    client = browse(make_user("page_editor", "Pages only"))

    explorer = client.get(reverse("wagtailadmin_explore", args=[index.pk])).content.decode()
    form = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    for shown in (explorer, form):
        assert "The forest" in shown
        assert "7,654" not in shown
        assert "4,321" not in shown
    assert "Too few to show" in form


def test_a_search_that_finds_other_pages_is_no_failure(admin_client):
    page = make_campaign()

    response = admin_client.get(explorer(page.get_parent()), {"q": "Campaigns"})

    assert response.status_code == 200


def test_a_copied_campaign_has_a_petition_of_its_own_and_no_signatures(admin_client):
    petition = make_petition(
        goal=100, thanks_text="Come again.", closes_at=timezone.now() - timedelta(days=1)
    )
    make_signature(petition)
    counting.recount()
    page = make_campaign(
        petition,
        body=[(block, {"petition": petition}) for block in ("petition", "curve")],
        updates=[("update", {"day": date(2026, 5, 1), "heading": "Old news", "text": ""})],
        successor=make_campaign(make_petition(title="Next")),
        published_on=date(2026, 4, 1),
        is_template=True,
    )
    page.save_revision()
    page.body.insert(0, ("heading", "Drafted"))
    page.save_revision()

    copy(admin_client, page)

    new = CampaignPage.objects.get(slug="keep-the-lake-free")
    own = new.petition
    assert (own.pk != petition.pk, own.live, own.state) == (True, False, State.DRAFT)
    assert (own.title, own.slug) == ("Keep the lake free", "keep-the-lake-free")
    assert (own.letter, own.thanks_text, own.goal) == (petition.letter, "Come again.", 100)
    assert (own.opens_at, own.closes_at) == (None, None)
    assert (own.tally.total, own.tally.signatures.count()) == (0, 0)
    assert own.tally.pk != petition.tally.pk
    assert (new.live, list(new.updates), new.successor) == (False, [], None)
    (revision,) = Revision.objects.for_instance(new)
    newest = revision.as_object()
    assert (newest.petition, list(newest.updates), newest.successor) == (own, [], None)
    for each in (new, newest):
        assert (each.published_on, each.is_template) == (timezone.localdate(), False)
    heading, *blocks = newest.body
    assert heading.value == "Drafted"
    # Both blocks show the petition of their own page.
    assert [block.value["petition"] for block in blocks] == [None, None]
    assert CampaignPage.objects.get(pk=page.pk).petition == petition


@pytest.mark.parametrize("make", [make_campaign, make_article])
def test_a_page_is_not_copied_to_another_language(admin_client, make):
    page = make()
    french = Locale.objects.create(language_code="fr")
    there = page.get_parent().specific.copy_for_translation(french, copy_parents=True)
    before = Page.objects.count()

    for fields in ({}, {"alias": "on"}):
        answer = copy(admin_client, page, new_parent_page=there.pk, **fields)

        (error,) = answer.context["form"].errors["new_parent_page"]
        assert "This part of the site is in another language" in error, fields
        assert Page.objects.count() == before, fields


def test_nobody_is_asked_whether_to_publish_a_copy(admin_client):
    page = make_campaign()

    form = admin_client.get(reverse("wagtailadmin_pages:copy", args=[page.pk])).context["form"]

    assert "new_slug" in form.fields
    assert "publish_copies" not in form.fields


def test_copying_a_part_of_the_tree_copies_each_petition(admin_client):
    make_campaign(make_petition(title="A"))
    page = make_campaign(make_petition(title="B"))
    index, home = page.get_parent(), make_home()
    refused = admin_client.get(reverse("wagtailadmin_pages:copy", args=[index.pk]), follow=True)
    assert "“Campaigns” cannot be copied" in refused.content.decode()
    assert refused.redirect_chain == [(explorer(home), 302)]
    other = home.copy(update_attrs={"slug": "other", "title": "Other"}, keep_live=True)

    copy(
        admin_client,
        index,
        new_title="Campaigns",
        new_slug="campaigns",
        new_parent_page=other.pk,
        copy_subpages="on",
        publish_copies="on",
    )

    copies = CampaignPage.objects.descendant_of(other).order_by("path")
    assert [(new.title, new.live, new.petition.live) for new in copies] == [
        ("A", False, False),
        ("B", False, False),
    ]
    assert Petition.objects.count() == 4


def test_who_may_add_no_petition_copies_the_page_alone(browse, publisher, teams):
    petition = make_petition(collection=teams.forest)
    page = make_campaign(petition)
    page.save_revision()
    for action in ("add", "change"):
        permission = Permission.objects.get(codename=f"{action}_page")
        GroupPagePermission.objects.create(
            group=publisher.groups.get(), page=make_home(), permission=permission
        )

    copy(browse(publisher), page)

    new = CampaignPage.objects.get(slug="keep-the-lake-free")
    assert new.petition is None
    assert Petition.objects.filter(title=petition.title).count() == 1


@pytest.mark.parametrize("way", ["copy", "move", "move with a draft", "move several"])
def test_a_page_comes_to_no_address_that_the_site_uses(way, admin_client):
    home = make_home()
    about, press = (ContentPage(title=name, slug=name.lower()) for name in ("About", "Media"))
    home.add_child(instance=about).add_child(instance=press)

    if way == "copy":
        answer = copy(admin_client, press, new_slug="media", new_parent_page=home.pk)
        assert "The site itself uses this web address." in answer.content.decode()
    else:
        if way == "move with a draft":  # whose address would be taken once it is published
            press.save_revision()
            Page.objects.filter(pk=press.pk).update(slug="press", has_unpublished_changes=True)
        if way == "move several":
            move(admin_client, press, to=home)
        else:
            admin_client.post(reverse("wagtailadmin_pages:move_confirm", args=[press.pk, home.pk]))
        assert (
            "the site itself uses the web address that this page would have there: Media."
        ) in said(admin_client)

    assert list(Page.objects.child_of(home)) == [Page.objects.get(pk=about.pk)]


def test_a_page_and_the_one_above_it_are_moved_together(admin_client):
    """A search finds both, and both are ticked."""
    names = ("About", "Press", "Elsewhere")
    about, press, elsewhere = (ContentPage(title=name, slug=name.lower()) for name in names)
    home = make_home()
    home.add_child(instance=about).add_child(instance=press)
    home.add_child(instance=elsewhere)

    answer = move(admin_client, press, about, to=elsewhere)

    assert answer.status_code == 302
    moved = Page.objects.get(pk=press.pk).url_path
    assert moved == f"{home.url_path}elsewhere/about/press/"


def move(client, *pages, to):
    """Move several pages at once."""
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    chosen = "&".join(f"id={page.pk}" for page in pages)
    return client.post(f"{path}?{chosen}&next=/admin/", {"chooser": to.pk, "move_applicable": "on"})

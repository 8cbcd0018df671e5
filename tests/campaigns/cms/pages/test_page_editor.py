"""The editor of a page: what it shows, offers and previews, and whose petitions it accepts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from campaigns.cms.pages.campaign_form import PREFIX
from campaigns.models import CampaignPage, Petition
from home.models import ContentPage
from tests.campaigns.cms.pages.test_publishing import edit, form_data
from tests.factories import make_campaign, make_home, make_petition


@pytest.fixture
def anna(editor, page_publishers):
    """A user who publishes pages, and edits only the petitions of River."""
    editor.groups.add(page_publishers)
    return editor


def test_the_editor_of_a_page_says_where_its_petition_stands(page, draft, people, browse, settings):
    settings.TIME_ZONE = "Europe/Vienna"
    client, moderator = browse(people.editor), browse(people.moderator)
    petition_url = reverse("wagtailsnippets_campaigns_petition:edit", args=[draft.pk])
    signatures = reverse("signatures_modeladmin_index") + f"?petition={draft.pk}"
    alone = "The public sees no form on this page until the petition is published"
    together = "The petition is a draft, as this page is. Whoever publishes"

    with CaptureQueriesContext(connection) as queries:
        as_draft = client.get(edit(page)).content.decode()
    read = sum('JOIN "wagtailcore_taskstate"' in each["sql"] for each in queries)
    CampaignPage.objects.filter(pk=page.pk).update(live=True)
    public = moderator.get(edit(page)).content.decode()
    draft.get_latest_revision().publish()
    as_open = client.get(edit(page)).content.decode()

    # Its parts stand in one order.
    letter = [
        "ask",
        "opening",
        "close",
        "goal",
        "country_field",
        "consent",
        "thanks_text",
        "won_notice",
    ]
    names = ["title", "published_on", "body", *(f"{PREFIX}-{name}" for name in letter)]
    places = {name: re.search(f'(?:name|id)="{name}"', as_draft).start() for name in names}
    assert sorted(places, key=places.__getitem__) == names
    # Colleagues comment on it, and no setting is offered that does nothing.
    assert 'data-side-panel-toggle="comments"' in as_draft
    assert 'name="slug"' in as_draft
    assert 'name="show_in_menus"' not in as_draft
    # It leads to the links that show the draft to outsiders.
    assert reverse("preview_links", args=[page.pk]) in as_draft
    assert "The petition is a draft" in as_draft
    assert (alone in as_draft, together in as_draft) == (False, True)
    assert (alone in public, together in public) == (True, False)
    assert "The petition is a draft" not in as_open
    for shown in (petition_url, signatures, "Awaiting confirmation"):
        assert shown in as_open
    # A time to go live is asked for by the name of its zone.
    dialog = public.partition('id="schedule-publishing-dialog"')[2].partition("</template>")[0]
    assert 'name="go_live_at"' in dialog
    assert "Time zone: Europe/Vienna." in dialog
    assert 'name="expire_at"' not in public
    # The workflow is not read for each button: of a page and of its petition, and of both drafts.
    assert read == 3


def test_no_field_compares_with_a_hidden_one_that_panels_do_not_show(admin_user):
    page = make_campaign()

    form = page.get_edit_handler().get_form_class()(instance=page, for_user=admin_user)

    assert [name for name, field in form.fields.items() if field.show_hidden_initial] == []


def test_a_page_whose_draft_names_a_deleted_petition_can_be_mended(draft, people, browse):
    petition = make_petition(title="Published")
    page = make_campaign(petition)
    before = page.save_revision()
    page.petition = draft
    named = page.save_revision()
    delete = reverse("wagtailsnippets_campaigns_petition:delete", args=[draft.pk])
    client = browse(people.administrator)

    deleted = client.post(delete)

    assert (deleted.status_code, Petition.objects.filter(pk=draft.pk).exists()) == (302, False)
    for name, keys in {
        "edit": [page.pk],
        "history": [page.pk],
        "copy": [page.pk],
        "view_draft": [page.pk],
        "revisions_revert": [page.pk, named.pk],
        "revisions_view": [page.pk, named.pk],
        "revisions_compare": [page.pk, before.pk, named.pk],
    }.items():
        path = reverse(f"wagtailadmin_pages:{name}", args=keys)
        assert client.get(path).status_code == 200, name
    client.post(edit(page), form_data(petition, **{"action-publish": "1"}))
    assert CampaignPage.objects.get(pk=page.pk).title == "A story"


def test_a_new_page_is_previewed_before_it_is_saved(page, people, browse):
    client = browse(people.moderator)
    below = page.get_parent()
    preview = reverse(
        "wagtailadmin_pages:preview_on_add", args=["campaigns", "campaignpage", below.pk]
    )
    title = "Not saved yet"

    kept = client.post(preview, form_data(page.petition, title=title, slug="not-saved-yet"))
    shown = client.get(preview)

    assert kept.json()["is_valid"]
    assert (shown.status_code, title in shown.content.decode()) == (200, True)


def test_another_teams_draft_is_read_on_no_page(teams, anna, browse):
    """The chooser never offers it, but a forged form could contain its primary key."""
    secret = make_petition(
        title="Not before May", ask="Stop the mine.", collection=teams.forest, live=False
    )
    page = make_campaign(teams.ours)
    chart = {"petition": str(secret.pk), "heading": ""}
    forged = {"page": form_data(secret, slug=page.slug)} | {
        kind: form_data(teams.ours, slug=page.slug)
        | nested_form_data({"body": streamfield([(kind, value)])})
        for kind, value in (("petition", {"petition": str(secret.pk)}), ("curve", chart))
    }
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])

    for place, fields in forged.items():
        client = browse(anna)
        kept = client.post(preview, fields)
        shown = client.get(preview).content.decode()
        saved = client.post(edit(page), fields).content.decode()

        assert not kept.json()["is_valid"], place
        assert "Stop the mine." not in shown + saved, place
        assert "Not before May" not in shown + saved, place
        assert "belongs to another team" in saved, place
        assert CampaignPage.objects.get(pk=page.pk).latest_revision is None, place


def test_a_page_takes_a_petition_in_another_language_only_into_its_story(admin_client):
    """Its own form would be half in one language and half in the other."""
    page = make_campaign(make_petition())
    french = make_petition(title="Libérez la rivière", locale="fr")
    block = {"body": streamfield([("petition", {"petition": str(french.pk)})])}

    refused = admin_client.post(edit(page), form_data(french, slug=page.slug))
    story = form_data(page.petition, slug=page.slug) | nested_form_data(block)
    taken = admin_client.post(edit(page), story)

    assert "in another language (French) than the page" in refused.content.decode()
    assert (refused.status_code, taken.status_code) == (200, 302)
    assert CampaignPage.objects.get(pk=page.pk).petition == page.petition


def test_a_draft_that_its_team_put_on_a_page_stays_there(teams, anna, browse):
    theirs = make_petition(title="Not before May", collection=teams.forest, live=False)
    page = make_campaign(theirs, live=False)

    answer = browse(anna).post(edit(page), form_data(theirs, slug=page.slug))

    assert answer.status_code == 302
    assert CampaignPage.objects.get(pk=page.pk).latest_revision is not None


def test_a_page_gets_no_address_that_the_site_uses(admin_user):
    home = make_home()
    refused = ["search", "petitions", "write", "code", "media", "admin", "fr"]
    found = []

    for slug in (*refused, "about", "en", "researching", "documents"):
        page = ContentPage(locale=home.locale)
        form_class = page.get_edit_handler().get_form_class()
        typed = nested_form_data({"title": "A page", "slug": slug, "body": streamfield([])})
        form = form_class(typed, instance=page, parent_page=home, for_user=admin_user)
        found += [slug] if "slug" in form.errors else []

    assert found == refused


def test_a_page_below_one_in_russian_gets_the_address_that_was_typed(admin_user):
    home = make_home()
    above = home.add_child(instance=ContentPage(title="О нас", slug="о-нас"))
    page = ContentPage(locale=home.locale)
    typed = nested_form_data({"title": "Река", "slug": "река", "body": streamfield([])})

    form_class = page.get_edit_handler().get_form_class()
    form = form_class(typed, instance=page, parent_page=above, for_user=admin_user)

    assert "slug" not in form.errors

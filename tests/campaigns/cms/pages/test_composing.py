"""A campaign page and its own petition are edited, saved and previewed as one document."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.urls import reverse
from wagtail.models import Collection
from wagtail.test.utils.form_data import nested_form_data, streamfield
from wagtail.users.models import UserProfile

from campaigns.cms.pages.campaign_form import PREFIX, SHOWN, stamp
from campaigns.models import CampaignPage, Petition, State
from campaigns.petitions import immediate_actions, publishing
from tests.campaigns.cms.browsing import form_data as petition_data
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.pages.test_publishing import edit, form_data
from tests.campaigns.cms.test_idempotent_acts import post, until_they_wait
from tests.campaigns.test_dates import another_zone
from tests.database import taken_back
from tests.factories import day, make_campaign, make_petition

JSON = {"headers": {"accept": "application/json"}}


def fresh(subject):
    return type(subject).objects.get(pk=subject.pk)


def newest(subject):
    return fresh(subject).get_latest_revision_as_object()


def composed(petition, /, *, letter=None, **fields):
    """The data of a page's form: the page's own fields, and those of its petition."""
    draft = newest(petition) if petition else None
    typed = {"demands": streamfield([("demand", "stop the dam")])} | (letter or {})
    typed |= {} if draft else {"collection": Collection.get_first_root_node().pk}
    sent = {f"{PREFIX}-{name}": value for name, value in petition_data(**typed).items()}
    shown = {SHOWN: stamp(draft) if draft else ""}
    page = nested_form_data({"petition": "", "slug": "a-story"} | fields)
    return form_data(Petition()) | page | sent | shown


def add_url(page):
    kind = ["campaigns", "campaignpage", page.get_parent().pk]
    return reverse("wagtailadmin_pages:add", args=kind)


def test_both_are_saved_as_drafts_and_a_comment_on_the_letter_is_one_on_the_page(
    page, draft, people, browse
):
    client = browse(people.editor)
    comment = {"contentpath": "petition.opening", "text": "Shorter?", "position": ""}
    comment["replies"] = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    sent = nested_form_data(
        {"comments": {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0": {**comment, "DELETE": ""}}}
    )

    data = composed(draft, letter={"opening": "Typed on the page."}) | sent
    answer = client.post(edit(page), data)
    shown = client.get(edit(page)).content.decode()

    assert f'name="{PREFIX}-opening"' in shown
    assert 'data-contentpath="petition"' in shown
    assert "Shorter?" in shown
    assert answer.status_code == 302
    saved = newest(draft)
    assert (newest(page).title, saved.title, saved.opening) == (
        "A story",
        "A story",
        "Typed on the page.",
    )
    assert [each.value for each in saved.demands] == ["stop the dam"]
    assert (fresh(page).live, saved.live) == (False, False)


def test_the_public_goes_on_reading_what_is_published(teams, people, browse):
    page = make_campaign(teams.ours, title=teams.ours.title)
    before = fresh(teams.ours).opening
    people.moderator.groups.add(*people.administrator.groups.all())

    browse(people.administrator).post(
        edit(page), composed(teams.ours, letter={"opening": "Typed on the page."})
    )

    assert fresh(teams.ours).opening == before
    assert newest(teams.ours).opening == "Typed on the page."


def test_a_title_of_its_own_stays(people, browse):
    petition = make_petition(title="The letter", live=False)
    page = make_campaign(petition, title="The page", live=False)
    client = browse(people.editor)

    assert f'name="{PREFIX}-title"' in client.get(edit(page)).content.decode()
    client.post(edit(page), composed(petition, letter={"title": "The letter"}, title="Another"))

    assert (newest(page).title, newest(petition).title) == ("Another", "The letter")


def test_a_new_page_makes_its_petition_unless_one_that_exists_is_chosen(page, people, browse):
    UserProfile.objects.create(user=people.editor, current_time_zone=another_zone())
    count, other = Petition.objects.count(), make_petition(title="Another")
    client = browse(people.editor)

    shown = client.get(add_url(page)).content.decode()
    chosen = composed(None, title="Bees", slug="chosen", petition=other.pk)
    client.post(add_url(page), chosen)
    client.post(add_url(page), composed(None, title="Bees", slug="bees"))

    assert f'name="{PREFIX}-salutation"' in shown
    # Its day is that of the site, where staff have another.
    published_on = BeautifulSoup(shown, "html.parser").find("input", {"name": "published_on"})
    assert published_on["value"] == day().isoformat()
    # No field shows a default of the database.
    assert 'name="caption"' in shown
    assert "object at 0x" not in shown
    assert CampaignPage.objects.get(slug="chosen").petition == other
    made = CampaignPage.objects.get(slug="bees")
    assert Petition.objects.count() == count + 2
    assert (made.petition.title, made.petition.slug, made.petition.live) == ("Bees", "bees", False)
    assert made.petition.get_latest_revision() is not None


def test_a_page_of_which_only_the_title_is_typed_has_no_petition_yet(page, people, browse):
    count = Petition.objects.count()
    nothing = {"ask": "", "salutation": "", "opening": "", "goal": "", "demands": streamfield([])}
    nothing["consent"] = Petition().consent
    data = composed(None, letter=nothing, title="Bees", slug="bees")

    saved = browse(people.editor).post(add_url(page), data, **JSON)

    assert saved.json()["success"]
    assert (Petition.objects.count(), CampaignPage.objects.get(slug="bees").petition) == (
        count,
        None,
    )


def test_autosaves_make_one_revision_and_overwrite_no_other_form(page, draft, people, browse):
    client = browse(people.editor)
    data = composed(draft, letter={"opening": "One."})
    first = client.post(edit(page), data, **JSON).json()
    count = draft.revisions.count()

    updates = dict(first["field_updates"])
    again = {**data, **updates, "overwrite_revision_id": first["revision_id"]}
    with taken_back():
        second = client.post(edit(page), again | {f"{PREFIX}-opening": "Two."}, **JSON).json()
        assert (first["success"], second["success"]) == (True, True)
        assert (newest(draft).opening, draft.revisions.count()) == ("Two.", count)

    # What the same person wrote in the petition's own form is not lost.
    own = petition_data(title="A story", slug=newest(draft).slug, opening="In its own form.")
    client.post(url("edit", draft.pk), own)
    refused = client.post(edit(page), again, **JSON).json()
    kept = newest(draft).opening
    client.post(edit(page), again | {SHOWN: stamp(newest(draft))})
    assert (refused["success"], kept) == (False, "In its own form.")
    saved = draft.revisions.order_by("pk").values_list("content__opening", flat=True)
    assert list(saved)[-3:] == ["One.", "In its own form.", "One."]


def test_a_petition_that_was_closed_meanwhile_is_not_reopened_unseen(teams, people, browse):
    page = make_campaign(teams.ours, title=teams.ours.title)
    data = composed(teams.ours, letter={"closes_at": ""})
    immediate_actions.close(teams.ours, by=people.administrator)

    answer = browse(people.administrator).post(edit(page), data | {"action-publish": "1"})

    assert "The petition was changed by somebody else" in answer.content.decode()
    assert fresh(teams.ours).state == State.CLOSED


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_closed_or_published_while_the_form_is_being_sent_stays_so(people, browse):
    # Only closing makes a revision that the form has not shown.
    acts = {
        immediate_actions.close: (State.CLOSED, 200),
        publishing.publish: (State.OPEN, 302),
    }
    for act, (state, status) in acts.items():
        petition = make_petition(slug=act.__name__, live=state == State.CLOSED)
        page = make_campaign(petition, live=False)
        data = composed(petition, letter={"closes_at": "", "opening": "Typed."}, slug=page.slug)
        client = browse(people.administrator)

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                Petition.objects.select_for_update(no_key=True).get(pk=petition.pk)
                saving = pool.submit(post, client, edit(page), data)
                until_they_wait(1)
                act(petition, by=people.moderator)
            answer = saving.result()

        assert answer.status_code == status, act
        assert fresh(petition).state == state, act


def test_what_is_wrong_with_the_petition_is_said_at_its_field_or_at_the_title(
    page, draft, people, browse
):
    client, longest = browse(people.editor), Petition._meta.get_field("title").max_length or 0
    wrong = {"salutation": "", "opens_at": "nonsense"}
    data = composed(draft, letter=wrong, title="a" * (longest + 1))

    answer = client.post(edit(page), data | {"action-submit": "1"})
    kept = client.post(edit(page), composed(draft, title="a" * longest))

    shown = answer.content.decode()
    assert (answer.status_code, kept.status_code) == (200, 302)
    assert f'name="{PREFIX}-salutation"' in shown
    assert "This field is required." in shown
    assert f"which may have {longest} characters at most." in shown
    assert not fresh(page).workflow_in_progress


def test_the_preview_shows_what_was_typed_of_both(page, draft, people, browse):
    client = browse(people.editor)
    kind = ["campaigns", "campaignpage", page.get_parent().pk]
    for preview, petition, modes in (
        (reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), draft, ("", "thanks")),
        (reverse("wagtailadmin_pages:preview_on_add", args=kind), None, ()),
    ):
        data = composed(petition, letter={"opening": "Not saved yet."}, title="New", slug="new")

        kept = client.post(preview, data)
        shown = [client.get(preview, {"mode": mode}) for mode in ("open", *modes)]

        assert kept.json() == {"is_valid": True, "is_available": True}
        assert {each.status_code for each in shown} == {200}, preview
        assert "Not saved yet." in shown[0].content.decode(), preview
    assert newest(draft).opening == draft.opening
    assert not CampaignPage.objects.filter(slug="new").exists()


def test_another_page_with_the_same_petition_leads_to_the_first(draft, page, people, browse):
    second = make_campaign(draft, title="The second page", live=False)
    client = browse(people.editor)

    shown = client.get(edit(second)).content.decode()
    client.post(edit(second), composed(draft, letter={"opening": "Typed elsewhere."}))

    assert f'name="{PREFIX}-opening"' not in shown
    assert edit(page) in shown
    assert draft.opening in shown
    assert newest(draft).opening == draft.opening


def test_another_teams_petition_is_read_and_not_changed(teams, editor, page_publishers, browse):
    editor.groups.add(page_publishers)
    page = make_campaign(teams.theirs)
    client = browse(editor)
    data = composed(teams.theirs, letter={"opening": "Typed by a stranger."})

    shown = client.get(edit(page)).content.decode()
    client.post(edit(page), data | {"petition": teams.theirs.pk})

    assert f'name="{PREFIX}-opening"' not in shown
    assert teams.theirs.opening in shown
    assert newest(teams.theirs).opening == teams.theirs.opening

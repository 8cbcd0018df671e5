"""Pictures, documents, appeals and pages that a translator chose, and somebody deleted."""

import json
from types import SimpleNamespace

import pytest
from django.urls import reverse
from wagtail_localize.models import SegmentOverride

from campaigns.models import CampaignPage
from campaigns.petitions import publishing
from home.models import HomePage
from tests.campaigns.cms.translations.begun import begin_page, type_all
from tests.campaigns.cms.translations.test_submitting import SUBMIT, field_of, fresh, states
from tests.campaigns.cms.translations.test_translating import (
    begin,
    localize,
    page_edit_url,
    said,
    translate_above,
)
from tests.database import taken_back
from tests.factories import (
    make_appeal,
    make_article,
    make_campaign,
    make_home,
    make_image,
    make_petition,
)

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
REASON = (
    "What was chosen here has been deleted. The translation uses what the original has, until you "
    "choose again."
)


@pytest.fixture
def choose(people, russian, browse):
    """Translate an article and choose other things for the language; return a function to do so."""
    picture = make_image(description="Red")
    page = make_article(
        listing_image=picture,
        body=[
            ("appeal", {"appeal": make_appeal()}),
            ("image", {"image": picture, "caption": "", "size": "text", "credit": ""}),
        ],
    )
    translate_above(page, russian)
    translation = begin(page, russian)
    client = browse(people.administrator)

    def put(end, chosen):
        for segment in translation.source.overridablesegment_set.select_related("context"):
            if segment.context.field_path.endswith(end):
                url = localize("edit_override", translation.pk, segment.pk)
                put.client.put(url, f"value={chosen.pk}", content_type=FORM)

    put.client, put.translation, put.picture = client, translation, picture
    return put


def errors():
    overrides = SegmentOverride.objects.select_related("context").order_by("context__field_path")
    return {each.context.field_path: each.get_error() for each in overrides}


def answers(choose):
    client, translation = choose.client, choose.translation
    edit = page_edit_url(translation.get_target_instance())
    sync = localize("update_translations", translation.source_id)
    return [
        client.get(edit).status_code,
        client.get(localize("preview_translation", translation.pk)).status_code,
        client.post(edit, {"action": "publish"}).status_code,
        client.post(edit, {"action": "submit"}).status_code,
        client.post(sync, {"publish_translations": "on"}).status_code,
    ]


def test_the_original_stands_in_for_what_was_deleted_and_the_translator_reads_why(choose, russian):
    blue = make_image(colour="blue", description="Blue")
    appeal = make_appeal(title="Напишите", slug="ru", language=russian)
    choose("image", blue)
    with taken_back():  # A choice in the story falls with the picture of the original.
        choose.picture.delete()
        assert errors() == {"body.image.image.image": REASON, "listing_image": None}
        assert answers(choose) == [200, 200, 302, 302, 302]
    choose("appeal", appeal)
    before = errors()

    blue.delete()
    between = errors()
    appeal.delete()

    paths = ["body.appeal.appeal", "body.image.image.image", "listing_image"]
    assert before == dict.fromkeys(paths)
    assert between == {paths[0]: None, paths[1]: REASON, paths[2]: REASON}
    assert errors() == dict.fromkeys(paths, REASON)
    assert answers(choose) == [200, 200, 302, 302, 302]
    choose("listing_image", make_image(colour="green"))
    assert errors()["listing_image"] is None


def test_a_page_that_was_chosen_and_deleted_counts_as_well(people, russian, browse):
    featured, other = (make_campaign(make_petition(title=title)) for title in ("One", "Two"))
    home = make_home()
    HomePage.objects.update(featured_campaign=featured)
    translation = begin(HomePage.objects.get(pk=home.pk), russian)
    segment = translation.source.overridablesegment_set.get(context__path="featured_campaign")
    client = browse(people.administrator)
    url = localize("edit_override", translation.pk, segment.pk)
    client.put(url, f"value={other.pk}", content_type=FORM)

    client.post(reverse("wagtailadmin_pages:delete", args=[other.pk]))

    assert errors() == {"featured_campaign": REASON}
    assert client.get(localize("preview_translation", translation.pk)).status_code == 200


def test_a_translator_chooses_no_picture_of_another_team(choose, teams, translator, browse):
    theirs, stored = make_image(collection=teams.forest), []
    for client in (browse(translator), choose.client):
        choose.client = client
        choose("listing_image", choose.picture)  # that of the original
        choose("listing_image", theirs)
        choose("listing_image", SimpleNamespace(pk=f"0000000000{theirs.pk}"))
        stored.append(SegmentOverride.objects.get().data_json)

    keys = (choose.picture.pk, f"0000000000{theirs.pk}")  # the last one that was not refused
    assert stored == [json.dumps(str(key)) for key in keys]


def test_what_was_deleted_since_a_moderator_opened_the_editor_is_seen_before_it_is_approved(
    teams, people, russian, browse
):
    river = make_image()
    begin_page(make_campaign(teams.ours, listing_image=river), russian)
    page = CampaignPage.objects.get(locale=russian)
    editor, moderator = browse(people.editor), browse(people.moderator)
    type_all(editor)
    publishing.publish(page.petition, by=people.moderator)
    editor.post(page_edit_url(page), SUBMIT)

    def publish(opened):
        return said(moderator.post(page_edit_url(page), {"action": "publish"} | opened))

    def fields():
        opened = moderator.get(page_edit_url(page))
        return {name: field_of(opened, name) for name in ("opened_at", "opened_with")}

    opened = fields()
    river.delete()
    [refused] = publish(opened)
    waits = states(page)
    publish(fields())

    assert "was changed in the meantime, and nothing was approved." in refused
    assert waits == [["in_progress"]]
    assert (states(page), fresh(page).listing_image) == ([["approved"]], None)

from datetime import timedelta

from django.forms import IntegerField
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from campaigns.cms.handover.sheets import SheetsForm
from campaigns.cms.new_campaign.questions import BeginForm
from campaigns.cms.petitions.ledger import EntryForm
from campaigns.models import Petition
from campaigns.petitions import immediate_actions
from campaigns.petitions.actions.forms import ForwardingForm
from campaigns.petitions.actions.limits import LimitsForm
from tests.campaigns.cms.browsing import form_data, url
from tests.campaigns.cms.conftest import grant, make_team
from tests.campaigns.cms.pages import test_publishing as forms_of_pages
from tests.campaigns.cms.petitions.forms import filled_in, new_form
from tests.factories import make_campaign


def test_a_new_petition_is_a_draft_in_ones_own_collection(teams, editor, browse):
    browse(editor).post(url("add"), form_data(collection=teams.forest.pk))

    petition = Petition.objects.get(title="Save the bees")
    assert (petition.live, petition.collection, petition.slug) == (
        False,
        teams.river,
        "save-the-bees",
    )


def test_a_title_of_control_characters_alone_is_missing(teams, publisher, people):
    page = make_campaign(teams.ours)
    titled = forms_of_pages.form_data(teams.ours, slug=page.slug, title="\x07")
    form_class = page.get_edit_handler().get_form_class()

    petition = filled_in(teams.ours, publisher, title="\x07\x1f")
    campaign = form_class(titled, instance=page, for_user=people.administrator)

    for form in (petition, campaign):
        assert form.errors["title"] == ["This field cannot be blank."]


def test_a_half_written_draft_can_be_saved_and_not_published(teams, publisher, browse):
    client = browse(publisher)
    half = form_data(salutation="", opening="", ask="", consent="")

    client.post(url("add"), half)
    petition = Petition.objects.get(title="Save the bees")
    response = client.post(url("edit", petition.pk), {**half, "action-publish": "1"})

    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"salutation", "opening", "ask", "consent"}
    assert not Petition.objects.get(pk=petition.pk).live


def test_a_goal_of_zero_is_refused_and_what_was_typed_stays(teams, editor, browse):
    response = browse(editor).post(
        url("edit", teams.ours.pk), form_data(goal="0", opening="Typed just now.")
    )

    page = response.content.decode()
    assert {*response.context["form"].errors} == {"__all__"}
    assert "Typed just now." in page
    assert "The goal must be greater than zero." in page
    assert not Petition.objects.get(pk=teams.ours.pk).has_unpublished_changes
    # What is no such number is an error of the field, which keeps it.
    for goal in ("-5", "many"):
        form = filled_in(teams.ours, editor, goal=goal)
        assert {*form.errors} == {"goal"}, goal
        assert f'value="{goal}"' in str(form["goal"]), goal


def test_what_nothing_replaces_is_refused_in_a_text(teams, editor):
    texts = {
        "thanks_mail_text": "Dear {name}, thank you.",
        "reminder_text": "You signed on {day}, {name}.",
        "thanks_text": "A set {such as this one} is fine, and so is {}.",
        "share_post": "{title} needs {day} to pass.",
    }

    errors = filled_in(teams.ours, editor, **texts).errors

    sentence = "{%s} is not replaced with anything in this text. Please remove it."
    assert errors == {
        "thanks_mail_text": [sentence % "name"],
        "reminder_text": [sentence % "name"],
        "share_post": [sentence % "day"],
    }


def test_publishing_needs_the_right_in_the_petitions_collection(teams, editor, publisher, browse):
    grant_elsewhere = make_team("Forest publishers", teams.forest, "publish")
    editor.groups.add(grant_elsewhere)
    teams.ada.delete()  # with signatures, publishing asks for a reason first
    data = form_data(title="Hurry", **{"action-publish": "1"})

    page = browse(editor).get(url("edit", teams.ours.pk)).content.decode()
    browse(editor).post(url("edit", teams.ours.pk), data)
    title_then = Petition.objects.get(pk=teams.ours.pk).title
    browse(publisher).post(url("edit", teams.ours.pk), data)
    theirs = browse(publisher).get(url("edit", teams.ours.pk)).content.decode()

    assert "action-publish" not in page
    assert title_then == "Free the river"
    assert Petition.objects.get(pk=teams.ours.pk).title == "Hurry"
    assert "action-publish" in theirs
    # Without the right to see them, no link leads to the signatures.
    assert reverse("signatures_modeladmin_index") not in theirs


def test_creating_and_publishing_at_once_needs_the_right_where_it_is_created(
    teams, publisher, browse
):
    publisher.groups.add(make_team("Forest writers", teams.forest, "add", "change"))
    client = browse(publisher)
    now = {"action-publish": "1"}

    refused = client.post(url("add"), form_data(collection=teams.forest.pk, **now))
    assert "collection" in refused.context["form"].errors
    client.post(url("add"), form_data(collection=teams.river.pk, **now))

    assert Petition.objects.get(title="Save the bees").live


def test_the_collection_is_chosen_once(teams, people, browse):
    added = new_form(people.moderator)
    edited = filled_in(teams.ours, people.moderator)
    fields = form_data(collection=teams.forest.pk)
    browse(people.moderator).post(url("edit", teams.ours.pk), fields)

    assert "collection" in added.fields
    assert "collection" not in edited.fields
    assert Petition.objects.get(pk=teams.ours.pk).collection == teams.river


def test_only_collections_where_one_may_add_are_offered(teams, editor):
    grant(editor.groups.get(), teams.river.add_child(name="Upper river"), "add")

    form = new_form(editor)

    assert {c.name for c in form.fields["collection"].queryset} == {"River", "Upper river"}


def test_the_address_stays_as_first_published(teams, people, browse):
    client = browse(people.moderator)
    teams.ada.delete()  # with signatures, publishing asks for a reason first
    data = form_data(title="New title", slug="elsewhere", **{"action-publish": "1"})

    client.post(url("edit", teams.ours.pk), data)

    petition = Petition.objects.get(pk=teams.ours.pk)
    assert (petition.title, petition.slug) == ("New title", "free-the-river")


def test_an_address_that_is_taken_is_an_error_of_the_form(teams, people, browse):
    taken, client = form_data(slug=teams.ours.slug), browse(people.editor)

    response = client.post(url("add"), taken)
    autosave = client.post(url("add"), taken, headers={"Accept": "application/json"})

    assert response.context["form"].errors["slug"] == ["Another petition has this web address."]
    # Wagtail then says that autosave is paused.
    assert (autosave.status_code, autosave.json()["error_code"]) == (400, "validation_error")


def test_empty_words_show_what_the_house_says(teams, people):
    form = filled_in(teams.ours, people.editor)

    assert form.fields["button"].widget.attrs["placeholder"] == "Add my name"
    assert 'placeholder="Add my name"' in str(form["button"])


def test_a_translation_has_words_and_no_rules(teams, people, browse):
    french = teams.ours.copy_for_translation(Locale.objects.create(language_code="fr"))
    french.save()
    client = browse(people.editor)

    response = client.get(url("edit", french.pk))
    client.post(url("edit", french.pk), form_data(title="Libérez la rivière", goal="7"))

    assert "goal" not in response.context["form"].fields
    assert "Change them in the original" in response.content.decode()
    row = Petition.objects.get(pk=french.pk)
    assert (row.title, row.goal) == ("Libérez la rivière", None)


def test_the_editor_says_where_the_petition_stands(teams, people, browse, settings):
    settings.TIME_ZONE = "Europe/Vienna"
    closes_at = timezone.now() + timedelta(days=3)
    Petition.objects.filter(pk=teams.ours.pk).update(closes_at=closes_at, goal=500)
    row = Petition.objects.get(pk=teams.ours.pk)
    immediate_actions.close(row, by=people.editor)
    row.refresh_from_db()
    row.closes_at = closes_at
    row.save_revision()

    page = browse(people.editor).get(url("edit", teams.ours.pk)).content.decode()

    # A draft with a later closing time does not change the state that is shown.
    assert '<span class="w-status">closed</span>' in page
    signatures = reverse("signatures_modeladmin_index") + f"?petition={teams.ours.pk}"
    for shown in (signatures, "(Europe/Vienna)", "of 500", url("ask_record_handover", row.pk)):
        assert shown in page
    # Times are asked for with the name of their time zone.
    assert page.count("Time zone: Europe/Vienna.") == 2


def test_every_state_can_be_previewed_and_is_never_public(teams, people, browse):
    client = browse(people.editor)
    preview = url("preview_on_edit", teams.ours.pk)
    client.post(preview, form_data(title="Only a preview"))

    for mode, _ in Petition.preview_modes:
        response = client.get(preview, {"mode": mode})

        assert response.status_code == 200, mode
        assert "public" not in response.headers.get("Cache-Control", ""), mode
        # Only the CMS may show it in a frame.
        assert response["X-Frame-Options"] == "SAMEORIGIN", mode
        assert "frame-ancestors 'self'" in response["Content-Security-Policy"], mode


def test_the_editor_reads_in_the_order_of_the_page(admin_client):
    text = admin_client.get(url("add")).content.decode()

    names = ["ask", "salutation", "opening", "close", "goal", "consent", "button"]
    names += ["check_email_text", "confirm_text", "reminder_text", "already_text"]
    names += ["thanks_text", "thanks_mail_text", "won_notice", "slug"]
    places = [text.index(f'name="{name}"') for name in names]
    assert places == sorted(places)
    assert "the strongest first" in text
    assert "above the buttons for sharing" in text


def test_every_form_reads_a_number_as_its_country_writes_it():
    petition = Petition.snippet_viewset.get_edit_handler().get_form_class()
    forms = (petition, BeginForm, LimitsForm, ForwardingForm, SheetsForm, EntryForm)
    fields = [field for form in forms for field in form.base_fields.values()]
    numbers = [each for each in fields if isinstance(each, IntegerField)]

    for typed in ("5000", "5.000", "5,000", "5 000", "5\u202f000", "5’000", "٥٬٠٠٠"):
        assert {field.to_python(typed) for field in numbers} == {5000}, typed

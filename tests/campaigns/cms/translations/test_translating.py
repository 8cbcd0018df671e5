"""Translating in wagtail-localize's screens: a language is complete before it is public."""

import json
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.log_actions import registry
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from campaigns.cms.petitions.editing import tabs as form_tabs
from campaigns.models import CampaignPage, Petition
from tests.campaigns.cms.browsing import answer
from tests.factories import make_article, make_campaign, make_translation

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def begin(instance, locale):
    translate_object(instance, [locale])
    return Translation.objects.get(source__object=instance.translation_key, target_locale=locale)


def edit_url(petition):
    return reverse("wagtailsnippets_campaigns_petition:edit", args=[petition.pk])


def page_edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def submit_url(petition):
    args = ["campaigns", "petition", petition.pk]
    return reverse("wagtail_localize:submit_snippet_translation", args=args)


def localize(name, *args):
    return reverse(f"wagtail_localize:{name}", args=args)


def type_words(client, translation, *, but=(), in_editor=False):
    """Type the first text (or all) in the translation editor; store the others as it does."""
    typed, others = None, []
    for segment in translation.source.stringsegment_set.select_related("string", "context"):
        if segment.context.path.split(".")[0] in but:
            continue
        text = f"[ru] {segment.string.data}"
        key = {"context": segment.context, "locale_id": translation.target_locale_id}
        # Of a title, wagtail-localize also stores the draft of the page's.
        if typed and not in_editor and segment.context.path != "title":
            values = {"data": text, "translation_of": segment.string, **key}
            author = {"last_translated_by_id": typed.last_translated_by_id}
            kind = {"translation_type": typed.translation_type}
            others.append(StringTranslation(**values, **author, **kind))
        else:
            url = localize("edit_string_translation", translation.pk, segment.pk)
            sent = urlencode({"value": text})
            assert client.put(url, sent, content_type=FORM).status_code == 201
            typed = segment.string.translations.get(**key)
            assert typed.data == text
    StringTranslation.objects.bulk_create(others)


def translate_above(page, locale, *, live=False):
    """Make the pages above the page of a campaign or an article in this language."""
    for each in (page.get_parent().get_parent(), page.get_parent()):
        if not each.has_translation(locale):
            each.specific.copy_for_translation(locale)
            Page.objects.filter(locale=locale, translation_key=each.translation_key).update(
                live=live
            )


def said(response):
    """The messages of a page; of a redirect, those that wait for the next page."""
    if response.status_code == 302:
        return [str(message).strip() for message in get_messages(response.wsgi_request)]
    return [str(message).strip() for message in response.context["messages"]]


def test_a_translator_translates_and_publishes_a_petition(
    teams, translator, russian, browse, django_capture_on_commit_callbacks
):
    client = browse(translator)

    client.post(submit_url(teams.ours), {"locales": [russian.pk]})
    translation = Translation.objects.get()
    editor = client.get(edit_url(translation.get_target_instance()))
    type_words(client, translation, in_editor=True)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit_url(translation.get_target_instance()), {"action": "publish"})

    assert '"canPublish": true' in editor.context["props"]
    tabs = json.loads(editor.context["props"])["tabs"]
    assert [tab["label"] for tab in tabs] == [str(tab.heading) for tab in form_tabs.editor.children]
    petition = translation.get_target_instance()
    assert (petition.live, petition.title) == (True, "[ru] Free the river")
    published = registry.get_logs_for_instance(petition).get(action="wagtail.publish")
    assert published.user == translator


def test_what_is_missing_is_listed_and_nothing_is_published(
    russian_petition, russian_words, translator, browse
):
    client, translation = browse(translator), russian_petition
    typed = StringTranslation.objects.filter(context__path__in=("consent", "opening"))
    assert typed.delete()[0]
    petition = translation.get_target_instance()

    response = client.post(edit_url(petition), {"action": "publish"})

    assert said(response) == [
        "The petition “Free the river” is not published in Russian. Still to be translated: "
        "opening, consent."
    ]
    assert not Petition.objects.get(pk=petition.pk).live


def test_an_editor_who_may_not_publish_types_and_does_not_publish(russian_petition, editor, browse):
    client, translation = browse(editor), russian_petition
    type_words(client, translation)

    page = client.get(edit_url(translation.get_target_instance()))
    client.post(edit_url(translation.get_target_instance()), {"action": "publish"})

    assert '"canPublish": false' in page.context["props"]
    assert not translation.get_target_instance().live


def test_publishing_by_hand_needs_all_words(teams, publisher, browse):
    petition = make_translation(teams.ours, "ru", live=False, consent=teams.ours.consent)
    client = browse(publisher)
    data = client.get(edit_url(petition)).context["form"].initial
    form = {name: value or "" for name, value in data.items() if isinstance(value, str | None)}
    demands = {
        "demands-count": 2,
        **{
            f"demands-{n}-{key}": value
            for n, text in enumerate(("одно", "другое"))
            for key, value in {
                "deleted": "",
                "order": n,
                "type": "demand",
                "id": "",
                "value": text,
            }.items()
        },
    }

    response = client.post(
        edit_url(petition),
        form
        | demands
        | {f"{name}-count": 0 for name in ("targets", "questions", "thanks_blocks")}
        | {"action-publish": "yes"},
    )

    assert response.context["form"].errors == {"consent": ["This is not translated yet."]}
    assert not Petition.objects.get(pk=petition.pk).live


def test_a_page_asks_for_its_petition_before_it_is_published(
    copy, russian_page, translator, browse
):
    client = browse(translator)
    type_words(client, russian_page)

    response = client.post(page_edit_url(copy), {"action": "publish"}, follow=True)

    assert response.resolver_match.view_name == "publish_page_with_petition"
    missing = response.context["view"].drafts[0]["missing"]
    assert missing[:3] == ["title", "ask", "salutation"]
    assert not CampaignPage.objects.get(pk=copy.pk).live


def test_both_are_previewed_and_published_when_both_are_translated(
    copy, russian_page, russian_words, translator, browse, django_capture_on_commit_callbacks
):
    client, translation = browse(translator), russian_page

    preview = client.get(localize("preview_translation", translation.pk, "open"))
    client.post(page_edit_url(copy), {"action": "publish"})
    before = (CampaignPage.objects.get(pk=copy.pk).live, copy.petition.live)
    with django_capture_on_commit_callbacks(execute=True):
        answer(client, reverse("publish_page_with_petition", args=[copy.pk]), publish="both")

    assert "[ru] Dear Minister," in preview.content.decode()
    assert before == (False, False)
    copy = CampaignPage.objects.get(pk=copy.pk)
    assert (copy.live, copy.title) == (True, "[ru] Free the river")
    assert (copy.petition.live, copy.petition.title) == (True, "[ru] Free the river")


def test_synchronising_publishes_what_lacks_nothing_for_those_who_may(
    russian_petition, translator, editor, browse
):
    translation = russian_petition
    url = localize("update_translations", translation.source.pk)
    client = browse(translator)

    offered = client.get(url).content.decode()
    incomplete = client.post(url, {"publish_translations": "on"})
    type_words(client, translation)
    refused = browse(editor).post(url, {"publish_translations": "on"})
    before = translation.get_target_instance().live
    client.post(url, {"publish_translations": "on"})

    assert "This publishes the languages that lack nothing, and names the others." in offered
    assert "will use the original language until translated" not in offered
    assert any("Still to be translated: title, ask" in text for text in said(incomplete))
    assert any("because you may not publish it there" in text for text in said(refused))
    assert (before, translation.get_target_instance().live) == (False, True)


def test_a_title_that_is_too_long_is_no_failure(admin_client, russian):
    article = make_article()
    translate_above(article, russian)
    translation = begin(article, russian)
    segment = translation.source.stringsegment_set.get(context__path="title")
    url = localize("edit_string_translation", translation.pk, segment.pk)

    answer = admin_client.put(
        url, f"value={'Ж' * 300}", content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 400
    assert not StringTranslation.objects.exists()


def test_the_report_lists_the_newest_first(teams, russian_petition, people, russian, browse):
    begin(teams.theirs, russian)

    report = browse(people.administrator).get(localize("translations_report"))

    titles = [str(translation.source.object_repr) for translation in report.context["object_list"]]
    assert titles == ["Spare the forest", "Free the river"]


def test_broken_requests_are_no_failures(russian_petition, translator, browse):
    translation = russian_petition
    segment = translation.source.stringsegment_set.first()
    client = browse(translator)
    string = localize("edit_string_translation", translation.pk, segment.pk)

    answers = [
        client.put(string).status_code,
        client.get(string).status_code,
        client.post(localize("upload_pofile", translation.pk)).status_code,
        client.get(localize("download_pofile", 10**9)).status_code,
        client.get("/admin/localize/submit/snippet/campaigns/petition/x/").status_code,
        client.get("/admin/localize/submit/snippet/auth/user/1/").status_code,
    ]

    assert answers == [400, 405, 400, 404, 404, 404]


def test_a_page_without_a_picture_can_be_translated(teams, russian):
    blank = ("image", {"image": None, "caption": "", "credit": ""})
    page = make_campaign(teams.ours, body=[blank], live=False)

    begin(page, russian)

    assert CampaignPage.objects.filter(locale=russian).exists()


def test_a_story_without_its_optional_lines_can_be_translated(translator, russian, browse):
    table = {"caption": "", "columns": [{"type": "text", "heading": "Law"}], "rows": []}
    blocks = [("table", {"table": table}), ("quote", {"text": "It snows."})]
    page = make_article(body=blocks)
    translate_above(page, russian)
    client = browse(translator)

    asked = client.get(localize("submit_page_translation", page.pk)).status_code
    client.post(localize("submit_page_translation", page.pk), {"locales": [russian.pk]})
    copy = page.get_translation(russian)

    assert (asked, client.get(page_edit_url(copy)).status_code) == (200, 200)


def test_a_translator_reads_the_words_of_the_form(copy, translator, browse):
    editor = browse(translator).get(page_edit_url(copy))

    segments = json.loads(editor.context["props"])["segments"]
    fields = {each["contentPath"]: each["location"]["field"] for each in segments}
    assert fields["listing_summary"] == "Lead"

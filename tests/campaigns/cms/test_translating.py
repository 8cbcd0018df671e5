"""wagtail-localize's screens: confined to what somebody may change, and complete before public."""

import json
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale
from wagtail_localize.models import SegmentOverride, StringTranslation, Translation
from wagtail_localize.operations import translate_object

from campaigns.cms.petitions import form
from campaigns.models import CampaignPage, Petition
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_article, make_campaign, make_home, make_translation

pytestmark = pytest.mark.django_db


@pytest.fixture
def russian():
    return Locale.objects.create(language_code="ru")


@pytest.fixture
def translator(editors):
    """Edits and publishes the petitions of River, and the pages; sends them to be translated."""
    group = Group.objects.get(name="River publishers")
    group.permissions.add(Permission.objects.get(codename="submit_translation"))
    for codename in ("change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group,
            page=make_home().get_root(),
            permission=Permission.objects.get(codename=codename),
        )
    return make_user("tatiana", "River publishers")


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


def type_words(client, translation, *, but=()):
    """Type each text in the translation editor."""
    for segment in translation.source.stringsegment_set.select_related("string", "context"):
        if segment.context.path.split(".")[0] not in but:
            url = localize("edit_string_translation", translation.pk, segment.pk)
            data = f"value=[ru] {segment.string.data}"
            answer = client.put(url, data, content_type="application/x-www-form-urlencoded")
            assert answer.status_code == 201


def said(response):
    return [str(message).strip() for message in response.context["messages"]]


def test_a_translator_translates_and_publishes_a_petition(
    teams, translator, russian, browse, django_capture_on_commit_callbacks
):
    client = browse(translator)

    client.post(submit_url(teams.ours), {"locales": [russian.pk]})
    translation = Translation.objects.get()
    editor = client.get(edit_url(translation.get_target_instance()))
    type_words(client, translation)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit_url(translation.get_target_instance()), {"action": "publish"})

    assert '"canPublish": true' in editor.context["props"]
    tabs = json.loads(editor.context["props"])["tabs"]
    assert [tab["label"] for tab in tabs] == [str(tab.heading) for tab in form.editor.children]
    petition = translation.get_target_instance()
    assert (petition.live, petition.title) == (True, "[ru] Free the river")


def test_what_is_missing_is_listed_and_nothing_is_published(teams, translator, russian, browse):
    client = browse(translator)
    translation = begin(teams.ours, russian)
    type_words(client, translation, but=("consent", "opening"))
    petition = translation.get_target_instance()

    response = client.post(edit_url(petition), {"action": "publish"}, follow=True)

    assert said(response) == [
        "“Free the river” is not published in Russian. Still to be translated: opening, consent."
    ]
    assert not Petition.objects.get(pk=petition.pk).live


def test_an_editor_who_may_not_publish_types_and_does_not_publish(teams, editor, russian, browse):
    translation = begin(teams.ours, russian)
    client = browse(editor)
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
        form | demands | {"targets-count": 0, "action-publish": "yes"},
    )

    assert response.context["form"].errors == {"consent": ["This is not translated yet."]}
    assert not Petition.objects.get(pk=petition.pk).live


def test_a_page_asks_for_its_petition_before_it_is_published(teams, translator, russian, browse):
    page = make_campaign(teams.ours)
    for each in (page.get_parent().get_parent(), page.get_parent(), page):
        translation = begin(each.specific, russian)
    client = browse(translator)
    type_words(client, translation)
    copy = CampaignPage.objects.get(locale=russian)

    response = client.post(page_edit_url(copy), {"action": "publish"}, follow=True)

    assert response.resolver_match.view_name == "publish_page_with_petition"
    missing = response.context["view"].drafts[0]["missing"]
    assert missing[:3] == ["title", "ask", "salutation"]
    assert not CampaignPage.objects.get(pk=copy.pk).live


def test_both_are_published_when_both_are_translated(
    teams, translator, russian, browse, django_capture_on_commit_callbacks
):
    page = make_campaign(teams.ours)
    for each in (page.get_parent().get_parent(), page.get_parent(), page):
        translation = begin(each.specific, russian)
    client = browse(translator)
    type_words(client, translation)
    type_words(client, Translation.objects.get(source__object=teams.ours.translation_key))
    copy = CampaignPage.objects.get(locale=russian)

    client.post(page_edit_url(copy), {"action": "publish"})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("publish_page_with_petition", args=[copy.pk]), {"publish": "both"})

    copy = CampaignPage.objects.get(pk=copy.pk)
    assert (copy.live, copy.title) == (True, "[ru] Free the river")
    assert (copy.petition.live, copy.petition.title) == (True, "[ru] Free the river")


def test_synchronising_says_what_it_does_not_publish(teams, translator, russian, browse):
    translation = begin(teams.ours, russian)
    url = localize("update_translations", translation.source.pk)

    response = browse(translator).post(url, {"publish_translations": "on"}, follow=True)

    assert any("is not published in Russian" in text for text in said(response))


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_a_strangers_petition_is_nowhere(method, teams, translator, russian, browse):
    translation = begin(teams.theirs, russian)
    segment = translation.source.stringsegment_set.first()
    client = browse(translator)
    urls = [
        submit_url(teams.theirs),
        edit_url(translation.get_target_instance()),
        localize("update_translations", translation.source.pk),
        localize("edit_string_translation", translation.pk, segment.pk),
        localize("edit_override", translation.pk, 1),
        localize("download_pofile", translation.pk),
        localize("upload_pofile", translation.pk),
        localize("machine_translate", translation.pk),
        localize("preview_translation", translation.pk),
        localize("stop_translation", translation.pk),
        localize("snippets_api_detail", "campaigns", "petition", teams.theirs.pk),
    ]

    answers = {url: getattr(client, method)(url).status_code for url in urls}

    # The snippets' API knows no other method than GET.
    assert set(answers.values()) <= ({404} if method == "get" else {404, 405})
    assert StringTranslation.objects.count() == 0


def test_whoever_only_sees_a_petition_does_not_translate_it(teams, people, russian, browse):
    translation = begin(teams.ours, russian)
    client = browse(people.river_manager)

    for url in (submit_url(teams.ours), localize("download_pofile", translation.pk)):
        assert client.get(url).status_code == 302
    segment = translation.source.stringsegment_set.first()
    client.put(localize("edit_string_translation", translation.pk, segment.pk), "value=x")
    assert StringTranslation.objects.count() == 0


def test_lists_show_what_somebody_may_work_on(teams, translator, people, russian, browse):
    begin(teams.ours, russian)
    begin(teams.theirs, russian)

    shown = {}
    for user in (translator, people.administrator):
        client = browse(user)
        report = client.get(localize("translations_report")).content.decode()
        names = client.get(localize("snippets_api_listing", "campaigns", "petition")).content
        shown[user.username] = (
            "Spare the forest" in report,
            "Free the river" in report,
            "Spare the forest" in names.decode(),
        )

    assert shown == {"tatiana": (False, True, False), "admin": (True, True, True)}


def test_the_report_lists_the_newest_first(teams, people, russian, browse):
    begin(teams.ours, russian)
    begin(teams.theirs, russian)

    report = browse(people.administrator).get(localize("translations_report"))

    titles = [str(translation.source.object_repr) for translation in report.context["object_list"]]
    assert titles == ["Spare the forest", "Free the river"]


def test_a_page_with_a_strangers_petition_waits_for_it(teams, translator, russian, browse):
    block = ("petition", {"petition": teams.theirs})
    article = make_article(body=[block])
    for each in (article.get_parent().get_parent(), article.get_parent()):
        begin(each.specific, russian)
    url = localize("submit_page_translation", article.pk)
    client = browse(translator)

    response = client.post(url, {"locales": [russian.pk]}, follow=True)
    refused = not Petition.objects.filter(locale=russian).exists()
    begin(teams.theirs, russian)
    client.post(url, {"locales": [russian.pk]})

    assert any("of another team" in text for text in said(response))
    assert refused
    assert article.get_translations().filter(locale=russian).exists()


def test_broken_requests_are_no_failures(teams, translator, russian, browse):
    translation = begin(teams.ours, russian)
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


def test_a_stranger_to_the_cms_is_sent_to_the_login(client, russian):
    answer = client.get(localize("translations_report"))

    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")


def test_a_page_without_a_picture_can_be_translated(teams, russian):
    blank = ("image", {"image": None, "caption": "", "credit": ""})
    page = make_campaign(teams.ours, body=[blank], live=False)

    begin(page, russian)

    assert CampaignPage.objects.filter(locale=russian).exists()


def test_who_translates_is_a_right_of_a_group(teams, people, russian, browse):
    rights = {
        name: Group.objects.get(name=name)
        .permissions.filter(codename="submit_translation")
        .exists()
        for name in ("Editors", "Moderators", "Campaign managers")
    }

    assert rights == {"Editors": True, "Moderators": True, "Campaign managers": False}
    assert (
        "Translate"
        in browse(people.editor)
        .get(reverse("wagtailsnippets_campaigns_petition:list"))
        .content.decode()
    )


LINKED = '<p>Read <a href="https://example.org/">all of <b>it</b></a></p>'


@pytest.fixture
def linked(russian):
    """The translation of a page with a link in its story; its text and its address."""
    translation = begin(make_article(body=[("text", LINKED)]), russian)
    text = translation.source.stringsegment_set.get(string__data__contains="<a")
    address = translation.source.overridablesegment_set.get(data_json__contains="example.org")
    return translation, text, address


def put(client, name, translation, segment, value):
    url = localize(name, translation.pk, segment.pk)
    form = "application/x-www-form-urlencoded"
    return client.put(url, urlencode({"value": value}), content_type=form).json()["error"]


@pytest.mark.parametrize(
    "hidden",
    [
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[><img src=x onerror=alert(1)>]]>",
        "<?x><img src=x onerror=alert(1)>?>",
    ],
)
def test_a_translator_gets_no_markup_past_the_parser(hidden, linked, translator, browse):
    translation, text, _ = linked
    client, name = browse(translator), "edit_string_translation"

    refused = put(client, name, translation, text, f'Читайте <a id="a1">всё</a>{hidden}')
    translation.save_target(publish=True)
    spoilt = translation.get_target_instance().body[0].value.source
    taken = put(client, name, translation, text, 'Читайте <a id="a1">всё</a>')
    translation.save_target(publish=True)
    page = translation.get_target_instance()

    assert refused
    assert spoilt == LINKED
    assert taken is None
    assert page.body[0].value.source == '<p>Читайте <a href="https://example.org/">всё</a></p>'


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "java\tscript:a"])
def test_a_translator_makes_no_link_that_is_a_script(address, linked, translator, browse):
    translation, _, link = linked
    client, name = browse(translator), "edit_override"

    refused = put(client, name, translation, link, address)
    translation.save_target(publish=True)
    spoilt = translation.get_target_instance().body[0].value.source
    taken = put(client, name, translation, link, "https://example.com/ru/")
    translation.save_target(publish=True)
    page = translation.get_target_instance()

    assert refused == "This web address cannot be used as a link."
    assert spoilt == LINKED
    assert taken is None
    assert page.body[0].value.source == LINKED.replace("example.org/", "example.com/ru/")
    assert not SegmentOverride.objects.get().has_error

"""Changing default texts or the organisation's name in signed petitions needs a confirmation."""

import pytest
from django.urls import reverse
from wagtail.models import Locale, Site
from wagtail_localize.models import Translation
from wagtail_localize.operations import translate_object

from campaigns.models import DefaultTexts, Petition, Version
from campaigns.petitions.signed_versions import renewing
from campaigns.petitions.texts import EVERY_TEXT, default_text, stored_name
from home.models import Identity
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.translations.test_translating import type_words
from tests.database import taken_back
from tests.factories import make_home, make_petition, make_signature, make_translation

pytestmark = pytest.mark.django_db

LABEL = "Send me <offers>."
# The organisation's name afterwards.
NAMES = {"another name": "The Dam Company", "no default": "Lastdrop", "deleted": "Lastdrop"}


@pytest.fixture
def desk(browse, people):
    return browse(people.administrator)


@pytest.fixture
def texts():
    return DefaultTexts.objects.create(locale=Locale.objects.get(language_code="en"))


def texts_url(texts=None):
    name = "wagtailsnippets_campaigns_defaulttexts:"
    return reverse(name + "edit", args=[texts.pk]) if texts else reverse(name + "add")


def typed(**fields):
    names = [field.name for field in DefaultTexts._meta.fields if field.editable]
    blank = dict.fromkeys(names, "") | {"footer": "null"}
    texts = {name: blank[name] for name in blank if name not in ("id", "locale", "thanks_blocks")}
    return texts | {"thanks_blocks-count": 0} | fields


def test_beside_each_default_text_stands_what_it_replaces(desk):
    for language in ("en", "fr"):
        locale, _ = Locale.objects.get_or_create(language_code=language)
        row = DefaultTexts.objects.create(locale=locale, button="Go")

        fields = desk.get(texts_url(row)).context["form"].fields

        shown = {name: field.widget.attrs.get("placeholder") for name, field in fields.items()}
        texts = [name for name in EVERY_TEXT if name != "footer"]
        assert [shown[name] for name in texts] == [default_text(name, language) for name in texts]
        assert "placeholder" not in fields["footer"].widget.attrs


def reasons(petition):
    return [row.reason for row in Petition.objects.get(pk=petition.pk).changes]


def test_they_are_saved_in_new_versions_once_there_is_a_reason(desk, people, teams):
    make_petition(title="Nobody signed this")
    # New ones ask, too.
    new = desk.post(texts_url(), typed(updates_label=LABEL)).content.decode()
    assert ("Free the river" in new, DefaultTexts.objects.exists()) == (True, False)
    texts = DefaultTexts.objects.create(locale=Locale.objects.get(language_code="en"))

    unusual = desk.post(texts_url(texts), typed(thanks_mail_text="Dear {name},"))
    page = desk.post(texts_url(texts), typed(updates_label=LABEL)).content.decode()
    empty = [
        desk.post(texts_url(texts), typed(updates_label=LABEL) | {"reason": reason}).status_code
        for reason in ("", "  ", "x" * 1001)
    ]

    sentence = "{name} is not replaced with anything in this text. Please remove it."
    assert unusual.context["form"].errors == {"thanks_mail_text": [sentence]}
    assert "Free the river" in page
    assert "Spare the forest" in page
    assert "Nobody signed this" not in page
    assert "1 person has signed the version that is on the page now." in page
    assert "&lt;offers&gt;." in "".join(page.split("<ins>")[1:])
    assert 'name="updates_label" value="Send me &lt;offers&gt;."' in page
    assert empty == [422] * 3
    kept = DefaultTexts.objects.get()
    assert (kept.updates_label, kept.thanks_mail_text, Version.objects.count()) == ("", "", 3)
    # Nothing is asked where no petition inherits it.
    desk.post(texts_url(texts), typed(thanks_heading="Thank you!"))
    assert DefaultTexts.objects.get().thanks_heading == "Thank you!"
    assert reasons(teams.ours) == []
    answer = {"reason": "We write to fewer people."}
    response = desk.post(texts_url(texts), typed(updates_label=LABEL) | answer)
    assert response.status_code == 302
    assert DefaultTexts.objects.get().updates_label == LABEL
    assert [reasons(each) for each in (teams.ours, teams.theirs)] == [[answer["reason"]]] * 2
    newest = Petition.objects.get(pk=teams.ours.pk).version
    assert (newest.parts["updates_label"], newest.published_by) == (LABEL, people.administrator)


def test_a_slip_in_them_needs_no_reason(desk, teams, texts):
    DefaultTexts.objects.update(updates_label="Keep me informd.")
    desk.post(texts_url(texts), typed(updates_label="Keep me informd.") | {"reason": "First."})
    for petition in (teams.ours, teams.theirs):
        Petition.objects.get(pk=petition.pk).save_revision().publish()
    corrected = typed(updates_label="Keep me informed.")

    page = desk.post(texts_url(texts), corrected).content.decode()
    desk.post(texts_url(texts), corrected | {"reason": "", "is_small_mistake": "on"})

    assert 'name="is_small_mistake"' in page
    assert Petition.objects.get(pk=teams.ours.pk).changes[0].is_small_mistake


def test_a_translation_of_them_asks_too(browse, teams, texts, django_capture_on_commit_callbacks):
    desk = browse(make_user("root", is_superuser=True))
    russian = make_translation(teams.ours, "ru")
    DefaultTexts.objects.update(updates_label="Keep me in the picture.")
    translate_object(DefaultTexts.objects.get(), [russian.locale])
    translation = Translation.objects.get()
    type_words(desk, translation)
    copy = translation.get_target_instance()
    publish = {"action": "publish"}

    page = desk.post(texts_url(copy), publish).content.decode()
    before = DefaultTexts.objects.get(pk=copy.pk).updates_label
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(texts_url(copy), publish | {"reason": "Better Russian."})

    assert "[ru] Free the river" in page
    assert before == ""
    assert DefaultTexts.objects.get(pk=copy.pk).updates_label == "[ru] Keep me in the picture."
    assert reasons(russian) == ["Better Russian."]


def test_deleting_them_asks_too(desk, teams, texts):
    DefaultTexts.objects.update(updates_label=LABEL)
    renewing.renew()
    signed = Petition.objects.get(pk=teams.ours.pk)
    make_signature(signed, email="new@example.org", version=signed.version)
    path = reverse("wagtailsnippets_campaigns_defaulttexts:delete", args=[texts.pk])

    page = desk.post(path).content.decode()
    between = DefaultTexts.objects.count()
    desk.post(path, {"reason": "We write as everybody does."})

    assert "Free the river" in page
    assert "&lt;offers&gt;." in "".join(page.split("<del>")[1:])
    assert "Delete and create new versions" in page
    assert (between, DefaultTexts.objects.count()) == (1, 0)
    assert reasons(teams.ours)[0] == "We write as everybody does."


def test_several_are_not_deleted_at_once_and_what_nobody_inherits_without_a_question(
    desk, teams, texts
):
    path = reverse("wagtail_bulk_action", args=["campaigns", "defaulttexts", "delete"])

    response = desk.post(f"{path}?id={texts.pk}&next=/admin/")
    kept = DefaultTexts.objects.exists()
    desk.post(reverse("wagtailsnippets_campaigns_defaulttexts:delete", args=[texts.pk]))

    assert (response.status_code, response.url, kept) == (302, "/admin/", True)
    assert not DefaultTexts.objects.exists()
    assert reasons(teams.ours) == []


# --- the organisation's name ---


@pytest.fixture
def identity(teams):
    return Identity.objects.create(site=make_home().get_site(), name="Lastdrop")


def rename(desk, identity, name, **answer):
    data = {
        "name": name,
        "logo": "",
        "privacy_page": "",
        "social-count": "0",
        "faces": "poster",
        "sign": "drop",
    }
    return desk.post(f"/admin/settings/home/identity/{identity.site_id}/", data | answer)


def test_another_name_asks_first_and_the_same_or_one_that_is_not_valid_asks_nothing(
    desk, identity, teams
):
    same = rename(desk, identity, "Lastdrop")
    rename(desk, identity, "x" * 61, reason="We were bought.")
    page = rename(desk, identity, "The Dam Company").content.decode()
    between = (Identity.objects.get().name, reasons(teams.ours))
    rename(desk, identity, "The Dam Company", reason="We were bought.")

    assert same.status_code == 302
    assert "Free the river" in page
    assert "Spare the forest" in page
    assert "The Dam Company" in page
    assert (between, Identity.objects.get().name) == (("Lastdrop", []), "The Dam Company")
    assert reasons(teams.ours) == ["We were bought."]


def site_form(identity, **fields):
    site = identity.site
    data = {"hostname": site.hostname, "port": site.port, "root_page": site.root_page_id}
    return data | {"site_name": site.site_name, "is_default_site": "on"} | fields


def test_the_name_of_the_site_is_asked_about_too(desk, identity, teams):
    Site.objects.update(site_name="The River Society")
    renewing.renew()
    identity.site.refresh_from_db()
    for how, data in {
        "another name": site_form(identity, site_name="The Dam Company"),
        "no default": site_form(identity, is_default_site=""),
        "deleted": {},
    }.items():
        view = "delete" if how == "deleted" else "edit"
        path = reverse(f"wagtailsites:{view}", args=[identity.site_id])

        with taken_back():
            page = desk.post(path, data).content.decode()
            between = stored_name()
            desk.post(path, data | {"reason": "We were bought."})

            assert "Free the river" in page, how
            assert (between, stored_name()) == ("The River Society", NAMES[how]), how
            assert reasons(teams.ours)[0] == "We were bought.", how


def test_another_port_of_the_site_asks_nothing_and_the_name_of_a_first_site_does(
    desk, identity, teams
):
    path = reverse("wagtailsites:edit", args=[identity.site_id])

    response = desk.post(path, site_form(identity, port="8000"))

    assert (response.status_code, Site.objects.get().port) == (302, 8000)
    assert reasons(teams.ours) == []
    identity.site.refresh_from_db()
    first = site_form(identity, site_name="The Dam Company")
    Site.objects.all().delete()
    response = desk.post(reverse("wagtailsites:add"), first)
    assert response.status_code == 200
    assert "Free the river" in response.content.decode()
    assert not Site.objects.exists()

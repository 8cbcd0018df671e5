"""Markup and scripts that a translator types into a link or a text do not get onto the page."""

from urllib.parse import urlencode

import pytest
from wagtail_localize.models import SegmentOverride

from campaigns.models import Petition
from tests.campaigns.cms.translations.test_translating import begin, edit_url, localize, type_words
from tests.factories import make_article

pytestmark = pytest.mark.django_db

LINKED = '<p>Read <a href="https://example.org/">all of <b>it</b></a></p>'


@pytest.fixture
def linked(russian):
    """The translation of a page with a link in its story, the link's text and its URL."""
    translation = begin(make_article(body=[("text", LINKED)]), russian)
    text = translation.source.stringsegment_set.get(string__data__contains="<a")
    address = translation.source.overridablesegment_set.get(data_json__contains="example.org")
    return translation, text, address


def put(client, name, translation, segment, value):
    url = localize(name, translation.pk, segment.pk)
    form = "application/x-www-form-urlencoded"
    return client.put(url, urlencode({"value": value}), content_type=form).json()["error"]


def test_a_translator_gets_no_markup_past_the_parser(linked, translator, browse):
    translation, text, _ = linked
    client, name = browse(translator), "edit_string_translation"

    for hidden in (
        "<!--><img src=x onerror=alert(1)>-->",
        "<![CDATA[><img src=x onerror=alert(1)>]]>",
        "<?x><img src=x onerror=alert(1)>?>",
    ):
        refused = put(client, name, translation, text, f'Читайте <a id="a1">всё</a>{hidden}')
        translation.save_target(publish=True)
        assert refused, hidden
        assert translation.get_target_instance().body[0].value.source == LINKED, hidden
    taken = put(client, name, translation, text, 'Читайте <a id="a1">всё</a>')
    translation.save_target(publish=True)
    page = translation.get_target_instance()

    assert taken is None
    assert page.body[0].value.source == '<p>Читайте <a href="https://example.org/">всё</a></p>'


def test_a_translator_makes_no_link_that_is_a_script(linked, translator, browse):
    translation, _, link = linked
    client, name = browse(translator), "edit_override"

    for address in ("javascript:alert(1)", "data:text/html,x", "java\tscript:a"):
        refused = put(client, name, translation, link, address)
        translation.save_target(publish=True)
        assert refused == "This web address cannot be used as a link.", address
        assert translation.get_target_instance().body[0].value.source == LINKED, address
    taken = put(client, name, translation, link, "https://example.com/ru/")
    translation.save_target(publish=True)
    page = translation.get_target_instance()

    assert taken is None
    assert page.body[0].value.source == LINKED.replace("example.org/", "example.com/ru/")
    assert not SegmentOverride.objects.get().has_error


def test_what_nothing_replaces_is_an_error_beside_the_translated_text(
    teams, translator, russian, browse
):
    teams.ours.thanks_mail_text = "Thank you."
    translation = begin(teams.ours, russian)
    client = browse(translator)
    type_words(client, translation, but=("thanks_mail_text",))
    segment = translation.source.stringsegment_set.get(context__path="thanks_mail_text")

    error = put(client, "edit_string_translation", translation, segment, "Спасибо, {name}.")
    client.post(edit_url(translation.get_target_instance()), {"action": "publish"})

    assert error == "{name} is not replaced with anything in this text. Please remove it."
    assert not Petition.objects.get(locale=russian).live

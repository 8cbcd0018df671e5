"""Translations into Russian that many tests begin with, made once for the tests of a file."""

from types import SimpleNamespace

from django.contrib.auth.models import User
from django.test import Client
from wagtail.models import Locale
from wagtail_localize.models import Translation

from campaigns.models import CampaignPage, Petition
from campaigns.petitions import publishing, translating
from tests.arranged import MAKERS
from tests.campaigns.cms.translations.test_translating import begin, translate_above, type_words
from tests.factories import make_campaign


def begin_page(page, russian):
    """The translation of a page, below live pages in the same language."""
    translate_above(page, russian, live=True)
    return begin(page, russian)


def type_all(client):
    for translation in Translation.objects.all():
        type_words(client, translation)


def submitted(subject, *, by):
    """Submit a translation and the draft petition of a page, as the button does."""
    parts = [type(subject).objects.get(pk=subject.pk)]
    if isinstance(subject, CampaignPage) and not parts[0].petition.live:
        parts.append(parts[0].petition)
    for part in parts:
        translating.take_over(part, by=by)
    publishing.submit(type(subject).objects.get(pk=subject.pk), by=by)


def russian():
    return Locale.objects.get_or_create(language_code="ru")[0]


def make_russian_petition() -> SimpleNamespace:
    """The petition of River, sent to be translated."""
    translation = begin(Petition.objects.get(title="Free the river"), russian())
    return SimpleNamespace(translation=translation)


def make_russian_page() -> SimpleNamespace:
    """A page with the petition of River, sent to be translated with it."""
    translation = begin_page(make_campaign(Petition.objects.get(title="Free the river")), russian())
    return SimpleNamespace(translation=translation)


def make_russian_words() -> SimpleNamespace:
    """All that an editor types to translate what was sent."""
    client = Client()
    client.force_login(User.objects.get(username="editor"))
    type_all(client)
    return SimpleNamespace()


# By the fixtures of conftest.py, and made after those of the CMS.
MAKERS |= {
    "russian_petition": make_russian_petition,
    "russian_page": make_russian_page,
    "russian_words": make_russian_words,
}

"""A page that is sent to be translated leaves the existing translation of its petition alone."""

import pytest

from campaigns.cms.pages.approval import WITH_PETITION
from tests.campaigns.cms.pages.test_approval import act
from tests.campaigns.cms.translations.begun import submitted
from tests.campaigns.cms.translations.test_submitting import fresh, states
from tests.campaigns.cms.translations.test_translating import (
    begin,
    localize,
    translate_above,
)
from tests.factories import make_article, make_campaign

pytestmark = pytest.mark.django_db


def article_with(petition, locale):
    """An article that carries the petition, below pages that are translated."""
    article = make_article(body=[("petition", {"petition": petition})])
    translate_above(article, locale)
    return article


def test_what_another_team_has_written_stays(teams, translator, russian, browse):
    translation = begin(teams.theirs, russian)
    translation.enabled = False
    translation.save()
    petition = translation.get_target_instance()
    petition.title = "По руке"
    petition.save()
    revision = petition.save_revision()
    article = article_with(teams.theirs, russian)
    url = localize("submit_page_translation", article.pk)

    browse(translator).post(url, {"locales": [russian.pk]})

    translation.refresh_from_db()
    copy = article.get_translation(russian)
    assert not translation.enabled
    assert fresh(petition).latest_revision == revision
    assert copy.body[0].value["petition"] == petition


def test_a_petition_that_waits_for_approval_is_still_approved_with_its_page(
    teams, russian_page, russian_words, people, russian, browse, django_capture_on_commit_callbacks
):
    page = russian_page.get_target_instance()
    editor = browse(people.editor)
    submitted(page, by=people.editor)
    article = article_with(teams.ours, russian)

    editor.post(localize("submit_page_translation", article.pk), {"locales": [russian.pk]})
    before = states(page, page.petition)
    with django_capture_on_commit_callbacks(execute=True):
        act(browse(people.moderator), page, WITH_PETITION)

    assert before == [["in_progress"], ["in_progress"]]
    assert (fresh(page).live, fresh(page.petition).live) == (True, True)


def test_a_petition_is_sent_in_the_languages_that_it_lacks(
    teams, russian_petition, people, russian, browse
):
    page = make_campaign(teams.ours)
    french = type(russian).objects.create(language_code="fr")
    for locale in (russian, french):
        translate_above(page, locale)
    url = localize("submit_page_translation", page.pk)

    browse(people.editor).post(url, {"locales": [russian.pk, french.pk]})

    for locale in (russian, french):
        assert page.get_translation(locale).petition.locale == locale

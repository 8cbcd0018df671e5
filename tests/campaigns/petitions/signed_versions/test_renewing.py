"""Texts that a petition inherits are part of what people sign: changes make a new version."""

import pytest
from wagtail.models import Site

from campaigns.models import DefaultTexts, Petition, Version
from campaigns.petitions import texts
from campaigns.petitions.signed_versions import changes, renewing
from campaigns.petitions.signed_versions.passed_on_reasons import Reason
from campaigns.signing import signing
from tests.factories import make_home, make_petition, make_signature, make_translation

pytestmark = pytest.mark.django_db


def fresh(petition):
    return Petition.objects.get(pk=petition.pk)


def make_texts(petition, label):
    return DefaultTexts.objects.create(locale=petition.locale, updates_label=label)


def signed(**fields):
    petition = make_petition(**fields)
    make_signature(petition)
    return petition


def names(touched):
    return [petition.title for petition, _change in touched]


def test_default_texts_touch_the_signed_petitions_that_inherit_them():
    signed(title="Inherits")
    signed(title="Its own", updates_label="Write to me.")
    signed(title="Does not ask", offers_updates=False)
    french = signed(title="En français", locale="fr")
    unsigned = make_petition(title="Unsigned")
    signed(title="Inherits too")

    touched = renewing.touched_by_texts(
        DefaultTexts(locale=unsigned.locale, updates_label="Send me offers.")
    )
    other = renewing.touched_by_texts(DefaultTexts(locale=french.locale, footer="<p>Hello</p>"))

    assert (names(touched), other) == (["Inherits", "Inherits too"], [])
    ((part,),) = {tuple(change.parts) for _petition, change in touched}
    assert (part.before, part.after) == (
        "Keep me informed about this campaign by email.",
        "Send me offers.",
    )


def test_the_name_of_the_organisation_touches_all_that_are_signed():
    petition = signed()
    make_translation(petition, "fr")
    make_petition(title="Unsigned")

    touched = renewing.touched_by_name("The Dam Company")

    assert names(touched) == ["Keep the river free", "[fr] Keep the river free"]


def test_a_new_version_is_made_of_each_with_the_reason_given():
    petition, other = signed(), signed(title="Its own", updates_label="Write to me.")
    make_texts(petition, "Send me offers.")

    renewing.renew(reason=Reason("We write less often."))
    renewing.renew(reason=Reason("Again."))

    assert [row.reason for row in fresh(petition).changes] == ["We write less often."]
    assert fresh(other).changes == []
    assert fresh(petition).version.parts["updates_label"] == "Send me offers."


def test_what_nobody_has_signed_gets_its_version_without_a_reason():
    petition = make_petition()
    make_texts(petition, "Send me offers.")

    renewing.renew(reason=Reason("We write less often."))

    assert [row.reason for row in Version.objects.order_by("pk")] == ["", ""]


def test_an_update_of_the_software_is_told_in_the_language_of_the_page(monkeypatch, client):
    petition = signed()
    texts.default_text.cache_clear()
    monkeypatch.setitem(texts.DEFAULTS, "updates_label", "Keep me up to date.")

    renewing.renew()
    texts.default_text.cache_clear()

    page = client.get(petition.url_path("changes")).content.decode()
    assert "The petition itself was not edited." in page
    assert "date." in page


def test_people_sign_on_until_the_worker_has_made_the_version(client):
    petition = signed()
    before = petition.version
    make_home()
    Site.objects.update(site_name="The Dam Company")

    shown = fresh(petition)
    signing.sign(shown, name="Grace", email="grace@example.org", version=shown.version.pk)
    renewing.renew()

    assert shown.version == before
    assert fresh(petition).version != before
    assert petition.tally.signatures.get(name="Grace").version == before


def test_what_was_published_meanwhile_is_not_undone():
    petition = signed()
    stale = fresh(petition)
    draft = fresh(petition)
    draft.close = "Let it flow."
    revision = draft.save_revision()
    changes.explain(draft, reason="The river asked.")
    revision.publish()

    renewing.renew_one(stale, by=None, reason=None)

    assert [row.reason for row in fresh(petition).changes] == ["The river asked."]


def test_looking_takes_as_many_queries_for_three_petitions_as_for_one(django_assert_num_queries):
    signed()
    with django_assert_num_queries(5):
        renewing.renew()
    signed(title="Two")
    signed(title="Three")

    with django_assert_num_queries(5):
        renewing.renew()

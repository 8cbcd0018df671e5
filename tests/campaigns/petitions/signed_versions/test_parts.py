"""A version contains everything that signers read; each change needs a reason and is public."""

import pytest
from django.utils import translation

from campaigns.models import DefaultTexts, Petition, Version
from campaigns.petitions.signed_versions import changes, parts
from campaigns.petitions.signed_versions.versions import Unexplained
from tests.factories import make_home, make_petition, make_signature, make_translation

pytestmark = pytest.mark.django_db

# For each part that an editor of the petition can change: changed fields, and texts on the page.
# No two that follow one another change the same field; what cannot be taken back is the last.
CHANGES = {
    "title": ({"title": "Build the dam"}, "Keep the river free", "Build the dam"),
    "ask": ({"ask": "Call on the company."}, "Call on the minister to stop the dam.", "company."),
    "targets": (
        {"targets": [("target", {"name": "The Dam Company", "role": ""})]},
        "The Minister, Ministry of Energy",
        "The Dam Company",
    ),
    "letter": ({"close": "Let it flow."}, "Let it run.", "Let it flow."),
    "consent": ({"consent": "I agree to more."}, "I agree that my", "I agree to more."),
    "questions": (
        {"questions": [("text", {"label": "Your job?", "is_personal": True})]},
        "",
        "Your job?\n(deleted when the data is anonymised)",
    ),
    "forwards": ({"forwards": "each"}, "off", "each"),
    "phone_label": ({"asks_phone": True}, "", "You may call me"),
    "updates_label": (
        {"updates_label": "Send me offers."},
        "Keep me informed about this campaign by email.",
        "Send me offers.",
    ),
    "shown_label": ({"shows_signers": True}, "", "Show everybody that I have signed"),
    "comment_shown_label": (
        {"shows_comments": True, "comment_field": "optional"},
        "",
        "Show my comment to everybody",
    ),
    "forwarded": ({"forwards": "digest"}, "", "in a list with others"),
    "answer_label": (
        {"forwards": "each", "offers_answers": True},
        "",
        "may answer me by email",
    ),
    "mailing_days": ({"mailing_days": 200}, "0", "200"),
    "confirms_by_email": ({"confirms_by_email": False}, "yes", "no"),
    "shares_email": ({"shares_email": True}, "no", "yes"),
    "shows_signers": ({"shows_signers": True}, "no", "yes"),
    "shows_comments": ({"shows_comments": True}, "no", "yes"),
    "count_from": ({"count_from": 500}, "0", "500"),
    "retention_days": ({"retention_days": 30}, "90", "30"),
}
TARGETS = [("target", {"name": "The Minister", "role": "Ministry of Energy"})]


def fresh(petition):
    return Petition.objects.get(pk=petition.pk)


def draft(petition, **fields):
    version = fresh(petition)
    for name, value in fields.items():
        setattr(version, name, value)
    version.save_revision()
    return version


def test_every_part_has_an_example_here():
    inherited = {"organisation"}

    assert {part.name for part in parts.PARTS} == CHANGES.keys() | inherited


def test_a_change_of_any_part_needs_a_reason_and_is_public(client):
    petition = make_petition(targets=TARGETS)
    make_signature(petition)
    first = fresh(petition)

    for name, (fields, _before, _after) in CHANGES.items():
        others = {
            each: getattr(first, each) for changed, *_ in CHANGES.values() for each in changed
        }
        version = draft(petition, **others | fields)
        with pytest.raises(Unexplained):
            fresh(petition).get_latest_revision().publish()
        changes.explain(version, reason=f"The river asked: {name}.")
        fresh(petition).get_latest_revision().publish()

    found = reversed(changes.published_changes(fresh(petition)))
    page = client.get(fresh(petition).url_path("changes")).content.decode().replace("&#x27;", "'")
    sections = page.split("<section>")
    for (name, (_fields, before, after)), (_version, change) in zip(
        CHANGES.items(), found, strict=True
    ):
        shown = {each.part.name: each for each in change.parts}
        [section] = [each for each in sections if f"The river asked: {name}." in each]
        assert before in parts.as_text(shown[name].before), name
        assert after in parts.as_text(shown[name].after), name
        assert f"<h3>{shown[name].part.heading}</h3>" in section


def test_a_version_never_loses_what_was_not_asked():
    petition = make_petition(offers_updates=False, updates_label="Send me offers.")

    stored = Version.objects.get().parts

    assert (stored["updates_label"], stored["shown_label"]) == ("", "")
    assert stored.keys() == {part.name for part in parts.PARTS}
    assert stored == petition.parts


def test_what_an_earlier_version_does_not_hold_is_no_change():
    before = {"letter": "Let it run.", "consent": "I agree."}

    assert parts.changed(before, before | {"title": "Keep the river free"}) == []
    assert [part.name for part in parts.changed(before, before | {"consent": "No."})] == ["consent"]


def test_a_setting_is_changed_in_every_language(client):
    petition = make_petition()
    french = make_translation(petition, "fr")
    make_signature(french)
    version = draft(petition, retention_days=30)
    changes.explain(version, reason="We need them for less time.")

    fresh(petition).get_latest_revision().publish()

    reasons = {
        petition: "We need them for less time.",
        french: "Un élément valable dans toutes les langues a changé. La raison, telle que la "
        "rédaction l’a écrite (Anglais)\xa0: «\xa0We need them for less time.\xa0»",
    }
    for each, reason in reasons.items():
        (newest, change), *_ = changes.published_changes(fresh(each))
        assert newest.reason == reason
        assert [(part.before, part.after) for part in change.parts] == [(90, 30)]
        assert fresh(each).version == newest


def test_other_line_ends_and_a_goal_are_no_change():
    petition = make_petition(opening="One.\n\nTwo.")
    make_signature(petition)

    version = draft(petition, opening="One.\r\n\r\nTwo.", goal=5000)

    assert version.replaced is None


def test_the_label_is_the_one_that_the_petition_inherits_in_its_language():
    petition = make_petition(locale="fr")
    DefaultTexts.objects.create(locale=petition.locale, updates_label="Écrivez-moi.")

    assert fresh(petition).parts["updates_label"] == "Écrivez-moi."


def test_the_page_reads_names_and_texts_with_no_query_more(
    client, settings, django_assert_max_num_queries
):
    settings.CACHE_SECONDS = 60
    make_home()
    petition = make_petition(shows_signers=True)
    client.get(petition.url_path())

    with django_assert_max_num_queries(2):
        client.get(petition.url_path())


def test_several_targets_are_one_phrase_in_each_language():
    names = ["A", "B", "C"]
    phrases = {"en": "A, B and C", "de": "A, B und C", "ar": "A، B وC"}

    assert [parts.in_words(names[:number]) for number in range(3)] == ["", "A", "A and B"]
    for code, phrase in phrases.items():
        with translation.override(code):
            assert parts.in_words(names) == phrase

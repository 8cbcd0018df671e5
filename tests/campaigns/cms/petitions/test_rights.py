"""Settings on which signers' rights depend are guarded like the letter; small mistakes less so."""

import pytest

from campaigns.models import ChangeReason, Petition
from tests.campaigns.cms.browsing import said, url
from tests.campaigns.cms.petitions.forms import filled_in
from tests.campaigns.cms.petitions.test_changes import answer, draft, publish, remembered, send
from tests.database import taken_back
from tests.factories import make_petition, make_signature


@pytest.fixture
def petition(people):
    petition = make_petition(title="Free the river", demands=[])
    make_signature(petition)
    return petition


def same(petition, **fields):
    """The form data if only these fields were changed."""
    names = ("title", "ask", "opening", "close", "consent")
    return {name: getattr(petition, name) for name in names} | fields


def fresh(petition):
    return Petition.objects.get(pk=petition.pk)


CHANGES = {  # what is typed, and what was there and is there then
    "title": ("Build the dam", "river", "dam"),
    "retention_days": ("30", "90", "30"),
    "confirms_by_email": ("", "yes", "no"),
    "shares_email": ("on", "no", "yes"),
    "count_from": ("500", "0", "500"),
}


def test_a_change_is_asked_about_and_shown_side_by_side(petition, people, browse):
    client = browse(people.moderator)
    for name, (typed, _before, _after) in CHANGES.items():
        with taken_back():
            alone = send(client, petition, "action-publish", **same(petition, **{name: typed}))
            assert alone.url == url("explain", petition.pk), name
    typed = {name: typed for name, (typed, _before, _after) in CHANGES.items()}

    response = send(client, petition, "action-publish", **same(petition, **typed))

    page = client.get(response.url).content.decode()
    assert "<strong>1 person</strong> has signed" in page
    sides = [part.split('class="changes-side"')[1:] for part in page.split('class="changes"')[1:]]
    assert len(sides) == len(CHANGES)
    for name, (_typed, before, after) in CHANGES.items():
        assert any(
            before in "".join(old.split("<del>")[1:]) and after in "".join(new.split("<ins>")[1:])
            for old, new in sides
        ), name
    answer(client, petition, "publish")
    assert [row.reason for row in fresh(petition).changes] == ["The river asked."]


def test_days_that_nobody_was_promised_are_an_error_of_the_form(petition, people):
    # Nor are days that nobody may be promised.
    for days, is_valid in {"91": False, "0": False, "366": False, "90": True, "365": False}.items():
        typed = same(petition, retention_days=days)
        errors = filled_in(petition, people.moderator, **typed).errors
        assert ("retention_days" not in errors) == is_valid, days


def test_a_draft_that_lengthens_them_is_not_published_once_somebody_signs(people, browse):
    petition = make_petition(title="Free the river", demands=[])
    longer = fresh(petition)
    longer.retention_days = 200
    longer.save_revision()
    make_signature(petition)
    row = fresh(petition)
    row.get_workflow().start(row, people.editor)
    task = fresh(petition).current_workflow_task_state
    client = browse(people.moderator)

    client.post(url("workflow_action", petition.pk, "approve", task.pk), {"comment": ""})
    answer(client, petition, "publish")

    assert "promised 90 days" in said(client)
    assert fresh(petition).retention_days == 90


def test_a_slip_is_published_without_a_reason(petition, people, browse):
    client = browse(people.moderator)
    publish(petition, by=people.moderator, reason="A new title.", title="Free the rivr")
    draft(petition, title="Free the river")
    question = client.get(url("explain", petition.pk)).content.decode()

    data = {"reason": "", **remembered(petition), "then": "publish"}
    without = client.post(url("explain", petition.pk), data)
    client.post(url("explain", petition.pk), data | {"is_small_mistake": "on"})

    assert 'name="is_small_mistake"' in question
    assert without.status_code == 422
    assert [row.is_small_mistake for row in fresh(petition).changes] == [True, False]


def test_another_meaning_is_not_offered_as_a_slip_nor_taken_for_one(petition, people, browse):
    client = browse(people.moderator)
    draft(petition, title="Build the dam")

    page = client.get(url("explain", petition.pk)).content.decode()
    data = {**remembered(petition), "then": "publish", "is_small_mistake": "on"}
    response = client.post(url("explain", petition.pk), data)

    assert 'name="is_small_mistake"' not in page
    assert response.status_code == 422
    assert (fresh(petition).title, ChangeReason.objects.count()) == ("Free the river", 0)


def test_an_editors_slip_is_told_to_the_moderator(petition, people, browse):
    editor, moderator = browse(people.editor), browse(people.moderator)
    draft(petition, title="Free the rivver")

    data = {
        **remembered(petition),
        "then": "submit",
        "is_small_mistake": "on",
        "reason": "",
    }
    editor.post(url("explain", petition.pk), data)

    shown = moderator.get(url("edit", petition.pk)).content.decode()
    assert "This draft is marked as correcting a small mistake only." in shown


def test_the_page_of_a_signature_shows_what_was_read_as_text(petition, people, browse):

    signature = petition.tally.signatures.get()
    Petition.objects.filter(pk=petition.pk).update(title="Something else")

    page = browse(people.manager).get(f"/admin/signatures/inspect/{signature.pk}/").content.decode()

    assert "&lt;p&gt;" not in page
    for part in ("Title", "Ask", "Addressed to", "Letter", "Consent", "Organisation"):
        assert (f"<dt>{part}</dt>" in page) == (part != "Addressed to")
    assert "<p>Free the river</p>" in page
    assert "<p>Dear Minister,</p>" in page

"""A translator who may not publish submits a translation, and a moderator approves it."""

import pytest
from bs4 import BeautifulSoup, SoupStrainer
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.log_actions import registry
from wagtail.models import GroupPagePermission, Page, WorkflowState, WorkflowTask
from wagtail_localize.models import Translation

from campaigns.cms.pages.approval import WITH_PETITION, Approval
from campaigns.models import CampaignPage, StaffNotice
from campaigns.petitions import publishing
from tests.campaigns.cms.browsing import answer
from tests.campaigns.cms.pages.test_approval import act
from tests.campaigns.cms.test_drafts import rows
from tests.campaigns.cms.translations.begun import begin_page, submitted
from tests.campaigns.cms.translations.test_translating import (
    edit_url,
    localize,
    page_edit_url,
    said,
    type_words,
)
from tests.database import taken_back
from tests.factories import make_article, make_campaign, make_home, make_signature

pytestmark = pytest.mark.django_db
SUBMIT = {"action": "submit"}


def fresh(subject):
    return type(subject).objects.get(pk=subject.pk)


def states(*subjects):
    return [
        [state.status for state in WorkflowState.objects.for_instance(each)] for each in subjects
    ]


def field_of(response, name):
    page = BeautifulSoup(response.content, "html.parser", parse_only=SoupStrainer("input"))
    return page.select_one(f"[name={name}]")["value"]


def bar(client, url):
    """What the translation editor says about moderation above the sentences."""
    return bar_of(client.get(url))


def bar_of(response):
    page = BeautifulSoup(response.content, "html.parser", parse_only=SoupStrainer("div"))
    found = page.select_one(".translation-moderation")
    return " ".join(found.get_text(" ").split()) if found else ""


def test_a_page_and_its_petition_are_submitted_and_approved_together(
    copy, russian_words, people, browse, django_capture_on_commit_callbacks
):
    editor, moderator = browse(people.editor), browse(people.moderator)
    offered = bar(editor, page_edit_url(copy))

    response = editor.post(page_edit_url(copy), SUBMIT)

    assert offered == "Submit for moderation"
    assert said(response) == ["The translation “Free the river” has been submitted for moderation."]
    assert bar(editor, page_edit_url(copy)).startswith("It waits for a moderator.")
    assert bar(editor, edit_url(copy.petition)).startswith("It waits for a moderator.")
    assert states(copy, copy.petition) == [["in_progress"], ["in_progress"]]
    assert not fresh(copy).live
    again = said(editor.post(page_edit_url(copy), SUBMIT))
    assert [text.partition(":")[2] for text in again] == [
        " this was done already, perhaps by your own first click. Nothing is done twice."
    ]
    assert states(copy, copy.petition) == [["in_progress"], ["in_progress"]]
    # The list of what waits has one row for the page and its petition.
    [waiting] = rows(moderator, "awaiting-review")
    assert [row.split(" Russian")[0] for row in waiting] == ["[ru] Free the river"]
    with django_capture_on_commit_callbacks(execute=True):
        act(moderator, copy, WITH_PETITION)
    page = fresh(copy)
    assert (page.live, page.petition.live) == (True, True)
    public = moderator.get(page.url).content.decode()
    assert "[ru] Free the river" in public
    assert "[ru] Dear Minister," in public


def test_who_publishes_what_waits_approves_it(
    copy, russian_words, people, browse, synchronise, django_capture_on_commit_callbacks
):
    moderator = browse(people.moderator)
    page, both = [copy], [copy, copy.petition]
    # Each alone in its own editor: test_what_others_changed_…
    for kind, published in {"both": both, "updated page": page}.items():
        with taken_back():
            subject, url = copy, page_edit_url(copy)
            if kind == "updated page":
                publishing.publish(fresh(copy.petition), by=people.moderator)
            submitted(copy, by=people.editor)
            StaffNotice.objects.all().delete()
            with django_capture_on_commit_callbacks(execute=True):
                if kind == "updated page":
                    source = Translation.objects.get(source__object=copy.translation_key)
                    synchronise(people.moderator, source)
                else:
                    asked = moderator.post(url, {"action": "publish"})
                if kind == "both":
                    answer(moderator, asked.url, publish="both")

            assert [fresh(each).live for each in published] == [True] * len(published), kind
            assert states(*published) == [["approved"]] * len(published), kind
            approved_by(people.moderator, *published)
            # The editor gets one email.
            [notice] = StaffNotice.objects.all()
            assert (notice.kind, notice.acted_by) == ("approved", people.moderator), kind
            assert notice.workflow_state.content_object.pk == subject.pk, kind


def approved_by(user, *subjects):
    """Assert that the user has approved and published each, and that nothing was cancelled."""
    for each in subjects:
        logged = registry.get_logs_for_instance(each).filter(user=user)
        actions = set(logged.values_list("action", flat=True))
        assert {"wagtail.workflow.approve", "wagtail.publish"} <= actions, each
        assert "wagtail.workflow.cancel" not in actions, each


def test_who_publishes_before_others_have_approved_approves_nothing_for_them(people):
    page = make_article(live=False)
    page.save_revision()
    legal = WorkflowTask(workflow=page.get_workflow(), sort_order=5)
    legal.task = Approval.objects.create(name="Legal")
    legal.save()
    page.get_workflow().start(page, people.editor)

    publishing.publish_page(Page.objects.get(pk=page.pk), by=people.moderator)

    assert fresh(page).live
    [workflow_state] = WorkflowState.objects.all()
    assert [task.status for task in workflow_state.task_states.all()] == ["cancelled"]


def test_what_was_typed_after_it_was_submitted_is_not_approved(
    copy, russian_words, people, browse, django_capture_on_commit_callbacks
):
    editor, petition = browse(people.editor), copy.petition
    translation = Translation.objects.get(source__object=petition.translation_key)
    submitted(petition, by=people.editor)

    segment = translation.source.stringsegment_set.get(context__path="title")
    url = localize("edit_string_translation", translation.pk, segment.pk)
    form = "application/x-www-form-urlencoded"
    editor.put(url, "value=Later", content_type=form)
    with django_capture_on_commit_callbacks(execute=True):
        act(browse(people.moderator), petition, "approve")
    before = fresh(petition).title
    again = bar(editor, edit_url(petition))
    editor.post(edit_url(petition), SUBMIT)

    assert (before, again) == ("[ru] Free the river", "Submit for moderation")
    assert (fresh(petition).live, fresh(petition).title) == (True, "[ru] Free the river")
    assert fresh(petition).get_latest_revision_as_object().title == "Later"


def test_what_others_changed_since_a_moderator_opened_it_is_shown_before_it_is_approved(
    copy, russian_words, people, browse, django_capture_on_commit_callbacks
):
    def publish(subject, url, author):
        opened = timezone.now().isoformat()  # as the form has it: test_what_was_deleted_since_…
        translation = Translation.objects.get(source__object=subject.translation_key)
        segment = translation.source.stringsegment_set.get(context__path="title")
        where = localize("edit_string_translation", translation.pk, segment.pk)
        browse(author).put(where, "value=Later", content_type="application/x-www-form-urlencoded")
        with django_capture_on_commit_callbacks(execute=True):
            return said(
                browse(people.moderator).post(url, {"action": "publish", "opened_at": opened})
            )

    for subject, url in ((copy.petition, edit_url(copy.petition)), (copy, page_edit_url(copy))):
        with taken_back():
            if subject == copy:
                publishing.publish(fresh(copy.petition), by=people.moderator)
            submitted(subject, by=people.editor)

            refused = publish(subject, url, people.editor)
            waits = states(subject)
            publish(subject, url, people.moderator)

            assert [text.partition("” ")[2] for text in refused] == [
                "was changed in the meantime, and nothing was approved. Please look at it again."
            ], url
            assert waits == [["in_progress"]], url
            assert (states(subject), fresh(subject).title) == ([["approved"]], "Later"), url
            approved_by(people.moderator, subject)


def test_what_is_not_translated_is_not_submitted_nor_by_who_may_not_or_finds_it_locked(
    copy, people, browse
):
    client, visitor = browse(people.editor), browse(people.visitor)
    alone = said(browse(people.editor).post(page_edit_url(copy), SUBMIT))
    type_words(client, Translation.objects.get(source__object=copy.translation_key))
    with_petition = said(client.post(page_edit_url(copy), SUBMIT))
    of_petition = said(browse(people.editor).post(edit_url(copy.petition), SUBMIT))

    sentence = "The translation of “Free the river” into Russian is not submitted. "
    assert alone == [f"{sentence}Still to be translated: title, lead."]
    [with_petition], [of_petition] = with_petition, of_petition
    assert with_petition.startswith(f"{sentence}The petition of the page is not translated yet: ")
    assert f'href="{edit_url(copy.petition)}"' in with_petition
    assert of_petition.startswith(f"{sentence}Still to be translated: title, ask")
    assert "href" not in of_petition
    # Who may publish is offered nothing either.
    type_words(client, Translation.objects.get(source__object=copy.petition.translation_key))
    assert bar(browse(people.moderator), page_edit_url(copy)) == ""
    assert visitor.post(page_edit_url(copy), SUBMIT).status_code == 302
    CampaignPage.objects.filter(pk=copy.pk).update(locked=True, locked_by=people.moderator)
    assert bar(client, page_edit_url(copy)) == ""
    client.post(page_edit_url(copy), SUBMIT)
    assert states(copy, copy.petition) == [[], []]


def test_a_petition_of_another_team_is_not_submitted_with_the_page(teams, editor, russian, browse):
    permission = Permission.objects.get(codename="change_page")
    group, root = Group.objects.get(name="River editors"), make_home().get_root()
    GroupPagePermission.objects.create(group=group, page=root, permission=permission)
    page = begin_page(make_campaign(teams.theirs), russian).get_target_instance()
    client = browse(editor)
    type_words(client, Translation.objects.get(source__object=page.translation_key))

    client.post(page_edit_url(page), SUBMIT)

    assert states(page, page.petition) == [["in_progress"], []]


def test_a_moderator_reads_who_has_submitted_it_and_it_is_submitted_again(
    copy, russian_words, people, browse
):
    client, moderator = browse(people.editor), browse(people.moderator)
    submitted(copy, by=people.editor)
    fresh(copy).get_latest_revision_as_object().save_revision(user=people.moderator)
    notes = said(moderator.get(page_edit_url(copy)))
    act(moderator, copy, "reject", comment="The title is too long.")

    editor = client.get(page_edit_url(copy))
    asked, offered = said(editor), bar_of(editor)
    client.post(page_edit_url(copy), SUBMIT)

    # Nothing can be approved in this editor, whatever was saved after submitting.
    assert "has submitted this" in notes[0]
    assert "Approving in this form" not in notes[0]
    assert ["The title is too long." in text for text in asked] == [True]
    assert offered == "Submit for moderation"
    assert states(copy, copy.petition) == [["in_progress"], ["in_progress"]]


def test_a_change_of_what_people_have_signed_is_explained_first(
    copy, russian_words, people, browse
):
    client, petition = browse(people.editor), copy.petition
    translation = Translation.objects.get(source__object=petition.translation_key)
    publishing.publish(petition, by=people.moderator)
    make_signature(fresh(petition), email="boris@example.org")
    segment = translation.source.stringsegment_set.get(context__path="opening")
    url = localize("edit_string_translation", translation.pk, segment.pk)
    client.put(url, "value=Else", content_type="application/x-www-form-urlencoded")

    asked = client.post(edit_url(petition), SUBMIT, follow=True)
    before = states(petition)
    answer(client, asked.request["PATH_INFO"], reason="It was wrong.", then="submit")

    assert asked.resolver_match.url_name == "explain"
    assert (before, states(petition)) == ([[]], [["in_progress"]])

"""An action on signatures or on a person is done once, however often its button is pressed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from wagtail.models import Locale, ModelLogEntry, PageLogEntry
from wagtail_localize.models import StringTranslation

from campaigns.cms import add_forms
from campaigns.cms.signatures import assisting
from campaigns.imports import importing
from campaigns.mail import resending
from campaigns.mailings.mailing import Mailing, State
from campaigns.models import (
    Decision,
    ErasureReceipt,
    Import,
    OutgoingMail,
    Resending,
    SavedView,
    SentForm,
    Signature,
    Topic,
)
from campaigns.moderation import moderating
from operations.jobs.job import Job
from tests.campaigns.cms.browsing import said, url
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.test_add_forms import ANOTHER, TOKEN
from tests.campaigns.cms.test_idempotent_acts import until_they_wait
from tests.campaigns.cms.translations.test_translating import begin, localize
from tests.campaigns.imports import test_importing as lists
from tests.campaigns.mailings.test_sending import approved
from tests.campaigns.sync.conftest import make_receiver
from tests.cms_access.test_cms_access import table
from tests.database import taken_back
from tests.factories import make_campaign, make_comment_decision, make_signature

pytestmark = pytest.mark.django_db

SAID = "perhaps by your own first click. Nothing is done twice."
REASON = {"reason": "A phone call"}
INVALIDATE = {**REASON, "moderation": "invalidated"}
TOPICS = "wagtailsnippets_campaigns_topic"


def about(name: str) -> Callable[[Signature], str]:
    return lambda signature: reverse(name, args=[signature.pk])


def listed(name: str) -> Callable[[Signature], str]:
    return lambda signature: f"{reverse(name)}?petition={signature.tally.petition_id}"


def at(name: str, subject: Model) -> str:
    return reverse(name, args=[subject.pk])


def make_topic() -> Topic:
    return Topic.objects.create(title="Air")


def make_view() -> SavedView:
    owner = User.objects.get(is_superuser=True)
    return SavedView.objects.create(name="Mine", filters="state=counted", owner=owner)


def moderated(signature: Signature) -> Decision:
    found = Signature.objects.filter(pk=signature.pk)
    return moderating.moderate(found, moderation="invalidated", reason="Invented", by=None)


def paused(signature: Signature) -> Mailing:
    mailing = approved(signature.tally.petition)
    Mailing.objects.update(state=State.SENDING, began_at=timezone.now())
    Mailing.objects.update(state=State.PAUSED)
    return mailing


def resent(signature: Signature) -> Resending:
    act = resending.begin(by=None)
    act.tallies.set(resending.resend(act, [signature.pk], already=0))
    return act


def uploaded(name: str, do: Callable[[Import], object]) -> Callable[[Signature], str]:
    """The URL of this screen about a list of one row, with which this was done before."""

    def path(signature: Signature) -> str:
        petition = signature.tally.petition
        subject = lists.upload(petition, [["Grace", "grace@example.net", "FR", "", ""]])
        do(subject)
        return url(name, petition.pk, subject.pk)

    return path


def checked(subject: Import) -> None:
    importing.check(subject, advance=int)


def translated(signature: Signature) -> str:
    """The URL that brings translations up to date, with one that lacks nothing."""
    russian = Locale.objects.create(language_code="ru")
    translation = begin(signature.tally.petition, russian)
    for each in translation.source.stringsegment_set.all():
        text = StringTranslation(translation_of=each.string, context=each.context, locale=russian)
        text.data = f"[ru] {each.string.data}"
        text.save()
    return localize("update_translations", translation.source_id)


CASES: dict[str, tuple[Callable[[Signature], str], dict[str, Any]]] = {
    "resend": (about("resend_confirmation"), {}),
    "resend to all": (listed("resend_signatures"), REASON),
    "confirm": (about("confirm_by_hand"), REASON),
    "correct": (about("correct_name"), {**REASON, "name": "Augusta King"}),
    "stop": (about("stop_mail"), REASON),
    "note": (about("add_signature_note"), {"text": "She phoned."}),
    "delete": (about("signatures_modeladmin_delete"), {}),
    "moderate": (listed("moderate_signatures"), INVALIDATE),
    "erase": (lambda signature: reverse("erase_person"), {"email": "ida@example.org", "sure": "1"}),
    "new secret": (lambda signature: at("new_secret", make_receiver()), {}),
    "send all": (lambda signature: at("receiver", make_receiver()), {"do": "all"}),
    "delete a topic": (lambda signature: at(f"{TOPICS}:delete", make_topic()), {}),
    "delete a view": (lambda signature: at("delete_signature_view", make_view()), {}),
    "delete a page": (
        lambda signature: at("wagtailadmin_pages:delete", make_campaign(signature.tally.petition)),
        {},
    ),
    "second step": (lambda signature: at("reset_second_factor", make_user("ann", "Editors")), {}),
    "lockout": (lambda signature: at("end_lockout", make_user("ann", "Editors")), {}),
    "stop a mailing": (lambda signature: at("stop_mailing", paused(signature)), {}),
    "undo": (lambda signature: at("undo_decision", moderated(signature)), {}),
    "undo comments": (lambda signature: at("undo_comments", make_comment_decision(signature)), {}),
    "cancel emails": (lambda signature: at("undo_resending", resent(signature)), {}),
    "check a list": (uploaded("import_columns", checked), {"column-0": "name"}),
    "import a list": (uploaded("import", checked), {}),
    "publish translations": (translated, {"publish_translations": "on"}),
    "undo an import": (uploaded("undo_import", lists.bring_in), {**REASON, "typed": "1"}),
}


# The other screens of ours that take a POST: they change nothing or one row, or do it in a
# transaction of their own or of `idempotent_acts`, which finds what the first click has done.
NO_ACTS = {
    "account",
    "cancel_job",
    "comments",
    "delete_signature_note",
    "dismiss_first_steps",
    "edit",
    "export_columns",
    "export_preset",
    "export_signatures",
    "people",
    "person_report",
    "preview_links",
    "publish_page_with_petition",
    "rename_export_preset",
    "reset_password",
    "signatures_modeladmin_index",
}


@pytest.fixture
def pending(teams) -> Signature:
    old = {"confirmed_at": None, "signed_at": timezone.now() - timedelta(days=2)}
    return make_signature(teams.ours, name="Ida", email="ida@example.org", **old)


def press(client: Client, path: str, data: dict[str, Any], *, token: str = TOKEN) -> str:
    """Send the form; return the URL to which the response redirects."""
    try:
        return client.post(path, {**data, add_forms.TOKEN: token})["Location"]
    finally:
        if not connection.in_atomic_block:
            connection.close()


def traces() -> tuple[int, ...]:
    models = (ModelLogEntry, PageLogEntry, OutgoingMail, Decision, ErasureReceipt, SavedView, Job)
    return tuple(model.objects.count() for model in models)


def test_pressed_twice_it_is_done_once(pending, people, browse):
    for name, (path, data) in CASES.items():
        client = browse(people.administrator)
        with taken_back():
            address = path(pending)

            before = traces()
            leads_to = [press(client, address, data)]
            once = traces()
            leads_to.append(press(client, address, data))

            assert once != before, name
            assert traces() == once, name
            assert leads_to[0] == leads_to[1], name
            assert SAID in said(client), name


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_double_click_while_the_database_is_slow(pending, people, browse):
    path, data = CASES["moderate"]
    clients = [browse(people.administrator) for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Signature.objects.select_for_update().get(pk=pending.pk)
            posts = [pool.submit(press, client, path(pending), data) for client in clients]
            until_they_wait(2)
        for each in posts:
            each.result()

    assert Decision.objects.count() == 1
    for text in (SAID, "signatures invalidated."):
        assert sorted(text in said(client) for client in clients) == [False, True]


def test_what_was_refused_may_be_sent_again(pending, people, browse):
    client, (path, data) = browse(people.administrator), CASES["resend"]
    Signature.objects.update(moderation=Signature.Moderation.QUARANTINED)

    press(client, path(pending), data)
    Signature.objects.update(moderation=Signature.Moderation.NONE)
    press(client, path(pending), data)

    assert OutgoingMail.objects.count() == 1
    assert SAID not in said(client)


def test_whoever_means_it_again_does_it_again(pending, people, browse):
    path, data = CASES["correct"]

    for change in ("later", "another form", "another reason"):
        client = browse(people.administrator)
        with taken_back():
            press(client, path(pending), data)
            before = ModelLogEntry.objects.count()

            if change == "later":
                SentForm.objects.update(sent_at=timezone.now() - timedelta(minutes=1))
            again = {**data, "reason": "A letter"} if change == "another reason" else data
            token = ANOTHER if change == "another form" else TOKEN
            press(client, path(pending), again, token=token)

            assert ModelLogEntry.objects.count() == before + 2, change
            assert SAID not in said(client), change


def test_each_name_is_that_of_a_url():
    resolver = get_resolver()
    spaces = [space.reverse_dict for _prefix, space in resolver.namespace_dict.values()]
    known = set(resolver.reverse_dict).union(*spaces)

    assert set(add_forms.ACTS) - known == set()
    assert {each.verb for each in assisting.ALL} <= set(add_forms.ACTS)


def test_each_screen_of_ours_is_done_once_or_needs_it_not():
    """Those of petitions and appeals, which `idempotent_acts` locks, begin with Wagtail's name."""
    posts = {name.split("[")[0] for name, (_get, post) in table() if post != "-"}
    ours = {name.split(":")[-1] for name in posts if not name.startswith(("wagtail", "^"))}

    assert ours - {*add_forms.ADD, *add_forms.ACTS} == NO_ACTS


def test_who_may_not_delete_a_page_is_told_why_again(people, teams, browse):
    page = make_campaign(teams.ours, locked=True, locked_by=people.editor)
    client, address = browse(people.administrator), "wagtailadmin_pages:delete"

    for _ in range(2):
        press(client, reverse(address, args=[page.pk]), {})

    assert SAID not in said(client)

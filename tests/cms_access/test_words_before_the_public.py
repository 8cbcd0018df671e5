"""An editor cannot publish a single word, whatever they send to the CMS.

Each form of the CMS is filled in with a canary and sent with all its buttons at once. Then the rows
that the public reads are searched for the canary. No page shows an editor whom the site screens.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import serializers
from django.db import connection
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client
from wagtail.admin.icons import get_icons
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.documents.models import Document
from wagtail.models import Locale, Page, ReferenceIndex, Site, WorkflowState
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from campaigns.cms import packing
from campaigns.cms.pages.campaign_form import PREFIX
from campaigns.models import CustomImage, DefaultTexts, Petition, Topic, Version
from home.models import Identity, Navigation
from tests import forms
from tests.cms_access.addresses import Address, addresses
from tests.cms_access.conftest import undone
from tests.cms_access.test_cms_access import (
    BREAKS,
    gets_in,
    is_read_by_editors,
    read,
    table,
)
from tests.cms_access.world import CANARY as SCREENED

pytestmark = pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")

Leaks = Callable[[Client, str, HttpResponse], bool]
CANARY = "kanarienvogel"
PARTS = 4  # so that processes share the work
# Fields that the browser fills by script, and every button and box that publishes something.
STREAMS = (
    *("body", "updates", "demands", "targets", "thanks_blocks", "questions"),
    *("main", "foot", "social"),
)
ALWAYS = {
    **{f"{prefix}{name}-count": "0" for name in STREAMS for prefix in ("", f"{PREFIX}-")},
    **dict.fromkeys(("action-publish", "publish_translations", "publish_copies"), "on"),
    "action": "publish",
    # Where signed petitions inherit a text, the CMS first asks for the reason.
    "reason": CANARY,
}
RICH = json.dumps(
    {
        "blocks": [{"key": "a", "text": CANARY, "type": "unstyled", "depth": 0}],
        "entityMap": {},
    }
)
READS = re.compile(
    r"\s*(SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\b", re.IGNORECASE
)
# URLs at which moderators do publish with these requests: proof that the test can see it.
SEEN = {
    "wagtailadmin_pages:edit",
    "wagtailsnippets_campaigns_defaulttexts:edit",
    "wagtailsnippets_campaigns_petition:add",
    "wagtailsnippets_campaigns_topic:add",
    "wagtailsnippets_campaigns_topic:edit",
    "wagtailsearchpromotions:edit",
    "wagtail_localize:update_translations",
    "wagtailimages:edit",
    "wagtaildocs:edit",
    "wagtailredirects:edit",
}


def prepare(world: SimpleNamespace) -> None:
    """The pages show their files; all is translated, and nothing is in review."""
    for state in WorkflowState.objects.filter(status="in_progress"):
        state.cancel(user=world.people["a"])
    for side in world.sides:
        show_files(side, by=world.people["e"])
    russian = Locale.objects.get(language_code="ru")
    page = Page.objects.get(pk=world.sides[0]["page"])
    for each in (page.get_parent().get_parent(), page.get_parent(), page):
        translate_object(each.specific, [russian])
    for translation in Translation.objects.all():
        translate(translation)
    sources = Translation.objects.filter(source__object=page.translation_key)
    world.sides[1]["source"] = sources.get().source_id


def show_files(side: dict[str, Any], *, by: User) -> None:
    for model, pk in ((CustomImage, side["image"]), (Document, side["document"])):
        model.objects.filter(pk=pk).update(uploaded_by_user=by)
    page = Page.objects.get(pk=side["page"]).specific
    page.listing_image_id = side["image"]
    shown = {"document": Document.objects.get(pk=side["document"]), "text": "", "title": ""}
    page.body = [("document", shown)]
    page.save_revision().publish()


def translate(translation: Translation) -> None:
    """Enter the canary as the translation of every text."""
    for segment in translation.source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=translation.target_locale,
            context=segment.context,
            data=CANARY,
            translation_type="manual",
        )


def public_words() -> str:
    """Everything that readers and signers are shown, with nothing of the drafts."""
    texts = []
    for page in Page.objects.live().specific():
        texts.append(json.dumps({**page.serializable_data(), "draft_title": ""}, default=str))
    rows = [
        *Petition.objects.filter(live=True),
        *[file for file in (*CustomImage.objects.all(), *Document.objects.all()) if is_used(file)],
    ]
    for model in (
        *(DefaultTexts, Identity, Navigation, Query, Redirect, SearchPromotion, Site),
        *(Topic, Version),
    ):
        rows += model.objects.all()
    return "\n".join([*texts, serializers.serialize("json", rows)])


def is_used(file: CustomImage | Document) -> bool:
    return ReferenceIndex.get_references_to(file).exists()


@pytest.fixture
def leaks(django_capture_on_commit_callbacks, monkeypatch) -> Leaks:
    """A function that says whether one of the forms of a page publishes the canary."""
    get_icons()  # Wagtail renders them once in a process, and other tests need the real ones.
    packed: dict[Any, Any] = {}  # keeps the dashes of the POSTs apart from real rendered inputs

    def leaks(client: Client, path: str, page: HttpResponse) -> bool:
        for data in submissions(page):
            with undone():
                with (
                    writing() as written,
                    django_capture_on_commit_callbacks(execute=True),
                    monkeypatch.context() as patch,
                ):
                    # No test reads the answer, and most answers would be the whole form again.
                    patch.setattr(Template, "render", lambda *args, **kwargs: "-")
                    patch.setattr(packing, "_packed", packed)
                    client.post(path, data)
                # Reading all that is public takes longer than most requests.
                if written and CANARY in public_words():
                    return True
        return False

    return leaks


@contextlib.contextmanager
def writing() -> Iterator[list[str]]:
    """Collect the statements that may have changed a row, except for sessions."""
    written: list[str] = []

    def notice(execute: Callable[..., Any], sql: Any, *args: Any) -> Any:
        if not READS.match(text := str(sql)) and "django_session" not in text:
            written.append(text)
        return execute(sql, *args)

    connection.execute_wrappers.append(notice)
    try:
        yield written
    finally:
        connection.execute_wrappers.remove(notice)  # by name, as in conftest.py


def submissions(response: HttpResponse) -> Iterator[dict[str, str]]:
    """Each form of a page with every box ticked, then with none; finally only the buttons."""
    sent: list[dict[str, str]] = []
    if response.status_code == 200 and not response.streaming:
        for form in forms.read(response.content.decode()):
            if form.attributes.get("method", "").lower() == "post":
                for tick in (True, False):
                    filled = filled_in(form, tick=tick)
                    filled.pop("csrfmiddlewaretoken", None)
                    if filled in sent:
                        continue  # there is no box to tick
                    sent.append(filled)
                    data = filled | ALWAYS
                    yield data
                    if any(name.startswith(PREFIX) for name in filled):
                        # Without the page's petition, which cannot be changed without a reason.
                        yield {name: data[name] for name in data if not name.startswith(PREFIX)}
    yield ALWAYS


def filled_in(form: forms.Form, *, tick: bool) -> dict[str, str]:
    data = {}
    for field in form.fields:
        value = value_of(field, tick=tick)
        if field.get("name") and value is not None:
            data[field.get("name")] = value
    return data


def value_of(field: forms.Field, *, tick: bool) -> str | None:
    name, kind, before = field.get("name"), field.get("type", "text"), field.get("value")
    if field.tag == "select":
        chosen = [each.get("value", "") for each in field.options if "selected" in each]
        others = [each.get("value", "") for each in field.options]
        return next(filter(None, [*chosen, *others]), "")
    if field.tag == "textarea":
        return field.text if name.endswith("embed_sites") else CANARY
    if "data-draftail-input" in field.attributes:
        return RICH
    if kind == "checkbox":
        return (before or "on") if tick else None
    is_word = field.get("inputmode") != "numeric" and not name.endswith(("_at", "_on"))
    is_text = kind in ("text", "search") and is_word
    if name == "film":
        return before
    if kind == "url":
        return f"https://example.org/{CANARY}"
    return CANARY if is_text and field.tag == "input" else before


def open_to_editors() -> list[Address]:
    """The URLs that editors may open. All others refuse every request (test_cms_access).

    A part of a page shows and takes nothing that the page does not.
    """
    letters = {name: "".join(group) for name, group in table()}
    known = [address for address in addresses() if not address.is_part]
    return [address for address in known if "e" in letters.get(address.name, "e")]


def paths(world: SimpleNamespace, address: Address) -> list[str]:
    """The URL with one team's objects, since neither editors nor moderators belong to a team.

    Of translations also the other's, of which a page is the source and a page is still to be
    translated.
    """
    ours, theirs = (address.path(side) for side in world.sides)
    is_of_translations = address.name.startswith("wagtail_localize")
    return list(dict.fromkeys([ours, theirs] if is_of_translations else [ours]))


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_an_editor_sends_is_public(world, come_in, leaks, part):
    """And they may read what the table says."""
    public, told, refused, failed = [], [], [], []
    opened = {name for name, (get, _) in table() if "e" in get}

    come_in(world.people["e"])
    client = Client(raise_request_exception=False)
    for address in open_to_editors()[part::PARTS]:
        for path in paths(world, address):
            client.cookies.clear()
            page = client.get(path)
            told += [path] if SCREENED in read(page) else []
            if address.name in opened and is_read_by_editors(address) and not gets_in(page):
                refused.append(path)
            failed += [path] if page.status_code >= 500 and not BREAKS.search(path) else []
            public += [path] if leaks(client, path, page) else []

    assert (refused, failed) == ([], [])
    assert public == []
    assert told == [], "Whom the site screens is shown to an editor."


def test_what_a_moderator_sends_is_public(world, come_in, leaks):
    come_in(world.people["m"])
    client = Client(raise_request_exception=False)

    public = {
        address.name
        for address in addresses()
        if address.name in SEEN
        and any(leaks(client, path, client.get(path)) for path in paths(world, address))
    }

    assert public == SEEN

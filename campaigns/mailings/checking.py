"""Checks of a draft of a mailing: what must be changed before anybody can submit it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import chain
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StreamValue, StructValue
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Page, Revision
from wagtail.rich_text import RichText

from campaigns.blocks.onward import CallToActionValue
from campaigns.blocks.story import MailingBlock, parts
from campaigns.exports import export_log
from campaigns.mailings import composing
from campaigns.mailings.mailing import Mailing
from campaigns.paragraphs import Text
from campaigns.petitions import texts

# A link in rich text to a page or a document: its kind, its primary key, and the words of the link.
LINK = re.compile(
    r"""<a\s(?=[^>]*linktype="(page|document)")[^>]*\bid="(\d{1,9})"[^>]*>(.*?)</a>"""
)
TYPED = re.compile(r"""<a\s(?![^>]*linktype=)[^>]*\bhref="([^"]*)"[^>]*>(.*?)</a>""")
ADDRESS = re.compile(r'\bhref="([^"]*)"')
LINES = ("subject", "preheader", "fallback")
NEVER_FILLED_IN = _(
    "%(placeholder)s is not replaced with anything. In the text of a mailing, only {name} is, in "
    "small letters and without spaces."
)
NO_NAME = _("The subject is the same for everybody. Use {name} in the text.")
NOTHING_IN_PLACE = _(
    "The text has {name}: please say what takes its place where we cannot tell the first name."
)
# Otherwise, other sites would learn who has pressed the link, and could even act as that signer.
IN_ADDRESS = _("The address of a link is the same for everybody: please remove %(placeholder)s.")
DELETED = {
    "page": _("“%(words)s” leads to a page that has been deleted. Please change the link."),
    "document": _("“%(words)s” leads to a document that has been deleted. Please change the link."),
}
UNPUBLISHED = _("“%(words)s” leads to a page that is not published: readers would not find it.")
EXPIRED = _("“%(words)s” leads to a page that is to be unpublished before this mailing is sent.")
NO_PICTURE = _(
    "Picture %(number)s of this mailing has been deleted. Please choose another one, or remove its "
    "block."
)
NO_FILE = _(
    "The file of the picture “%(title)s” cannot be read. Please choose another picture, or remove "
    "its block."
)
TOO_LATE = _("The time at which this mailing is to be sent has passed. Please change it.")


def faults(draft: Mailing) -> list[Text]:
    """Return what must be changed before the draft can be submitted, in sentences."""
    values = {name: getattr(draft, name) for name in (*LINES, "body")}
    late = [TOO_LATE] if is_late(draft) else []
    found = [*chain(*misplaced(values).values()), *deleted_links(draft)]
    return [*late, *found, *missing_pictures(draft)]


def deleted_links(mailing: Mailing) -> list[str]:
    """Return a sentence for each link and button whose page or document has been deleted."""
    found = list[str]()
    rows: dict[str, QuerySet[Any]] = {
        "page": Page.objects.all(),
        "document": get_document_model().objects.all(),
    }
    for kind, every in rows.items():
        links = links_to(kind, mailing)
        there = set(every.filter(pk__in=dict(links)).values_list("pk", flat=True))
        found += [DELETED[kind] % {"words": words} for pk, words in links if pk not in there]
    return found


def unpublished_links(mailing: Mailing) -> list[str]:
    """Return a sentence for each link and button whose page readers would not find.

    Also for a typed address on this site, such as that of the update with which it began.
    """
    links = links_to("page", mailing)
    there = Page.objects.live().filter(locale__language_code=mailing.language)
    is_read = Q(live=True) | Q(translation_key__in=there.values("translation_key"))
    drafts = Page.objects.filter(pk__in=dict(links)).exclude(is_read)
    unread = set(drafts.values_list("pk", flat=True)) - published_by_then(mailing)
    found = [words for page, words in links if page in unread]
    typed = [words for address, words in typed_links(mailing) if leads_nowhere(address)]
    expired = expired_by_then(mailing, dict(links))
    gone = [words for page, words in links if page in expired]
    said = ((UNPUBLISHED, [*found, *typed]), (EXPIRED, gone))
    return [sentence % {"words": words} for sentence, those in said for words in those]


def published_by_then(mailing: Mailing) -> set[int]:
    """Return the pages that are scheduled to be published before a scheduled mailing is sent."""
    if mailing.send_at is None:
        return set()
    scheduled = Revision.page_revisions.filter(approved_go_live_at__lte=mailing.send_at)
    return {int(pk) for pk in scheduled.values_list("object_id", flat=True)}


def expired_by_then(mailing: Mailing, pages: Iterable[int]) -> set[int]:
    """Return the public pages that are to be unpublished before a scheduled mailing is sent.

    A link leads to the translation in the mailing's language, where that is public.
    """
    if mailing.send_at is None:
        return set()
    there = Page.objects.live().filter(locale__language_code=mailing.language)
    linked = Page.objects.live().filter(pk__in=pages)
    in_language = there.filter(translation_key=OuterRef("translation_key"))
    theirs = When(Exists(in_language), then=Subquery(in_language.values("expire_at")[:1]))
    found = linked.annotate(ends=Case(theirs, default="expire_at"))
    return set(found.filter(ends__lte=mailing.send_at).values_list("pk", flat=True))


def typed_links(mailing: Mailing) -> list[tuple[str, str]]:
    """Return the address and the words of each link and button whose address was typed."""
    found = list[tuple[str, str]]()
    for part in parts(mailing.body):
        if isinstance(part, RichText):
            found += [
                (unescape(url), strip_tags(words)) for url, words in TYPED.findall(part.source)
            ]
        elif isinstance(part, CallToActionValue) and part.get("url"):
            found.append((part["url"], part["label"]))
    return found


def leads_nowhere(address: str) -> bool:
    """Return whether it is an address below a page of this site at which readers find nothing."""
    path = path_here(address)
    if not path:
        return False
    pages = Page.objects.filter(slug__in=path.split("/"))
    urls = {unquote(page.url or ""): page for page in pages}
    begun = [url for url in urls if url.strip("/") and path.startswith(url)]
    if not begun:
        return False
    nearest = max(begun, key=len)
    rest = [part for part in path.removeprefix(nearest).split("/") if part]
    try:
        urls[nearest].specific.route(HttpRequest(), rest)
    except Http404:  # A page that was renamed has a redirect.
        moved = Redirect.objects.filter(old_path=Redirect.normalise_path(path))
        return not moved.exists()
    return False


def path_here(address: str) -> str:
    """Return the path of an address on this site; "" for that of another site."""
    is_here = address.startswith(f"{settings.BASE_URL}/")
    return unquote(urlsplit(address).path) if is_here else ""


def paths_in(html: str) -> set[str]:
    """Return the paths on this site to which a frozen email leads."""
    return {path_here(unescape(address)) for address in ADDRESS.findall(html)} - {""}


def links_to(kind: str, mailing: Mailing) -> list[tuple[int, str]]:
    """Return the primary key and the words of each link to a page, or to a document.

    A button leads to a page; the primary key is 0 if that was deleted.
    """
    found = list[tuple[int, str]]()
    for part in parts(mailing.body):
        if isinstance(part, RichText):
            links = LINK.findall(part.source)
            found += [(int(pk), strip_tags(words)) for of, pk, words in links if of == kind]
        elif kind == "page" and isinstance(part, CallToActionValue) and not part.get("url"):
            found.append((part["page"].pk if part["page"] else 0, part["label"]))
    return found


def is_late(mailing: Mailing) -> bool:
    """Return whether the time at which the mailing is to be sent has passed."""
    return mailing.send_at is not None and mailing.send_at < timezone.now()


def was_moved(mailing: Mailing) -> bool:
    """Return whether one of its petitions was moved to another collection since it was submitted.

    `mailing_actions.ask_again` has then taken back any approval.
    """
    petitions = mailing.tallies.values_list("petition", flat=True)
    moves = export_log.of_petitions(petitions, "petition.move")
    return moves.filter(timestamp__gt=mailing.submitted_at).exists()


def missing_pictures(mailing: Mailing) -> Iterator[str]:
    """Yield a sentence for each picture without which the email would come.

    A deleted picture has no title any more, so its place among the pictures names it.
    """
    pictures = [block for block in mailing.body if block.block_type == "image"]
    for number, block in enumerate(pictures, 1):
        if not composing.shown(block):
            image = block.value["image"]
            yield NO_FILE % {"title": image.title} if image else NO_PICTURE % {"number": number}


def misplaced(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a sentence for each placeholder that must not stand where it does, by field.

    Also one where nothing would take the place of a name that we cannot tell.
    """
    shown = texts_of(values)
    found = {name: unreplaced(name, texts_in) for name, texts_in in shown.items()}
    if composing.TYPED_NAME in " ".join([*shown["preheader"], *shown["body"]]):
        found["fallback"] += [] if values.get("fallback") else [str(NOTHING_IN_PLACE)]
    words = chain(*(text.split() for text in shown["body"]))
    written = filter(composing.OF_ADDRESS.search, words)
    in_addresses = texts.PLACEHOLDER.findall(" ".join([*addresses(values.get("body")), *written]))
    found["body"] += [IN_ADDRESS % {"placeholder": each} for each in in_addresses]
    return found


def addresses(body: StreamValue | None) -> Iterator[str]:
    """Yield the web addresses that somebody has typed into a mailing."""
    for part in parts(body):
        if isinstance(part, RichText):
            yield from ADDRESS.findall(part.source)
        elif isinstance(part, StructValue):
            yield from (part.get(name) or "" for name in ("url", "source_url"))


def texts_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the texts that each field of a mailing shows to its readers."""
    lines = {name: [values.get(name) or ""] for name in LINES}
    return lines | {"body": MailingBlock().get_searchable_content(values.get("body") or ())}


def unreplaced(field: str, found: Iterable[str]) -> list[str]:
    """Return a sentence for each placeholder in a field's texts that readers would see unreplaced.

    The subject and what takes the place of a missing name are no places for the name.
    """
    of_name = {"subject": NO_NAME, "fallback": texts.NEVER_FILLED_IN}.get(field)
    of_others = texts.NEVER_FILLED_IN if field == "fallback" else NEVER_FILLED_IN
    placeholders = [each for text in found for each in texts.PLACEHOLDER.findall(text)]
    sentences = [of_name if each == composing.TYPED_NAME else of_others for each in placeholders]
    return [
        sentence % {"placeholder": each}
        for sentence, each in zip(sentences, placeholders, strict=True)
        if sentence
    ]

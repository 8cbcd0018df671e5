"""Begin a campaign: make the drafts of a page and its petition from a few answers."""

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import pgettext
from wagtail.models import Collection, Page

from campaigns.contacts.contact import Contact
from campaigns.dates import site_day
from campaigns.pages import copying
from campaigns.pages.campaign import CampaignIndexPage, CampaignPage
from campaigns.pages.images import CustomImage
from campaigns.pages.topics import Topic
from campaigns.petitions.petition import Petition

# The bullet, number or letter in front of a list item, in pasted text. A dash is one only with a
# space after it, since in some languages a dash begins what somebody says.
BULLET = re.compile(r"^\s*(?:[•·◦‣▪●○]\s*|[*–—-]\s+|\(?\d{1,2}[.)]\s+|\(?[^\W\d_]\)\s+)")


class Letter(NamedTuple):
    salutation: str
    opening: str
    demands: list[str]
    close: str


class Answers(NamedTuple):
    """The user's answers; all except the title may be empty."""

    title: str
    summary: str
    published_on: date | None
    topics: Sequence[Topic]
    ask: str
    target: str
    office: str
    contact: Contact | None
    story: str
    letter: str
    picture: CustomImage | None
    caption: str
    goal: int | None
    closes_at: datetime | None


def read_letter(text: str) -> Letter:
    """Split a pasted letter into its parts; the items of its list are the demands.

    A short first line is the salutation if it ends as salutations do: with a comma, and in other
    languages with a colon or an exclamation mark.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    salutation = ""
    if is_salutation(*lines[:2]):
        salutation = lines.pop(0).strip()
    marked = [number for number, line in enumerate(lines) if BULLET.match(line)]
    if not marked:
        return Letter(salutation, paragraphs(lines), [], "")
    first, last = marked[0], marked[-1]
    demands = [BULLET.sub("", line).strip() for line in lines[first : last + 1]]
    opening, close = paragraphs(lines[:first]), paragraphs(lines[last + 1 :])
    return Letter(salutation, opening, [demand for demand in demands if demand], close)


def is_salutation(line: str = "", following: str = "") -> bool:
    """Return whether a first line is a salutation; “We demand:” before a list of demands is not."""
    line = line.strip()
    if len(line) > 80 or BULLET.match(line):
        return False
    return line.endswith((",", "،")) or (line.endswith((":", "!")) and not BULLET.match(following))


def paragraphs(lines: list[str]) -> str:
    """Join lines into paragraphs: pasted text has one line for each, or empty lines in between."""
    return "\n\n".join(line.strip() for line in lines if line.strip())


def begin(
    parent: CampaignIndexPage,
    answers: Answers,
    *,
    by: User,
    collection: Collection,
    key: UUID,
    template: CampaignPage | None = None,
) -> CampaignPage:
    """Create the drafts, from the newest version of a template if one is given.

    `key` identifies the form: submitting the same form twice makes one campaign.
    """
    with transaction.atomic():
        # The lock serialises requests, so that the second of two clicks finds the campaign that the
        # first one has made.
        Page.objects.select_for_update(no_key=True).get(pk=parent.pk)
        made = CampaignPage.objects.filter(translation_key=key, owner=by).first()
        if made:
            return made
        if template:
            # Use the petition that the page carries now, since it is the one that was offered to
            # the user.
            petition = template.petition
            template = template.get_latest_revision_as_object()
            template.petition = petition
        page = CampaignPage(
            title=answers.title,
            listing_summary=answers.summary,
            listing_image=answers.picture,
            caption=answers.caption,
            owner=by,
            live=False,
            locale=parent.locale,
            translation_key=key,
            body=story(answers.story, template),
            # The model's default is a day of the account's time zone.
            published_on=answers.published_on or site_day(),
        )
        if answers.topics:
            keys = [topic.translation_key for topic in answers.topics]
            page.topics = Topic.objects.filter(translation_key__in=keys, locale=parent.locale)
        elif template:
            page.topics = template.topics.all()
        page.composed = write(answers, parent, collection, template, by=by)
        page.petition = page.composed if page.composed.pk else None
        parent.add_child(instance=page)
        page.save_revision(user=by, clean=False)
    return page


def write(
    answers: Answers,
    parent: CampaignIndexPage,
    collection: Collection,
    template: CampaignPage | None,
    *,
    by: User,
) -> Petition:
    """Create the petition; settings and texts without an answer come from the template."""
    if template and template.petition:
        petition = copying.copy_petition(template.petition, title=answers.title, by=by)
    else:
        petition = Petition(title=answers.title)
        petition.begin_in(parent.locale)
    petition.collection = collection
    letter, contact = read_letter(answers.letter), answers.contact
    name = answers.target or (contact.name if contact else "")
    office = answers.office or (contact.role if contact else "")
    with translation.override(parent.locale.language_code):
        dear = pgettext("salutation of an open letter", "Dear %(name)s,")
        dear = dear % {"name": name} if name else ""
    target = {"name": name, "role": office, "contact": contact.pk if contact else None}
    typed: dict[str, Any] = {
        "ask": answers.ask,
        "salutation": letter.salutation or dear[:160],
        "opening": letter.opening,
        "demands": [("demand", demand) for demand in letter.demands],
        "close": letter.close,
        "targets": [("target", target)] if name else [],
        "goal": answers.goal,
        "closes_at": answers.closes_at,
    }
    for name, value in typed.items():
        if value:
            setattr(petition, name, value)
    return petition


def story(text: str, template: CampaignPage | None) -> str:
    """Return the typed text as one block, then the template's blocks without petition forms.

    Blocks that show numbers of the template's petition show those of the new petition instead.
    """
    typed = [{"type": "text", "value": as_html(text)}] if text.strip() else []
    blocks = []
    if template:
        copying.show_own(template.body, template.petition)
        blocks = template.body.get_prep_value()
    kept = [
        {"type": block["type"], "value": block["value"]}
        for block in blocks
        if block["type"] != "petition"
    ]
    return json.dumps([*typed, *kept], cls=DjangoJSONEncoder)


def as_html(text: str) -> str:
    """Convert the paragraphs of a pasted text to HTML; two bulleted lines or more become a list."""
    lines = [line for line in text.splitlines() if line.strip()]
    parts = []
    for is_list, group in groupby(lines, key=lambda line: bool(BULLET.match(line))):
        found = [*group]
        if is_list and len(found) > 1:
            items = (f"<li>{escape(BULLET.sub('', line).strip())}</li>" for line in found)
            parts.append(f"<ul>{''.join(items)}</ul>")
        else:
            parts += [f"<p>{escape(line.strip())}</p>" for line in found]
    return "".join(parts)

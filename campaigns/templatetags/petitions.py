"""Template tags for petitions: the card with letter, count and form, texts and campaigns."""

import re
from datetime import timedelta
from typing import Any

from django import template
from django.db.models import Q
from django.forms import BoundField
from django.template import Context
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from wagtail.models import Page

from campaigns.blocks.pictures import player_url
from campaigns.blocks.story import fetch
from campaigns.caching import cached
from campaigns.counting import counting, surveying
from campaigns.pages import timeline
from campaigns.pages.campaign import CampaignPage, with_tallies
from campaigns.pages.next_steps import open_campaigns
from campaigns.pages.topics import Topic, Topical, for_cards
from campaigns.paragraphs import with_commas
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.petitions.texts import Texts
from campaigns.petitions.texts import default_texts as read_default_texts
from campaigns.sharing import embedding
from campaigns.signatures import public_comments, public_signers
from campaigns.signing.countries import country_names
from campaigns.signing.forms import SignForm

register = template.Library()
register.filter("elsewhere", surveying.elsewhere)
register.filter(with_commas)

# The longest word and the longest title that fit on the smallest phone at the full size.
LONG_WORD, LONG_TITLE = 14, 60
# The coarse times by which the page says when somebody signed.
SIGNED = (("week", timedelta(days=7)), ("month", timedelta(days=30)))
BREAKS = re.compile(r"[\s\-–—/]+")
# The non-Latin alphabets that have fonts on this site, with their languages.
ALPHABETS = (
    (re.compile("[\u0600-\u06ff]"), ("ar", "fa", "ur")),
    (re.compile("[\u0400-\u052f]"), ("be", "bg", "mk", "ru", "sr", "uk")),
)


@register.filter
def is_long(title: str) -> bool:
    """Return whether a title needs a smaller size, for its length or for a single long word."""
    return len(title) > LONG_TITLE or any(len(word) > LONG_WORD for word in BREAKS.split(title))


@register.filter
def foreign(words: str) -> str:
    """Return "foreign" for words in an alphabet whose font the page does not load, else ""."""
    code = translation.get_language()
    others = (letters for letters, languages in ALPHABETS if code not in languages)
    return "foreign" if any(letters.search(words or "") for letters in others) else ""


@register.simple_tag(takes_context=True)
def default_texts(context: Context) -> Texts:
    """Return the default texts in the active language, read once per request."""
    request = context.get("request")
    if request is None:
        return read_default_texts()
    if not hasattr(request, "default_texts"):
        request.default_texts = read_default_texts()
    texts: Texts = request.default_texts
    return texts


@register.simple_tag(takes_context=True)
def actions_taken(context: Context) -> int:
    """Return the number of all signatures on this site, read once per request."""
    request = context.get("request")
    if request is None:
        return counting.site_total()
    if not hasattr(request, "actions_taken"):
        request.actions_taken = cached("actions-taken", counting.site_total)
    total: int = request.actions_taken
    return total


@register.simple_tag(takes_context=True)
def related_campaigns(context: Context, value: dict[str, Any]) -> list[CampaignPage]:
    """Return the chosen campaigns that are public, in order; else the newest open ones. Cached."""
    chosen = [page.alias_of or page for page in value["campaigns"] if page]
    own = getattr(context.get("page"), "petition", None)
    number = value["number"] or 3
    pks = tuple(page.pk for page in chosen)
    key = ("related", translation.get_language(), pks, own and own.pk, number)
    return cached(key, lambda: read_related(chosen, besides=own, number=number))


def read_related(
    chosen: list[Page], *, besides: Petition | None, number: int
) -> list[CampaignPage]:
    """Return the chosen campaigns that are public, in order; else the newest open ones.

    Each is shown in the active language or, failing that, as it was chosen: wagtail-localize does
    not translate the choice.
    """
    if chosen:
        code, keys = translation.get_language(), [page.translation_key for page in chosen]
        in_language = Q(translation_key__in=keys, locale__language_code=code)
        either = Q(pk__in=[page.pk for page in chosen]) | in_language
        public = CampaignPage.public().filter(either)
        pages = {page.pk: page for page in public}
        translated = {
            page.translation_key: page for page in public if page.locale.language_code == code
        }
        shown = (translated.get(page.translation_key, pages.get(page.pk)) for page in chosen)
        campaigns = with_tallies(dict.fromkeys(filter(None, shown)))
    else:
        campaigns = open_campaigns(besides=besides, limit=number)
    return for_cards(campaigns)


@register.simple_tag
def newest_campaigns() -> list[CampaignPage]:
    """Return the newest open campaigns in the active language, cached for a few seconds."""
    return cached(("newest", translation.get_language()), open_campaigns)


@register.simple_tag(takes_context=True)
def topics_of(context: Context, page: Topical) -> list[Topic]:
    """Return a page's topics, cached for a few seconds; in a preview, the topics of the draft."""
    if getattr(context.get("request"), "is_preview", False):
        return page.shown_topics
    return cached(f"topics-{page.pk}", lambda: page.shown_topics)


@register.simple_tag
def happened(page: CampaignPage) -> list[timeline.Entry]:
    """Return the timeline of a campaign, newest event first, with pictures and links prefetched."""
    fetch(page.updates)
    return timeline.timeline(page.petition, page.updates)


@register.inclusion_tag("campaigns/includes/petition.html", takes_context=True)
def petition_card(
    context: Context, petition: Petition, form: SignForm | None = None
) -> dict[str, Any]:
    """Render a petition on another page than its own: ask, count, form and letter."""
    return {**signing_context(context, petition, form), **letter_context(context, petition)}


@register.inclusion_tag("campaigns/includes/head.html", takes_context=True)
def campaign_head(
    context: Context,
    petition: Petition | None,
    page: CampaignPage | None = None,
    form: SignForm | None = None,
) -> dict[str, Any]:
    """Render the top of a campaign page or petition: picture, title, ask, count and form."""
    words = {
        "request": context.get("request"),
        "page": page,
        "story": context.get("story"),
        "title": page.title if page else petition and petition.title,
        "state": State.DRAFT.value,
    }
    if petition:
        words |= signing_context(context, petition, form)
    picture = page.shown_picture if page else None
    if petition and petition.state == State.WON:
        picture = petition.tally.won_image or picture
    caption = page.caption if page and picture and picture == page.listing_image else ""
    # The description of a picture is in one language, that of the original.
    is_described = picture and not (petition and petition.is_translation)
    alt = picture.description if picture and is_described else ""
    film = player_url(page.film) if page else ""
    pictured = {"picture": picture, "picture_alt": alt, "caption": caption, "film": film}
    return words | pictured


@register.inclusion_tag("campaigns/includes/letter_section.html", takes_context=True)
def petition_letter(context: Context, petition: Petition) -> dict[str, Any]:
    """Render the letter and the public signers, with the form at the top of the page."""
    return letter_context(context, petition)


def letter_context(context: Context, petition: Petition) -> dict[str, Any]:
    request = context.get("request")
    state, framed = petition.state, getattr(request, "framed", False)
    return {
        "request": request,
        "petition": petition,
        "state": state.value,
        "is_open": state == State.OPEN,
        "is_shown": state != State.DRAFT or getattr(request, "is_preview", False),
        "framed": framed,
        # Public signers have agreed to be named on this site, but not on others.
        "signers": [] if framed else named(petition),
        "organisations": [] if framed else public_signers.organisations(petition),
        "comments": [] if framed else public_comments.comments(petition),
        "milestone": timeline.newest_milestone(petition),
    }


def signing_context(context: Context, petition: Petition, form: SignForm | None) -> dict[str, Any]:
    """Return the ask, the count, and the form or else the notice of the petition's state."""
    request = context.get("request")
    page = context.get("page") if isinstance(context.get("page"), Page) else None
    state, framed = petition.state, getattr(request, "framed", False)
    previewed = getattr(request, "is_preview", False)
    if not form and state == State.OPEN:
        form = SignForm(petition, page=page)
    count, goal = petition.progress
    return {
        "request": request,
        "petition": petition,
        "texts": petition.texts,
        "state": state.value,
        "is_open": state == State.OPEN,
        "is_shown": state != State.DRAFT or previewed,
        "count": count,
        "goal": goal,
        "left": goal - count if goal and count and goal > count else None,
        "today": surveying.today(petition),
        "elsewhere": surveying.elsewhere(petition) if count else 0,
        "closes_at": petition.original.closes_at,
        "opens_at": petition.original.opens_at,
        "handed_over_on": petition.tally.handed_over_day,
        "victory_words": timeline.victory_words(petition) if state == State.WON else "",
        "form": form if state == State.OPEN else None,
        "count_url": petition.url_path("count"),
        "challenge_url": petition.url_path("challenge"),
        # A preview may show words that are not public: nobody can sign there.
        "sign_url": "" if previewed else petition.url_path("sign", framed=framed),
        "framed": framed,
        "others": [] if state == State.OPEN else open_campaigns(besides=petition),
    }


def named(petition: Petition) -> list[dict[str, str]]:
    """Return the newest public signers: shortened name, country or "", and when they signed.

    `signed` is "week", "month" or "": a coarse time, which is true of all who appeared together.
    """
    names, now = country_names(translation.get_language()), timezone.now()
    return [
        {
            "name": name,
            "country": names[code] if code in names and code else "",
            "signed": next((word for word, days in SIGNED if since > now - days), ""),
        }
        for name, code, since in public_signers.signers(petition)
    ]


@register.simple_tag
def oembed_url(petition: Petition | str | None) -> str:
    """Return the oEmbed URL of a petition; "" if no site may embed it."""
    if isinstance(petition, Petition) and embedding.is_offered(petition):
        return embedding.oembed_url(petition)
    return ""


@register.simple_tag(takes_context=True)
def petition_block(context: Context, value: dict[str, Any]) -> Petition | None:
    """Return the petition that a block shows: the chosen one, or else the page's own."""
    own, chosen = getattr(context.get("page"), "petition", None), value.get("petition")
    # Prefer the page's object, since it may contain the state of a preview.
    return own if chosen in (None, own) else chosen


@register.simple_tag(takes_context=True)
def shown_above(context: Context, petition: Petition | None) -> bool:
    """Return whether an earlier petition block of the page shows the petition; remember this one.

    The ids of form and letter must be unique in a page.
    """
    request = context.get("request")
    if request is None or petition is None:
        return False
    if not hasattr(request, "shown_petitions"):
        request.shown_petitions = set()
    is_repeated = petition.pk in request.shown_petitions
    request.shown_petitions.add(petition.pk)
    return is_repeated


@register.filter
def as_input(field: BoundField) -> SafeString:
    """Return the widget of a field, which says that it is invalid only if it has an error.

    Firefox tells screen readers that an empty field is invalid if it is required. A field may also
    send what it showed at first. If that was not sent, it is what is stored; Django would take what
    was typed.
    """
    widget = field.as_widget(attrs={"aria-invalid": "false"} if field.field.required else None)
    if field.field.show_hidden_initial:
        name = field.html_initial_name
        value = field.form.data.get(name, field.initial)
        widget += field.field.hidden_widget().render(name, value, {"id": field.html_initial_id})
    return widget

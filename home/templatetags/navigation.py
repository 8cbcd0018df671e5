"""Template tags for every page: identity, navigation and languages, cached for a few seconds."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Locale, Page, Site

from campaigns.caching import cached
from home.checklist import answers
from home.identity.font_pairs import preloaded
from home.languages import choices, of_home
from home.models import Identity, Navigation

register = template.Library()


@register.simple_tag(takes_context=True)
def home_path(context: Context) -> str:
    """Return the path of the home page in the active language, or of the first one if none is."""
    return of_home(context["request"]).get(translation.get_language(), "/")


@register.simple_tag(takes_context=True)
def navigation(context: Context, place: str = "main") -> list[dict[str, Any]]:
    """Return the links at the top ("main") or the foot ("foot") in the active language."""
    request, code = context["request"], translation.get_language()
    if draft := getattr(request, "shown_navigation", None):
        links = read_links(getattr(draft, place), draft.locale)
    else:
        links = cached(f"navigation-{code}", lambda: read_navigation(code))[place]
    return [mark_current(link, request.path) for link in links]


def mark_current(link: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the link, or the submenu with its links, with the value of its `aria-current`.

    The value is "page" for a link to this page, "true" for a link to a page above it, and "" for
    others, including the home page, since every page is below it.
    """
    if "links" in link:
        links = [mark_current(each, path) for each in link["links"]]
        is_inside = any(each["current"] for each in links)
        return link | {"links": links, "current": "true" if is_inside else ""}
    url = unquote(link["url"])  # Page URLs are percent-encoded, the path of a request is not.
    if path == url:
        return link | {"current": "page"}
    is_above = url != reverse("wagtail_serve", args=[""]) and path.startswith(url)
    return link | {"current": "true" if is_above else ""}


def read_navigation(code: str) -> dict[str, list[dict[str, Any]]]:
    found = Navigation.objects.filter(locale__language_code=code).select_related("locale")
    if row := found.first():
        return {place: read_links(getattr(row, place), row.locale) for place in ("main", "foot")}
    return {"main": [], "foot": []}


def read_links(items: Iterable[Any], locale: Locale) -> list[dict[str, Any]]:
    """Return label and URL of each link that leads somewhere; submenus have `links` instead."""
    read = (
        read_submenu(item.value, locale)
        if item.block_type == "submenu"
        else read_link(item.value, locale)
        for item in items
    )
    return [link for link in read if link]


def read_submenu(value: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    links = [link for each in value["links"] if (link := read_link(each, locale))]
    return {"label": value["label"], "links": links} if links else {}


def read_link(value: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    """Return the link to another URL, or to the page in this language if it is live.

    Wagtail's `localized` would do the same, but queries the locale again for each page.
    """
    if not value["page"]:
        return {"label": value["label"], "url": value["url"]} if value["url"] else {}
    page = value["page"]
    if page.locale_id != locale.pk:
        translated = page.get_translation_or_none(locale)
        page = translated if translated and translated.live else page
    if not (page.live and page.url):
        return {}
    return {"label": value["label"] or page.title, "url": page.url}


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[dict[str, object]]:
    """Return the languages in which this page can be read; an empty list if there is only one."""
    page = context.get("page")
    subject = page if isinstance(page, Page) else context.get("petition")
    return choices(context["request"], subject) if "request" in context else []


@register.simple_tag
def absolute_url(path: str) -> str:
    """Return the full URL of a path of this site, below BASE_URL."""
    return settings.BASE_URL + path


@register.simple_tag
def default_language(found: list[dict[str, str]]) -> dict[str, str]:
    """Return the language for readers whose own is not offered (`hreflang="x-default"`)."""
    return next((each for each in found if each["code"] == settings.LANGUAGE_CODE), found[0])


@register.simple_tag(takes_context=True)
def identity(context: Context) -> dict[str, Any]:
    """Return the identity of the site: its name, logo, colour and links.

    `privacy_url` and `imprint_url` are "" while there is no such public page.
    """
    request = context["request"]
    if draft := getattr(request, "shown_identity", None):
        return describe(draft)
    key = f"identity-{request.get_host()}-{translation.get_language()}"
    return cached(key, lambda: read_identity(request))


def read_identity(request: HttpRequest) -> dict[str, Any]:
    # One query with five joins would take longer than one for each page and picture that is chosen.
    found = Identity.objects.filter(site=Site.find_for_request(request)).first()
    return describe(found or Identity())


def describe(row: Identity) -> dict[str, Any]:
    return {
        "name": row.name,
        **look_context(row),
        "social": [link.value for link in row.social],
        "contact_email": row.contact_email,
        "privacy_url": url_of(row.privacy_page),
        "imprint_url": url_of(row.imprint_page),
    }


def look_context(row: Identity) -> dict[str, Any]:
    """Return the look with its style sheet, the logo and the icons; "" or None if missing.

    The organisation's own sign takes the place of a missing logo.
    """
    look, seen, icon = row.look, row.appearance, row.sign_picture
    logo = seen.logo or seen.sign
    touch = icon and icon.shown("max-180x180|bgcolor-ffffff|format-png")
    tab = icon and icon.shown("max-96x96|format-png")
    return {
        "look": look,
        "look_url": look.url,
        "fonts": preloaded(look.faces, translation.get_language()),
        "logo": logo,
        "logo_on_dark": seen.logo_on_dark if seen.logo else None,
        "logo_has_name": row.logo_has_name and seen.logo is not None,
        "icon_url": tab.url if tab else look.url_of("svg"),
        "touch_icon_url": touch.url if touch else look.url_of("png"),
    }


def url_of(page: Page | None) -> str:
    """Return a page's URL in the active language, or else in its own; "" while it is not public."""
    shown = page and page.localized
    return shown.url or "" if shown and shown.live else ""


@register.simple_tag(takes_context=True)
def foot(context: Context) -> list[dict[str, Any]]:
    """Return the links at the foot of every page: the editors' choice, then the required links."""
    chosen, who = navigation(context, "foot"), identity(context)
    known = {link["url"] for link in chosen}
    rest = [
        {"label": pgettext("notice", "Privacy"), "url": who["privacy_url"]},
        {"label": _("Imprint"), "url": who["imprint_url"]},
    ]
    return chosen + [link for link in rest if link["url"] and link["url"] not in known]


@register.simple_tag(takes_context=True)
def checklist_answers(context: Context) -> dict[str, bool]:
    """Return the checks for the page or petition in the preview, and whether each passes."""
    subject = context.get("page") or context.get("petition")
    return answers(subject, privacy_url=identity(context)["privacy_url"])

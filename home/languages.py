"""The languages in which a page, a petition or a step of signing can be read."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from wagtail.models import Page, Site

from campaigns.caching import cached
from campaigns.pages.private import readable
from campaigns.petitions.petition import Petition

# The views of a petition that have a language switch, and the views that it leads to. "sign" shows
# the form with its errors, and leads to the petition.
STEPS = {name: name for name in ("petition", "check_your_email", "thanks")} | {"sign": "petition"}
# The views behind links in emails, which are in the signer's language, if the link works.
PERSONAL = ("confirm", "manage", "withdraw")


def choices(request: HttpRequest, subject: Page | Petition | None) -> list[dict[str, object]]:
    """Return the languages of the page or petition, with URLs; an empty list if only one.

    Without a subject, these are the languages of the home page.
    """
    name = request.resolver_match.url_name if request.resolver_match else None
    if subject and name in PERSONAL:
        return []
    if isinstance(subject, Page):
        found = cached(f"languages-{subject.translation_key}", lambda: of_page(subject))
    elif isinstance(subject, Petition) and name in STEPS:
        key = f"languages-{STEPS[name]}-{subject.translation_key}"
        found = cached(key, lambda: of_petition(subject, STEPS[name]))
    else:
        found = of_home(request)
    active = translation.get_language()
    return [
        describe(code) | {"url": found[code], "is_current": code == active}
        for code, _ in settings.LANGUAGES
        if code in found and len(found) > 1
    ]


def of_page(page: Page) -> dict[str, str]:
    """Return the path of the page in each language in which it is public."""
    pages = readable(page.get_translations(inclusive=True)).filter(alias_of=None)
    return {
        each.locale.language_code: parts[2]
        for each in pages.select_related("locale")
        if (parts := each.get_url_parts())
    }


def of_petition(petition: Petition, step: str) -> dict[str, str]:
    languages = petition.get_translations(inclusive=True).filter(live=True)
    return {
        each.locale.language_code: each.url_path(step)
        for each in languages.select_related("locale")
    }


def of_home(request: HttpRequest) -> dict[str, str]:
    """Return the paths of the home pages, for views that have no translations of their own."""

    def found() -> dict[str, str]:
        site = Site.find_for_request(request)
        return of_page(site.root_page) if site else {}

    return cached(f"languages-{request.get_host()}", found)


def understood(request: HttpRequest) -> str:
    """Return the language of the reader's browser, or the active one if no home page is in it.

    Only for pages that no cache stores, and whose signer is not known.
    """
    found = translation.get_language_from_request(request)
    return found if found in of_home(request) else translation.get_language()


def describe(code: str) -> dict[str, str]:
    """Return the language's name in itself, and its direction.

    Both are those of the settings for a language that Django does not have.
    """
    try:
        name = translation.get_language_info(code)["name_local"]
    except KeyError:
        name = str(dict(settings.LANGUAGES)[code])
    is_bidi = code.partition("-")[0] in settings.LANGUAGES_BIDI  # as in Django's get_language_bidi
    return {
        "code": code,
        "name": name[:1].upper() + name[1:],
        "direction": "rtl" if is_bidi else "ltr",
    }

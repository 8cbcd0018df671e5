"""Find what a public request is about, and decide whether it is refused."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from campaigns.pages.private import readable
from campaigns.petitions import cached_petitions
from campaigns.petitions.petition import Petition

# In bytes. The longest valid form takes a tenth of this, in every script.
MAX_BODY = 64 * 1024
# Longer forms, up to this size, are still read, so that their input can be shown again.
MAX_READ = 4 * MAX_BODY
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def language_of(path: str) -> str:
    """Return the language whose code is the first part of the path, or else the default language.

    Django's own function would treat `/de-facto/` as German, and find no URL there.
    """
    first = path.removeprefix("/").partition("/")[0]
    return first if first in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@contextmanager
def answered_in(language: str, request: HttpRequest) -> Iterator[None]:
    """Activate the language of a response; LanguageMiddleware names it in Content-Language."""
    with translation.override(language):
        request.LANGUAGE_CODE = translation.get_language()
        yield


def published_petition(slug: str, *, fresh: bool = False) -> Petition:
    """Return the petition with this slug in the active language, cached unless `fresh`.

    Raises Http404 if there is none, or if it is not published.
    """
    language = translation.get_language()
    petition = cached_petitions.petition(
        slug=slug, locale__language_code=language, live=True, fresh=fresh
    )
    if petition is None or not petition.is_published:
        raise Http404
    return petition


def is_framed(request: HttpRequest) -> bool:
    """Return whether the request comes through a framed view (campaigns/public/frames.py)."""
    return getattr(request, "framed", False)


def story_page(page: str) -> Page | None:
    """Return the page from which the form was sent, by primary key; None if it is not public."""
    if not re.fullmatch(r"[0-9]{1,9}", page):
        return None
    return readable(Page.objects.all()).filter(pk=page).first()


def refuse(request: HttpRequest, subject: Petition) -> HttpResponse | None:
    """Return the response to a cross-site or unreadable request; None for any other request."""
    if is_foreign(request):
        message = _("The form came from another site. Please sign on the petition’s own page.")
        return refused(request, subject, _("This was not sent from our site"), message, status=403)
    return unreadable(request, subject)


def unreadable(request: HttpRequest, subject: Petition) -> HttpResponse | None:
    """Return the response to a request that is no UTF-8 form (415) or too long (413), or None."""
    if not is_form(request):
        message = _("Please use the form on the petition’s page.")
        return refused(request, subject, _("We cannot read this"), message, status=415)
    if is_too_long(request):
        message = _(
            "What you sent is far longer than a signature needs. Please shorten what you wrote."
        )
        return refused(request, subject, _("This is too long"), message, status=413)
    return None


def is_form(request: HttpRequest) -> bool:
    """Return whether the body is a form in UTF-8, whose name Django accepts in one spelling."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    return request.content_type in FORM_TYPES and charset == "utf-8"


def is_too_long(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > MAX_BODY


def beginnings(request: HttpRequest, lengths: dict[str, int]) -> dict[str, str]:
    """Return the beginning of each field of a form that is too long; {} if it cannot be read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not is_form(request) or not length.isdecimal() or int(length) > MAX_READ:
        return {}
    return {name: request.POST.get(name, "")[:most].strip() for name, most in lengths.items()}


def refused(
    request: HttpRequest, subject: Petition, title: str, message: str, *, status: int
) -> HttpResponse:
    context = {"petition": subject, "title": title, "message": message}
    return render(request, "campaigns/refused.html", context, status=status)


def is_foreign(request: HttpRequest) -> bool:
    """Return whether there is evidence that the form was sent from another site.

    Without evidence the request is accepted: old browsers and plain HTTP send no Sec-Fetch-Site,
    and signing uses no cookie, so a forged request gains nothing from the signer's browser.
    """
    # Read META, since `headers` copies all headers that a proxy has added.
    if site := request.META.get("HTTP_SEC_FETCH_SITE"):
        return site not in ("same-origin", "none")
    if origin := request.META.get("HTTP_ORIGIN"):
        return origin not in origins(request)
    parts = referer(request)
    return bool(parts.scheme) and f"{parts.scheme}://{parts.netloc}" not in origins(request)


def origins(request: HttpRequest) -> set[str]:
    """Return the origins of this site: the one that was requested, and that of BASE_URL."""
    return {f"{request.scheme}://{request.get_host()}", settings.BASE_URL}


def referer(request: HttpRequest) -> SplitResult:
    """Return the split Referer header: empty if missing, that of a foreign URL if malformed."""
    sent: str = request.META.get("HTTP_REFERER", "")
    try:
        return urlsplit(sent)
    except ValueError:
        return urlsplit("broken://")

"""The public's doors: a petition's pages, signing it, and the links in our mails."""

import contextlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Page

from campaigns.caching import View, public
from campaigns.pages.public_page import readable
from campaigns.petitions import cached
from campaigns.petitions.changes import published_changes
from campaigns.petitions.petition import Petition
from campaigns.petitions.state import State
from campaigns.privacy import people, retention
from campaigns.signatures import networks, tokens
from campaigns.signatures.signature import Signature
from campaigns.signing import signing
from campaigns.signing.forms import CorrectForm, SignForm

# The longest form there is, in every script, takes a tenth of it.
MAX_BODY = 64 * 1024
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
# What a petition that takes no signatures answers to one who tries.
GONE = {State.WON: 410, State.CLOSED: 410, State.PAUSED: 409, State.SCHEDULED: 409}


class SeeOther(HttpResponseRedirect):
    """Read on there: a reload will not send again what was sent (RFC 9110, 15.4.4)."""

    status_code = 303


def private_link(view: View) -> View:
    """For links in mails: kept by nobody, told to nobody, and their token is their proof.

    No CSRF cookie is needed, for there is no session to ride on; with `no-referrer` the browser
    sends `Origin: null`, so the origin cannot be asked for either.
    """

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except signing.BadLink:
            response = render(request, "campaigns/bad_link.html", status=400)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


def about(purpose: str) -> Callable[[View], View]:
    """Finds the signature that a link for this purpose is about; in its signer's language."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, token: str) -> HttpResponse:
            signature = signing.find(purpose, token)
            with translation.override(signature.language):
                return view(request, token, signature)

        return wrapper

    return decorate


def published(slug: str, *, fresh: bool = False) -> Petition:
    """The petition of the active language; 404 for what is unknown or not published."""
    language = translation.get_language()
    petition = cached.petition(slug=slug, locale__language_code=language, live=True, fresh=fresh)
    if petition is None or petition.state == State.DRAFT:
        raise Http404
    return petition


@public
def petition(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "campaigns/petition_detail.html", {"petition": published(slug)})


@public
def count(request: HttpRequest, slug: str) -> HttpResponse:
    subject = published(slug)
    number, goal = subject.progress
    body = {"count": number, "goal": goal, "state": subject.state.value}
    # Frames of ours that a site has cut off from their origin (WordPress) ask as strangers.
    return JsonResponse(body, headers={"Access-Control-Allow-Origin": "*"})


@public
def check_your_email(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "campaigns/check_your_email.html", published(slug).step_context())


@public
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "campaigns/thanks.html", published(slug).step_context())


@public
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What was changed of the words after people had signed them, when and why."""
    subject = published(slug)
    history = published_changes(subject)
    if not history:
        raise Http404
    context = {"petition": subject, "history": history}
    return render(request, "campaigns/changes.html", context)


@csrf_exempt
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the signature; the answer is the same for everybody who fills in the form rightly."""
    if request.method != "POST":
        return redirect("framed_petition" if is_framed(request) else "petition", slug)
    subject = published(slug)
    if refusal := refuse(request, subject):
        return refusal
    if subject.state != State.OPEN:
        # It may have been opened since it was read.
        subject = published(slug, fresh=True)
    if subject.state != State.OPEN:
        return unsigned(request, subject, status=GONE[subject.state])
    form = SignForm(subject, request.POST)
    if not form.is_valid():
        form.renew()
        return unsigned(request, subject, form=form, status=422)
    try:
        origin = {
            "source": source(request),
            "network": networks.network_of(request),
            "channel": Signature.Channel.EMBED if is_framed(request) else Signature.Channel.FORM,
        }
        signing.sign(subject, **form.cleaned_signature(), **origin)
    except signing.PetitionClosed:
        subject = published(slug, fresh=True)
        return unsigned(request, subject, status=GONE.get(subject.state, 409))
    next_step = "check_your_email" if subject.original.confirms_by_email else "thanks"
    return SeeOther(subject.url_path(next_step, framed=is_framed(request)))


def is_framed(request: HttpRequest) -> bool:
    """Whether this is the petition in the frame of another site (campaigns/public/frames.py)."""
    return getattr(request, "framed", False)


def unsigned(
    request: HttpRequest, subject: Petition, *, status: int, form: SignForm | None = None
) -> HttpResponse:
    """The petition alone, with what is wrong, and the way back to the story."""
    context = {"petition": subject, "form": form, "story": story(request.POST.get("page", ""))}
    return render(request, "campaigns/petition_detail.html", context, status=status)


def story(page: str) -> Page | None:
    """The page that somebody signs from, where everybody may see it."""
    if not re.fullmatch(r"[0-9]{1,9}", page):
        return None
    return readable(Page.objects.all()).filter(pk=page).first()


def refuse(request: HttpRequest, subject: Petition) -> HttpResponse | None:
    """An answer to what did not come from our form, or cannot be read; None for the rest."""
    if is_foreign(request):
        message = _("It came from another site. Please sign on the petition's own page.")
        return refused(request, subject, _("This was not sent from our site"), message, status=403)
    return unreadable(request, subject)


def unreadable(request: HttpRequest, subject: Petition) -> HttpResponse | None:
    charset = request.content_params.get("charset", "utf-8").lower().replace("-", "")
    if request.content_type not in FORM_TYPES or charset != "utf8":
        message = _("Please use the form on the petition's page.")
        return refused(request, subject, _("We cannot read this"), message, status=415)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MAX_BODY:
        message = _("It is far longer than a signature needs. Please shorten what you wrote.")
        return refused(request, subject, _("This is too long"), message, status=413)
    return None


def refused(
    request: HttpRequest, subject: Petition, title: str, message: str, *, status: int
) -> HttpResponse:
    context = {"petition": subject, "title": title, "message": message}
    return render(request, "campaigns/refused.html", context, status=status)


def is_foreign(request: HttpRequest) -> bool:
    """Whether there is evidence that another site sent this; no evidence is no reason to refuse.

    There is no cookie to ride on. Old browsers and plain http send no Sec-Fetch-Site.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site not in ("same-origin", "none")
    ours = origins(request)
    if origin := request.headers.get("Origin"):
        return origin not in ours
    parts = referer(request)
    return bool(parts.scheme) and f"{parts.scheme}://{parts.netloc}" not in ours


def origins(request: HttpRequest) -> set[str]:
    """Where this site is: as it was asked, and as the world knows it."""
    return {f"{request.scheme}://{request.get_host()}", settings.BASE_URL}


def referer(request: HttpRequest) -> SplitResult:
    """The address of the page it came from; empty where there is none, foreign where broken."""
    try:
        return urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return urlsplit("broken://")


def source(request: HttpRequest) -> str:
    """The `source` code in the address of the page that was signed on, if it looks like one."""
    code = parse_qs(referer(request).query).get("source", [""])[0]
    return code if re.fullmatch(r"[\w-]{1,40}", code, re.ASCII) else ""


@private_link
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, for scanners open links; count on POST."""
    if request.method == "POST":
        # Hot: the signature is read only where it cannot be confirmed.
        with contextlib.suppress(signing.TooLate):
            return SeeOther(signing.confirm(token).url_path("thanks"))
    return unconfirmed(request, token)


@about("confirm")
def unconfirmed(request: HttpRequest, token: str, signature: Signature) -> HttpResponse:
    if signature.confirmed_at:
        return SeeOther(signature.petition.url_path("thanks"))
    if request.method == "POST":
        return render(request, "campaigns/too_late.html", step(signature), status=410)
    context = {**step(signature), "shown": people.shown(signature)}
    return render(request, "campaigns/confirm.html", context)


@private_link
@about("withdraw")
def withdraw(request: HttpRequest, token: str, signature: Signature) -> HttpResponse:
    """Ask on GET, erase on POST."""
    if request.method == "POST":
        signing.withdraw(token)
        return render(request, "campaigns/withdrawn.html", step(signature))
    return render(request, "campaigns/withdraw.html", step(signature))


@private_link
@about("manage")
def manage(request: HttpRequest, token: str, signature: Signature) -> HttpResponse:
    """Show what we hold; on POST put the name right, and whether they want news."""
    data = None
    if request.method == "POST":
        if refusal := unreadable(request, signature.petition):
            return refusal
        data = request.POST
    form = CorrectForm(signature, data)
    if form.is_valid():
        signing.correct(token, **form.cleaned_data)
        return SeeOther(f"{request.path}?saved=yes#correct")
    context = {
        **step(signature),
        "form": form,
        "saved": "saved" in request.GET,
        "facts": people.facts(signature),
        "mails": people.mails_owed(signature),
        "retained_until": retention.data_retained_until(signature.petition),
        "changes": people.changes_since(signature),
        "deleted_on": None if signature.confirmed_at else retention.deleted_on(signature),
        "withdraw_path": reverse("withdraw", args=[tokens.make("withdraw", signature.pk)]),
    }
    status = 422 if form.errors else 200
    return render(request, "campaigns/manage.html", context, status=status)


def step(signature: Signature) -> dict[str, Any]:
    subject = signature.petition
    return {"signature": signature, "petition": subject, "texts": subject.texts}

"""The public views: a petition's pages, signing it, and the links in our emails."""

import contextlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.cache_control import View, public
from campaigns.caching import cached
from campaigns.moderation import proof_of_work
from campaigns.pages import timeline
from campaigns.petitions.petition import Petition
from campaigns.petitions.signed_versions.changes import published_changes
from campaigns.petitions.state import State, is_too_late
from campaigns.privacy import own_copy as copies
from campaigns.privacy import own_page
from campaigns.public import requests, visit_sources
from campaigns.public.api import for_scripts
from campaigns.sharing import links
from campaigns.signatures import networks
from campaigns.signatures.signature import Signature
from campaigns.signing import questions, signing, withdrawing
from campaigns.signing import thanks_page as numbers
from campaigns.signing.forms import SignForm
from campaigns.signing.thanks_page import Thanked
from home import languages
from operations.postgresql.base import may_run_twice

# The status of the response to an attempt to sign a petition that is not open.
GONE = {State.WON: 410, State.CLOSED: 410, State.PAUSED: 409, State.SCHEDULED: 409}


class SeeOther(HttpResponseRedirect):
    """Redirect after a POST, so that a reload does not send the form again (RFC 9110, 15.4.4)."""

    status_code = 303


def private_link(view: View) -> View:
    """Wrap the view of an email link, whose token proves that the signer sent the request.

    The response is not indexed, and its URL is sent to no other site as a referrer. A bad link gets
    a page with status 400 in the language of the browser. Withdrawing twice gets one that says so,
    since the answer to the first time may have been lost. No CSRF token is needed, since there is
    no session that a forged request could use. The origin cannot be checked either: because of
    `no-referrer`, the browser sends `Origin: null`.
    """

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except signing.BadLink as error:
            is_gone = isinstance(error, signing.Gone)
            page, status = ("gone", 410) if is_gone else ("bad_link", 400)
            with requests.answered_in(languages.understood(request), request):
                response = render(request, f"campaigns/{page}.html", status=status)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


def about(purpose: str) -> Callable[[View], View]:
    """Find the signature by the token of a link, and respond in the signer's language.

    Raises BadLink if the token was made for another purpose, or if its signature is deleted.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, token: str) -> HttpResponse:
            signature = signing.find(purpose, token)
            with requests.answered_in(signature.language, request):
                return view(request, token, signature)

        return wrapper

    return decorate


@public
def petition(request: HttpRequest, slug: str) -> HttpResponse:
    return render(
        request, "campaigns/petition_detail.html", {"petition": requests.published_petition(slug)}
    )


@for_scripts
def count(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the live count, also to a sandboxed frame without an origin, as WordPress makes it."""
    subject = requests.published_petition(slug)
    number, goal = subject.progress
    body = {"count": number, "goal": goal, "state": subject.state.value}
    return JsonResponse(body)


@public
def check_your_email(request: HttpRequest, slug: str) -> HttpResponse:
    subject = requests.published_petition(slug)
    return render(request, "campaigns/check_your_email.html", subject.step_context())


@public
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the thanks page that may be shared and cached: it says nothing about its reader."""
    return thank(request, Thanked(requests.published_petition(slug)), source="")


@require_safe
def thanked(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    """Show the thanks page with the signer's number; not cached, and harmless to reload."""
    subject = requests.published_petition(slug)
    found = numbers.read(subject, mark)
    if found is None:
        return redirect(subject.url_path("thanks", framed=requests.is_framed(request)))
    source = visit_sources.code(request.GET.get("source", ""))
    return thank(request, found, source=source)


def thank(request: HttpRequest, thanked: Thanked, *, source: str) -> HttpResponse:
    context = {
        **thanked.petition.step_context(),
        "thanked": thanked,
        "source": source,
        "ended": timeline.ended_words(thanked.petition),
        "is_paused": thanked.petition.state == State.PAUSED,
    }
    return render(request, "campaigns/thanks.html", context)


def thanked_url(thanked: Thanked, *, framed: bool = False) -> str:
    """Return the URL of the thanks page, with the signer's source code for the links there."""
    path = f"{thanked.petition.url_path('thanks', framed=framed)}{numbers.mark(thanked)}/"
    return links.sourced(path, thanked.source)


@public
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was changed after people had signed, when and why."""
    subject = requests.published_petition(slug)
    history = published_changes(subject)
    if not history:
        raise Http404
    context = {"petition": subject, "history": history}
    return render(request, "campaigns/changes.html", context)


@require_safe
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """Return a new challenge for the form of a petition with proof of work; not cached."""
    subject = requests.published_petition(slug)
    if subject.tally.proof_at is None:
        raise Http404
    return JsonResponse(proof_of_work.challenge(subject))


@may_run_twice
@csrf_exempt
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """Store the signature. Every valid form gets the same response.

    Otherwise the response would reveal who has signed already, or who is quarantined.
    """
    is_framed = requests.is_framed(request)
    if request.method != "POST":
        return redirect("framed_petition" if is_framed else "petition", slug)
    subject = requests.published_petition(slug)
    if refusal := requests.refuse(request, subject):
        return refusal
    if subject.state != State.OPEN:
        # The petition may have been opened since it was cached.
        subject = requests.published_petition(slug, fresh=True)
        if subject.state != State.OPEN:
            return unsigned(request, subject, status=GONE[subject.state])
    what = cached(("asked", subject.pk), lambda: questions.asked(subject, SignForm.base_fields))
    form = SignForm(subject, request.POST, what=what)
    if form.has_more:
        # A field may have been added since the petition was cached.
        subject = requests.published_petition(slug, fresh=True)
        form = SignForm(subject, request.POST, what=questions.asked(subject, SignForm.base_fields))
    form.is_valid()
    source, site = form.cleaned_data["source"], form.cleaned_data["framed_by"]
    arrival = visit_sources.arrival(request, subject, source=source, site=site)
    if form.errors:
        form.renew(**arrival)
        return unsigned(request, subject, form=form, status=422)
    try:
        thanked = signing.sign(
            subject,
            **form.cleaned_signature() | arrival,
            network=networks.network_of(request),
            channel=Signature.Channel.EMBED if is_framed else Signature.Channel.FORM,
        )
    except signing.PetitionClosed:
        subject = requests.published_petition(slug, fresh=True)
        return unsigned(request, subject, status=GONE.get(subject.state, 409))
    if thanked:
        return SeeOther(thanked_url(thanked, framed=is_framed))
    path = subject.url_path("check_your_email", framed=is_framed)
    return SeeOther(links.sourced(path, arrival["source"]))


def unsigned(
    request: HttpRequest, subject: Petition, *, status: int, form: SignForm | None = None
) -> HttpResponse:
    """Show the petition again, with a link back to the story.

    Its form has errors, or it takes no signatures and has no form: which is then said first.
    """
    story = requests.story_page(request.POST.get("page", ""))
    context = {"petition": subject, "form": form, "story": story, "is_refused": form is None}
    return render(request, "campaigns/petition_detail.html", context, status=status)


@private_link
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, since mail scanners open links; confirm on POST."""
    if request.method == "POST":
        # This path is hot, so the signature is loaded only if it cannot be confirmed.
        with contextlib.suppress(signing.TooLate, signing.Replaced):
            return SeeOther(thanked_url(signing.confirm(token)))
    return unconfirmed(request, token)


@about("confirm")
def unconfirmed(request: HttpRequest, token: str, signature: Signature) -> HttpResponse:
    if signature.confirmed_at and signature.is_proven:
        return SeeOther(links.sourced(signature.petition.url_path("thanks"), signature.source))
    if signing.is_replaced(signature, token):
        # After three emails no newer one is sent, so this page must offer the newest link itself.
        newest = reverse("confirm", args=[signature.token("confirm")])
        context = {**step(signature), "newest": newest}
        return render(request, "campaigns/replaced.html", context, status=409)
    is_late = signature.confirmed_at is None and is_too_late(signature.tally)
    if is_late or request.method == "POST":
        return render(request, "campaigns/too_late.html", step(signature), status=410)
    context = {**step(signature), **own_page.signed_words(signature)}
    return render(request, "campaigns/confirm.html", context)


@private_link
@about("withdraw")
def withdraw(request: HttpRequest, token: str, signature: Signature) -> HttpResponse:
    """Ask on GET, delete on POST."""
    if request.method == "POST":
        withdrawing.withdraw(token)
        return render(request, "campaigns/withdrawn.html", step(signature))
    return render(request, "campaigns/withdraw.html", step(signature))


@private_link
@require_safe
@about("manage")
def own_copy(request: HttpRequest, token: str, signature: Signature) -> HttpResponse:
    """Return the data of the signer's page as a JSON file."""
    found = copies.own_copy(signature)
    options = {"ensure_ascii": False, "indent": 2}
    name = f"signature-{signature.petition.slug}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JsonResponse(found, json_dumps_params=options, headers=headers)


def step(signature: Signature) -> dict[str, Any]:
    subject = signature.petition
    return {"signature": signature, "petition": subject, "texts": subject.texts}

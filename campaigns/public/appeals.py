"""The page of an appeal: readers choose their area and write to their representatives."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaigns.appeals import listing, message, writing
from campaigns.appeals.appeal import Appeal
from campaigns.appeals.message import Message
from campaigns.appeals.writing import MessageForm
from campaigns.cache_control import cacheable, public
from campaigns.public import requests
from campaigns.public.views import SeeOther, private_link
from campaigns.signatures import networks
from campaigns.signing.fields import plain
from home import languages

FOREIGN = _("The form came from another site. Please write your message here.")
TOO_LONG = _("This is far longer than a message. Please shorten what you wrote.")
# The number of characters of each field that is shown again if a form is too long.
LENGTHS = {"to": 20, "name": 120, "email": 254, "subject": 120, "text": 4000}
# What readers see once they have confirmed a message: a title, and what became of the message.
STANDING = {
    Message.Outcome.OWED: (
        _("Your message is on its way"),
        _("%(name)s can reply to your email address. We delete your message once it is sent."),
    ),
    Message.Outcome.SENT: (
        _("Your message was sent"),
        _("%(name)s can reply to your email address. We have deleted your message."),
    ),
    Message.Outcome.REFUSED: (
        _("Your message was not delivered"),
        _(
            "The mail server did not take your message to %(name)s, and we have deleted it. You "
            "can still write from your own mailbox."
        ),
    ),
    Message.Outcome.UNCLEAR: (
        _("Perhaps your message was sent"),
        _(
            "We could not find out whether your message reached the mail server of %(name)s. We do "
            "not send it again, and have deleted it."
        ),
    ),
}
WAITING = (
    _("Your message is waiting"),
    _(
        "This appeal is not public at the moment. Your message leaves if it is public again within "
        "seven days. Otherwise we delete it."
    ),
)
TOO_MANY = _("Too many messages came from your network today. Please try again tomorrow.")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the areas or the representatives of an area, or accept a message.

    Only the page without an area is cached. No CSRF token is needed: no cookie is used.
    """
    subject = published(slug)
    area, part = (typed(request, name) for name in ("area", "part"))
    context = {"appeal": subject, **chosen(subject, area=area, part=part)}
    if request.method == "POST":
        return take(request, context)
    if subject.sends and context["representatives"]:
        context["form"] = MessageForm(subject, context["representatives"])
    is_lost = bool(area) and not context["representatives"]
    response = show(request, context, status=404 if is_lost else 200)
    return response if request.GET else cacheable(response)


def show(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    context["sent"] = message.sent(context["appeal"])
    return render(request, "campaigns/appeal.html", context, status=status)


def take(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Store a message. Every valid form gets the same response, whoever has written before."""
    subject, found = context["appeal"], context["representatives"]
    is_ours = not requests.is_foreign(request)
    if not (subject.sends and found):
        if is_ours and requests.is_form(request) and not requests.is_too_long(request):
            context["kept"] = request.POST.get("text", "")  # The area may be gone.
        return show(request, context, status=404)
    proposed = dict(MessageForm(subject, found).initial)
    if not is_ours:
        form = MessageForm(subject, found, proposed)
        return failed(request, context, form, FOREIGN, status=403)
    if not requests.is_form(request) or requests.is_too_long(request):
        kept = requests.beginnings(request, LENGTHS)
        data = proposed | {name: text for name, text in kept.items() if text}
        return failed(request, context, MessageForm(subject, found, data), TOO_LONG, status=413)
    form = MessageForm(subject, found, request.POST)
    context["form"] = form
    if not form.is_valid():
        form.choose_anew()
        return show(request, context, status=422)
    try:
        writing.write(subject, network=networks.network_of(request), **form.cleaned_data)
    except writing.TooMany:
        return failed(request, context, form, TOO_MANY, status=429)
    return SeeOther(reverse("message_asked", args=[subject.slug]))


def failed(
    request: HttpRequest, context: dict[str, Any], form: MessageForm, text: Any, *, status: int
) -> HttpResponse:
    form.errors.clear()
    form.add_error(None, str(text))
    return show(request, {**context, "form": form}, status=status)


@public
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the page after the form, which is the same for everybody."""
    return render(request, "campaigns/message_asked.html", {"appeal": published(slug)})


@private_link
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the message on GET, since mail scanners open links; confirm and send it on POST."""
    try:
        found = writing.find(token)
    except writing.BadMessageLink:
        with requests.answered_in(languages.understood(request), request):
            return render(request, "campaigns/bad_message_link.html", status=400)
    with requests.answered_in(found.appeal.language.language_code, request):
        context = {"message": found, "appeal": found.appeal}
        if found.confirmed_at is None and not writing.readdress(found):
            return render(request, "campaigns/message_to_nobody.html", context, status=409)
        if request.method == "POST" and not writing.confirm(found):
            return render(request, "campaigns/message_second.html", context, status=409)
        if request.method == "POST" or found.confirmed_at is not None:
            return render(request, "campaigns/message_done.html", context | standing(found))
        return render(request, "campaigns/message_confirm.html", context)


def standing(found: Message) -> dict[str, str]:
    """Return what became of a confirmed message, in words."""
    is_waiting = not (found.outcome or found.appeal.live)
    title, text = WAITING if is_waiting else STANDING[Message.Outcome(found.outcome)]
    return {"title": str(title), "text": text % {"name": found.recipient_name}}


def typed(request: HttpRequest, name: str) -> str:
    """Return a reader's input, normalised as in the lists; "" if it cannot be read."""
    if request.method == "POST" and not requests.is_form(request):
        return ""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        return plain(sent.get(name, ""))[:120]
    except ValidationError:
        return ""


def published(slug: str) -> Appeal:
    """Return the appeal with this slug in the active language. Raises Http404."""
    rows = Appeal.objects.filter(live=True, language__language_code=translation.get_language())
    found = rows.select_related("language").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def chosen(subject: Appeal, *, area: str, part: str) -> dict[str, Any]:
    """Return the representatives of an area, or the areas from which a reader chooses.

    An appeal with one area needs no choice. If there are very many areas, a reader types a part of
    the name.
    """
    areas = [] if part else listing.areas(subject)
    if len(areas) == 1:
        area = areas[0]
    found = list(listing.of_area(subject, area)) if area else []
    is_long = len(areas) > listing.MOST_OFFERED or bool(part)
    fitting = listing.areas(subject, part=part) if part else []
    return {
        "area": area,
        "part": part,
        "representatives": found,
        "areas": fitting[: listing.MOST_FOUND] if is_long else areas,
        "is_long": is_long,
        "are_more": len(fitting) > listing.MOST_FOUND,
    }

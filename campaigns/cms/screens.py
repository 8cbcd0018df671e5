"""Bases of the CMS's own views: any screen, and one that asks a question and acts on POST."""

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import ModelLogEntry

from campaigns.cms.permissions import StaffRequest
from campaigns.paragraphs import Text
from operations import locks

# The log entries of test emails, and how many of these one account may send within an hour: they
# are not approved, and go to any email address that somebody gives their account.
TESTS = ("petition.test_mail", "petition.forwarding_sample", "petition.mailing_test")
MOST_TESTS = 20


def tests_sent(user: User) -> int:
    """Return how many test emails a user has sent within an hour; each may have several entries."""
    since = timezone.now() - timedelta(hours=1)
    entries = ModelLogEntry.objects.filter(action__in=TESTS, user=user, timestamp__gt=since)
    return entries.order_by().values("uuid").distinct().count()


class Button(NamedTuple):
    """A button that answers the question; pressing it sends `name` and `value`."""

    label: Text
    name: str = ""
    value: str = ""
    # CSS classes of Wagtail: "serious" (red, for ending or deleting something), "button-secondary".
    style: str = ""
    # Whether the browser skips validation, and sends the form even if required fields are empty.
    is_unchecked: bool = False


class PressedButton(forms.HiddenInput):
    """The widget of a field whose value comes from the pressed button; it renders nothing."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        return ""


def refused(response: HttpResponse) -> HttpResponse:
    """Mark a response that says that nothing was done: the same form may be sent again at once."""
    response.is_refusal = True  # type: ignore[attr-defined]  # read by `add_forms`
    return response


class Screen(WagtailAdminTemplateMixin):
    """A mixin for views whose breadcrumbs end with their own title."""

    request: StaffRequest

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class WorkflowReadOnce:
    """A mixin for Wagtail's edit views: a form that is only shown reads its workflow once.

    Wagtail's `current_workflow_state` else reads it for each button and box, 12 to 19 times. Relies
    on `get_object`, and on the attribute for which `prefetch_workflow_states` is made.
    """

    request: StaffRequest

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        shown = super().get_object(*args, **kwargs)
        if self.request.method == "GET":
            states = shown.workflow_states.active().select_related("current_task_state__task")
            shown._current_workflow_states = list(states)
        return shown


# FormView is generic in the stubs only.
class QuestionView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """Ask on GET; on POST validate the form, act, show a message and redirect.

    A subclass defines `find`, `question`, `buttons` and `act`, and `form_class` where it needs more
    than a button. GET changes nothing, and repeating an action is not an error.
    """

    request: StaffRequest
    http_method_names = ["get", "post", "head", "options"]
    form_class = forms.Form
    template_name = "campaigns/cms/question.html"
    heading: Text = ""
    question: Text = ""
    # Where the view redirects afterwards, or if the user declines, and the label in the
    # breadcrumbs.
    back_url: str = ""
    back_label: Text = ""
    decline: Text = _("No, leave it as it is")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.find(**kwargs)
        if reason := self.nothing_to_do():
            return self.leave(messages.warning, reason)
        return super().dispatch(request, *args, **kwargs)

    def find(self, **kwargs: Any) -> None:
        """Find the object of the question by the URL. Raise Http404 or PermissionDenied."""

    def nothing_to_do(self) -> Text:
        """Return why there is nothing to ask, or nothing any longer; "" if there is."""
        return ""

    def buttons(self) -> list[Button]:
        """Return a button for each answer; none where the question cannot be answered."""
        return []

    def act(self, form: forms.Form) -> HttpResponse:
        """Carry out the answer. The form is valid."""
        raise NotImplementedError

    def leave(
        self, message: Callable[..., None], text: Text, *, to: str = "", **kwargs: Any
    ) -> HttpResponse:
        """Show a message, and redirect to `to` or `back_url`.

        `message` is a function of `wagtail.admin.messages`, which also takes the `kwargs`.
        """
        message(self.request, text, **kwargs)
        response = redirect(to or self.back_url)
        return response if message is messages.success else refused(response)

    def send_test(self, mail: EmailMessage, *, note: Callable[[], None]) -> HttpResponse | None:
        """Send an email as a test; return the answer that says why, if that was not possible.

        `note` adds the entries to the history, by which the tests of an account are counted.
        """
        here = self.request.path
        if not mail.recipients():
            text = _("Your account has no email address.")
            return self.leave(messages.error, text, to=here)
        mail.subject = gettext("Test: %s") % mail.subject
        try:
            with transaction.atomic():
                locks.wait(f"test emails of {self.request.user.pk}")
                if tests_sent(self.request.user) >= MOST_TESTS:
                    text = _("You have sent %s test emails within an hour. Please try again later.")
                    return self.leave(messages.error, text % MOST_TESTS, to=here)
                note()
                mail.send()
        except (OSError, SMTPException):
            text = _("The mail server did not accept the email. Please try again later.")
            return self.leave(messages.error, text, to=here)
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Mark forms with longer texts: static/js/signed-out.js keeps them if the session ends."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        widgets = [each.field.widget for each in context["form"].visible_fields()]
        return context | {"is_kept": any(isinstance(each, forms.Textarea) for each in widgets)}

    def ask_again(self, form: forms.Form, *, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Act on a valid POST; Django's FormView calls this."""
        return self.act(form)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the form again (422) after an invalid POST; Django's FormView calls this."""
        return self.ask_again(form, status=422)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the breadcrumbs: Wagtail's own, the way back, and this view.

        Wagtail shows the last of them as the title. It names what the question is about, unless the
        heading below it does.
        """
        back = {"url": self.back_url, "label": self.back_label}
        about = self.get_page_subtitle()
        here = {"label": self.get_page_title(), "sublabel": "" if about == self.heading else about}
        return [*self.breadcrumbs_items, back, {"url": "", **here}]

"""A screen of the CMS that asks on GET and acts on POST."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from campaigns.cms.permissions import StaffRequest

Text = str | Promise


class Button(NamedTuple):
    """A button that answers the question. `name` and `value` are sent when it is pressed."""

    label: Text
    name: str = ""
    value: str = ""
    # Wagtail's classes: "serious" (red, for what ends or destroys something), "button-secondary".
    style: str = ""


class PressedButton(forms.HiddenInput):
    """For a field that is answered by the button that is pressed: nothing else is drawn."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        return ""


class QuestionView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]  # it has none
    """Asks on GET; on POST checks what was typed, acts, says so and leads away.

    A subclass gives `find`, `question`, `buttons` and `act`, and `form_class` where it asks for
    more than a button. Nothing is done by GET, and nothing that is done already is an error.
    """

    request: StaffRequest
    http_method_names = ["get", "post", "head", "options"]
    form_class = forms.Form
    template_name = "campaigns/cms/question.html"
    heading: Text = ""
    question: Text = ""
    # Where somebody goes on who does not want it, or when it is done; its name in the breadcrumbs.
    back_url: str = ""
    back_label: Text = ""
    decline: Text = _("No, leave it as it is")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.find(**kwargs)
        if reason := self.nothing_to_do():
            return self.leave(messages.warning, reason)
        return super().dispatch(request, *args, **kwargs)

    def find(self, **kwargs: Any) -> None:
        """Find what is asked about by the URL. Raises Http404, or PermissionDenied."""

    def nothing_to_do(self) -> Text:
        """Why there is nothing to ask (any more), or an empty text."""
        return ""

    def buttons(self) -> list[Button]:
        """One for each answer; none where it cannot be answered."""
        return []

    def act(self, form: forms.Form) -> HttpResponse:
        """Do it. The form is valid."""
        raise NotImplementedError

    def leave(
        self, tell: Callable[..., None], text: Text, *, to: str = "", **kwargs: Any
    ) -> HttpResponse:
        """Say something by one of Wagtail's messages, and lead back, or elsewhere."""
        tell(self.request, text, **kwargs)
        return redirect(to or self.back_url)

    def ask_again(self, form: forms.Form, *, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Django's FormView calls this for a POST that is valid."""
        return self.act(form)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Django's FormView calls this for one that is not: what was typed is shown again."""
        return self.ask_again(form, status=422)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Wagtail draws these above the page: its own, the way back, and this screen."""
        back = {"url": self.back_url, "label": self.back_label}
        return [*self.breadcrumbs_items, back, {"url": "", "label": self.get_page_title()}]

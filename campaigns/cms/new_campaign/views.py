"""“New campaign” on the dashboard: from its questions it makes drafts of a page and a petition."""

from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template import Context
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from campaigns.cms import add_forms
from campaigns.cms.new_campaign.choices import may_begin
from campaigns.cms.new_campaign.questions import QUESTIONS, BeginForm
from campaigns.cms.pages.approval import approvers
from campaigns.cms.permissions import StaffRequest
from campaigns.cms.screens import Screen
from campaigns.pages import new_campaign
from campaigns.pages.campaign import CampaignPage
from campaigns.paragraphs import quoted, with_commas


# FormView is generic in the stubs only.
class BeginView(Screen, FormView):  # type: ignore[type-arg]
    form_class = BeginForm
    template_name = "campaigns/cms/begin.html"
    page_title = _("New campaign")
    header_icon = "doc-full"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_begin(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"key": uuid4()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: BeginForm) -> HttpResponse:
        """Act on a valid POST; Django's FormView calls this."""
        data, user = form.cleaned_data, self.request.user
        made = CampaignPage.objects.filter(translation_key=data["key"], owner=user).first()
        if made is None:
            answers = form.answers(user)
            add_forms.wait_for_names()
            made = new_campaign.begin(
                data["parent"],
                answers,
                by=user,
                collection=data["collection"],
                key=data["key"],
                template=data.get("template"),
            )
            messages.success(self.request, self.next_step(made))
            self.tell_what_was_read(form, made)
        return redirect("wagtailadmin_pages:edit", made.pk)

    def next_step(self, made: CampaignPage) -> str:
        """Return the message: what was made, and which button the user may press next."""
        begun = _(
            "“%(title)s” is a draft now, with all that you wrote. Read it through; the phone at "
            "the top shows it as readers will see it. All settings below the letter can stay as "
            "they are."
        )
        if made.permissions_for_user(self.request.user).can_publish():
            then = _("Then open the menu beside “Save draft”, and choose “Publish”.")
        elif groups := with_commas(approvers(made)):
            then = _(
                "Then press “Submit for moderation”. It is public once a member of %(groups)s has "
                "approved it."
            )
            then = then % {"groups": groups}
        else:
            then = _(
                "Then ask a colleague who may publish: no approval is set up for this part of the "
                "site."
            )
        return f"{begun % {'title': made.title}} {then}"

    def tell_what_was_read(self, form: BeginForm, made: CampaignPage) -> None:
        """Report what was read from the picture's file, unseen so far, and what is missing."""
        picture = made.listing_image
        if picture is None or not form.cleaned_data.get("picture"):
            return
        found = {
            "caption": made.caption,
            "description": picture.description,
            "credit": picture.credit,
        }
        read = [name for name, text in found.items() if text and not form.cleaned_data[name]]
        if read:
            words = with_commas(f"{form.fields[name].label} {quoted(found[name])}" for name in read)
            messages.info(self.request, _("Read from the picture’s file: %s.") % words)
        if missing := [str(form.fields[name].label) for name, text in found.items() if not text]:
            text = _(
                "Missing both in the form and in the picture’s file: %s. Add what is missing to "
                "the picture, below."
            )
            messages.warning(self.request, text % with_commas(missing))

    def form_invalid(self, form: BeginForm) -> HttpResponse:
        """Show the form again (422) after an invalid POST; Django's FormView calls this."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        asked = [name for _heading, names, _advice in QUESTIONS for name in names]
        context["questions"] = [
            (heading, [form[name] for name in names if name in form.fields], advice)
            for heading, names, advice in QUESTIONS
        ]
        context["others"] = [field for field in form.visible_fields() if field.name not in asked]
        context["file_was_lost"] = form.is_bound and bool(form.files)
        return context


class BeginPanel(Component):
    """The link to “New campaign” on the dashboard."""

    name = "begin"
    order = 50
    template_name = "campaigns/cms/begin_panel.html"

    def get_context_data(
        self, parent_context: Context | dict[str, Any] | None = None
    ) -> dict[str, Any]:
        assert parent_context is not None  # Wagtail renders the panel into its dashboard.
        return {"may_begin": may_begin(parent_context["request"].user)}


def offer(request: StaffRequest, panels: list[Component]) -> None:
    """Add the panel to the dashboard, for the `construct_homepage_panels` hook."""
    panels.append(BeginPanel())


def urls() -> list[URLPattern]:
    """Return the URLs, for the `register_admin_urls` hook."""
    return [path("campaigns/new/", BeginView.as_view(), name="begin_campaign")]

"""Appeals in the CMS, under Snippets, and the upload of the list of representatives."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, Panel
from wagtail.admin.ui.tables import LiveStatusTagColumn
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import ModelLogEntry
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import DeleteView, SnippetViewSet

from campaigns.appeals import listing, message
from campaigns.appeals.appeal import Appeal
from campaigns.blocks.choosers import SnippetChooser
from campaigns.cms.screens import Button, QuestionView
from campaigns.imports import reading
from campaigns.paragraphs import with_commas

URLS = "wagtailsnippets_campaigns_appeal"
MOST_SHOWN = 50


class ListForm(forms.Form):
    """The uploaded file; cleaning the form fills `rows` or `problems`."""

    file = forms.FileField(
        label=_("List"),
        help_text=_(
            "A CSV file or a workbook (XLSX) with the headings “area”, “name” and “email”. It "
            "takes the place of the list that is there."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows: list[listing.Row] = []
        self.problems: list[listing.Problem] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if file := data.get("file"):
            try:
                self.rows, self.problems = listing.understood(reading.uploaded(file).numbered)
            except reading.Unreadable as error:
                self.problems = [listing.Problem(0, error.text)]
            if not (self.rows or self.problems):
                self.problems = [listing.Problem(0, reading.ONLY_HEADINGS)]
            for problem in self.problems:
                if not problem.number:
                    self.add_error("file", str(problem.text))
            if self.problems and not self.errors:
                self.add_error("file", _("Nothing was changed. Please correct these rows:"))
        return data

    @property
    def shown(self) -> list[listing.Problem]:
        return [problem for problem in self.problems if problem.number][:MOST_SHOWN]

    @property
    def unshown(self) -> int:
        return len([problem for problem in self.problems if problem.number]) - len(self.shown)


class ListView(QuestionView):
    """Upload a list of representatives. The list of a published appeal is public at once."""

    form_class = ListForm
    template_name = "campaigns/cms/appeal_list.html"
    page_title = _("List of representatives")
    header_icon = "upload"
    decline = _("Cancel")
    question = _(
        "Readers choose their area, and write to the people in the list for it. The list is public "
        "with the appeal: names, areas and email addresses."
    )

    def find(self, *, pk: str) -> None:
        self.appeal = get_object_or_404(Appeal, pk=pk)
        if not may_replace_list(self.request.user, self.appeal):
            raise PermissionDenied
        self.back_url = reverse(f"{URLS}:edit", args=[pk])
        self.heading = self.back_label = self.page_subtitle = self.appeal.title
        self.count = self.appeal.representatives.count()

    def buttons(self) -> list[Button]:
        return [Button(_("Upload"))]

    def act(self, form: forms.Form) -> HttpResponse:
        assert isinstance(form, ListForm)
        listing.replace(self.appeal, form.rows)
        number = len(form.rows)
        log(self.appeal, "appeal.list", user=self.request.user, data={"count": number})
        return self.leave(messages.success, counted(number))


def may_replace_list(user: User, appeal: Appeal) -> bool:
    """Return whether the user may upload a list.

    The list is no part of a revision: moderators who approve one have seen the list as it was then.
    """
    is_seen = appeal.live or appeal.workflow_in_progress or appeal.scheduled_revision
    return user.has_perm(f"campaigns.{'publish' if is_seen else 'change'}_appeal")


def counted(number: int) -> str:
    """Return the number of representatives in a list, in words."""
    text = ngettext("The list has %s representative.", "The list has %s representatives.", number)
    return text % number


class ListPanel(Panel):
    """The number of representatives, and the link to the upload."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "campaigns/cms/appeal_list_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            appeal = self.instance
            may = appeal.pk and may_replace_list(self.request.user, appeal)
            return {
                **context,
                "sent": message.sent(appeal) if appeal.pk else 0,
                "waiting": message.waiting(appeal) if appeal.pk else 0,
                "lost": message.lost(appeal) if appeal.pk else [],
                "count": appeal.representatives.count() if appeal.pk else 0,
                "is_new": not appeal.pk,
                "upload_url": reverse(f"{URLS}:representatives", args=[appeal.pk]) if may else "",
            }


class AppealDeleteView(DeleteView):
    """Wagtail's question, with the number of the messages that would never be sent."""

    @property
    def confirmation_message(self) -> str:
        number = message.waiting(self.object)
        if not number:
            question: str = super().confirmation_message
            return question
        text = ngettext(
            "%s confirmed message has not been sent yet, and is deleted with this appeal. Delete "
            "the appeal?",
            "%s confirmed messages have not been sent yet, and are deleted with this appeal. "
            "Delete the appeal?",
            number,
        )
        return text % number


def refuse_bulk_deleting(
    request: HttpRequest, action: str, chosen: list[Model], view: Any
) -> HttpResponse | None:
    """Refuse to delete several appeals at once if messages wait, which would skip the question.

    For the `before_bulk_action` hook.
    """
    waiting = [each for each in chosen if isinstance(each, Appeal) and message.waiting(each)]
    if action != "delete" or not waiting:
        return None
    text = _(
        "Nothing was deleted. Please delete these appeals one by one, because confirmed messages "
        "have not been sent yet: %s."
    )
    messages.warning(request, text % with_commas(map(str, waiting)))
    return redirect(view.next_url)


class AppealChooserViewSet(SnippetChooserViewSet):
    base_widget_class = SnippetChooser
    choose_one_text = _("Choose an appeal")
    choose_another_text = _("Choose another appeal")
    edit_item_text = _("Edit this appeal")


class AppealViewSet(SnippetViewSet):
    """All views of appeals. Users who may not publish an appeal can prepare its draft."""

    model = Appeal
    icon = "mail"
    copy_view_enabled = False
    chooser_viewset_class = AppealChooserViewSet
    delete_view_class = AppealDeleteView
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    list_display = ["title", "language", LiveStatusTagColumn()]
    search_fields = ["title"]
    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("slug"), FieldPanel("language")]),
        FieldPanel("lead"),
        FieldPanel("subject"),
        FieldPanel("text"),
        FieldPanel("area_label"),
        FieldPanel("sends"),
        ListPanel(heading=_("Representatives")),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add our view below the appeals' own URL, after the patterns of Wagtail's views."""
        view = ListView.as_view()
        return [
            *super().get_urlpatterns(),
            path("representatives/<str:pk>/", view, name="representatives"),
        ]


def register_log_actions(actions: LogActionRegistry) -> None:
    """Register the log action, so that an appeal's history shows who uploaded a list."""

    @actions.register_action("appeal.list")
    class Uploaded(LogFormatter):
        label = _("Upload a list")

        def format_message(self, log_entry: ModelLogEntry) -> str:
            return counted(log_entry.data["count"])

"""The block and allow lists in the CMS; the queue links to the form with an entry filled in."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    SnippetViewSet,
)

from campaigns.cms.permissions import StaffRequest, signatures_for
from campaigns.moderation import queue
from campaigns.moderation.lists import ListEntry
from campaigns.signing import typos
from campaigns.workflow.seen_forms import SeenForm


class EntriesPaginator(WagtailPaginator):
    """A paginator that counts “3 entries”: with the model's plural, Wagtail would count lists."""

    verbose_name = _("entry")
    verbose_name_plural = _("entries")


class ListEntryForm(SeenForm, WagtailAdminModelForm):
    """The form of an entry, which must be saved twice for the domain of a large email provider."""

    # The domain about which the form has asked.
    sure = forms.CharField(widget=forms.HiddenInput, required=False)

    def _post_clean(self) -> None:
        """Ask about a large provider once the model has normalised the domain."""
        super()._post_clean()
        domain = self.instance.pattern
        if (
            self.errors
            or self.instance.kind != ListEntry.Kind.DOMAIN
            or domain not in typos.DOMAINS
            or self.cleaned_data["sure"] == domain
        ):
            return
        self.data = {**dict(self.data.items()), "sure": domain}
        text = gettext(
            "Many people have their mailbox at %(domain)s. The entry would apply to all of them, "
            "on all petitions. Save again if you mean that."
        )
        self.add_error("pattern", text % {"domain": domain})


class ListEntryIndexView(IndexView):
    """Wagtail's list, which counts entries."""

    paginator_class = EntriesPaginator


class InForceMixin:
    """A mixin that replaces Wagtail's message, which would name the entry by its number.

    The string of an entry leaves out the pattern, which Wagtail's log must not hold.
    """

    def get_success_message(self, instance: ListEntry | None = None) -> str:
        """Return the message after the entry was saved."""
        if instance and instance.kind == ListEntry.Kind.NETWORK:
            # The model may have widened the network.
            text = gettext(
                "The entry applies to signatures from %(network)s that come from now on."
            )
            return text % {"network": f"\u2068{instance.pattern}\u2069"}
        return gettext("The entry applies to signatures that come from now on.")


class ListEntryCreateView(InForceMixin, CreateView):
    """Wagtail's view; with `?group=` and `?effect=`, what the group shares is filled in.

    The shared value itself is in no URL, since the domain of a small site may identify a person.
    """

    request: StaffRequest

    def get_initial_form_instance(self) -> ListEntry | None:
        """Return the entry with which Wagtail fills the form."""
        allowed = signatures_for(self.request.user, "moderate")
        effect = self.request.GET.get("effect", "")
        kind, pattern = queue.pattern_of(allowed, self.request.GET.get("group", ""))
        if self.request.method == "POST" or not pattern or effect not in ListEntry.Effect.values:
            return super().get_initial_form_instance()
        return ListEntry(kind=kind, pattern=pattern, effect=effect)


class ListEntryEditView(InForceMixin, EditView):
    """Wagtail's view, with the message of InForceMixin."""


class ListEntryDeleteView(DeleteView):
    """Wagtail's question, with the pattern of the entry."""

    @property
    def confirmation_message(self) -> str:
        """The question; Wagtail's own for a network of one day, whose pattern is a hash."""
        entry = self.object
        if entry.kind == ListEntry.Kind.DAY:
            return super().confirmation_message
        question = {
            ListEntry.Effect.BLOCK: gettext("Are you sure you want to stop blocking %(pattern)s?"),
            ListEntry.Effect.ALLOW: gettext("Are you sure you want to stop allowing %(pattern)s?"),
        }[entry.effect]
        return question % {"pattern": f"\u2068{entry.pattern}\u2069"}


class ListEntryViewSet(SnippetViewSet):
    """The block and allow lists in the CMS."""

    model = ListEntry
    icon = "lock"
    menu_label = _("Block and allow lists")
    menu_order = 230
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = ListEntryIndexView
    add_view_class = ListEntryCreateView
    edit_view_class = ListEntryEditView
    delete_view_class = ListEntryDeleteView
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    list_display = [
        "pattern",
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("effect", label=_("Effect"), accessor="get_effect_display", sort_key="effect"),
        "note",
    ]
    list_filter = ["kind", "effect"]
    search_fields = ["pattern", "note"]
    edit_handler = ObjectList(
        [
            HelpPanel(
                _(
                    "A signature that matches a blocked entry is quarantined silently: its signer "
                    "sees what everybody sees. You find it under Signatures, in the state "
                    "“quarantined”, and can release it there. An allowed entry takes precedence: "
                    "its signatures are never quarantined."
                )
            ),
            FieldPanel("kind"),
            FieldPanel("pattern"),
            FieldPanel("effect"),
            FieldPanel("note"),
        ],
        base_form_class=ListEntryForm,
    )

"""The viewset of petitions in the CMS, with a menu item of its own."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic import RevisionsRevertMixin
from wagtail.snippets.action_menu import ActionMenuItem, PublishMenuItem, UnpublishMenuItem
from wagtail.snippets.views.snippets import SnippetViewSet

from campaigns.cms.handover.forwarding import ForwardingView
from campaigns.cms.handover.pack import PackView
from campaigns.cms.handover.sheets import SheetsView
from campaigns.cms.imports.columns import ColumnsView
from campaigns.cms.imports.last_screens import ImportView, UndoImportView
from campaigns.cms.imports.uploading import UploadView
from campaigns.cms.permissions import StaffRequest, collections_for, may, petitions_seen_by
from campaigns.cms.petitions.actions import PetitionActionView
from campaigns.cms.petitions.arrivals import ArrivalsDownloadView, ArrivalsView
from campaigns.cms.petitions.asking import ASKABLE, AnswerView, AskView
from campaigns.cms.petitions.changes import ExplainChangeView
from campaigns.cms.petitions.chooser import PetitionChooserViewSet
from campaigns.cms.petitions.decision_messages import TellingActionView, TellingEditView
from campaigns.cms.petitions.editing.tabs import editor
from campaigns.cms.petitions.ledger import CounterView, LedgerView
from campaigns.cms.petitions.listing import PetitionIndexView
from campaigns.cms.petitions.mails import PetitionMailsView, PetitionMailView
from campaigns.cms.petitions.views import (
    OwnCollection,
    PetitionCreateView,
    PetitionDeleteView,
    PetitionHistoryView,
    PetitionInspectView,
    PetitionUnpublishView,
    PetitionUsageView,
)
from campaigns.petitions import immediate_actions
from campaigns.petitions.actions import ACTIONS
from campaigns.petitions.petition import Petition


class PetitionRevertView(RevisionsRevertMixin, TellingEditView):
    """Revert to an earlier revision of the petition, which does not open a closed one again."""

    view_name = "revisions_revert"

    def get_object(self, queryset: QuerySet[Petition] | None = None) -> Petition:
        petition: Petition = super().get_object(queryset)
        immediate_actions.keep_closed(petition)
        return petition


class PetitionViewSet(SnippetViewSet):
    """All views of petitions, as attributes that Wagtail's SnippetViewSet documents."""

    model = Petition
    icon = "form"
    menu_label = _("Petitions")
    menu_name = "petitions"
    menu_order = 210
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = True
    edit_handler = editor
    index_view_class = PetitionIndexView
    add_view_class = PetitionCreateView
    edit_view_class = TellingEditView
    revisions_revert_view_class = PetitionRevertView
    workflow_action_view_class = TellingActionView
    delete_view_class = PetitionDeleteView
    unpublish_view_class = PetitionUnpublishView
    usage_view_class = PetitionUsageView
    inspect_view_class = PetitionInspectView
    history_view_class = PetitionHistoryView
    create_template_name = "campaigns/cms/snippet_create.html"
    edit_template_name = "campaigns/cms/snippet_edit.html"
    chooser_viewset_class = PetitionChooserViewSet

    def get_queryset(self, request: StaffRequest) -> QuerySet[Petition]:
        """Return the petitions for Wagtail's list, searches and chooser."""
        return petitions_seen_by(request.user)

    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        """Confine every view to the user's collections, including views that Wagtail adds later.

        Wagtail creates all views of a viewset with this method.
        """
        confined = type(view_class.__name__, (OwnCollection, view_class), {})
        return super().construct_view(confined, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add our views below the petitions' own URL, after the patterns of Wagtail's views."""
        actions = [
            path(
                f"{action.verb}/<int:pk>/",
                self.construct_view(PetitionActionView, action=action),
                name=action.verb,
            )
            for action in ACTIONS
        ]
        asking = [
            path(
                f"ask/{action.verb}/<int:pk>/",
                self.construct_view(AskView, action=action),
                name=f"ask_{action.verb}",
            )
            for action in ASKABLE
        ]
        answer = self.construct_view(AnswerView)
        return [
            *super().get_urlpatterns(),
            *actions,
            *asking,
            path("requests/<int:pk>/<int:request_pk>/", answer, name="answer"),
            path("arrivals/<int:pk>/", self.construct_view(ArrivalsView), name="arrivals"),
            path(
                "arrivals/<int:pk>/download/",
                self.construct_view(ArrivalsDownloadView),
                name="arrivals_download",
            ),
            path("ledger/<int:pk>/", self.construct_view(LedgerView), name="ledger"),
            path(
                "ledger/<int:pk>/<int:entry_pk>/",
                self.construct_view(CounterView),
                name="counter_entry",
            ),
            path("import/<int:pk>/", self.construct_view(UploadView), name="import_list"),
            path(
                "import/<int:pk>/<int:import_pk>/columns/",
                self.construct_view(ColumnsView),
                name="import_columns",
            ),
            path(
                "import/<int:pk>/<int:import_pk>/",
                self.construct_view(ImportView),
                name="import",
            ),
            path(
                "import/<int:pk>/<int:import_pk>/undo/",
                self.construct_view(UndoImportView),
                name="undo_import",
            ),
            path("pack/<int:pk>/", self.construct_view(PackView), name="pack"),
            path("forwarding/<int:pk>/", self.construct_view(ForwardingView), name="forwarding"),
            path("sheets/<int:pk>/", self.construct_view(SheetsView), name="sheets"),
            path("mails/<int:pk>/", self.construct_view(PetitionMailsView), name="mails"),
            path("mails/<int:pk>/<slug:kind>/", self.construct_view(PetitionMailView), name="mail"),
            path("explain/<int:pk>/", self.construct_view(ExplainChangeView), name="explain"),
        ]

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """Return no permissions: they are granted on collections, in our own panel.

        Wagtail offers these permissions as checkboxes on its screen of a group, where they would
        have no effect.
        """
        return Permission.objects.none()


class PublishPetition(PublishMenuItem):
    """The menu item to publish, shown to users who may publish in the petition's collection."""

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Return whether to show the item; `instance` is missing while a petition is new."""
        user, petition = context["request"].user, context.get("instance")
        if context.get("locked_for_user"):
            return False
        if petition is None:
            return collections_for(user, "publish").exists()
        return may(user, "publish", petition)


class UnpublishPetition(UnpublishMenuItem):
    """The menu item to unpublish, shown only while nobody has signed."""

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Return whether to show the item; `instance` is missing while a petition is new."""
        user, petition = context["request"].user, context.get("instance")
        if context.get("locked_for_user") or petition is None or not petition.live:
            return False
        return may(user, "publish", petition) and not petition.tally.is_signed


def offer_publishing(
    menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    """Replace Wagtail's menu items for publishing, which call `has_perm`, with ours.

    For the `construct_snippet_action_menu` hook. `has_perm` does not consider collections.
    """
    if context["model"] is not Petition:
        return
    stock = (PublishMenuItem, UnpublishMenuItem)
    menu_items[:] = [item for item in menu_items if not isinstance(item, stock)]
    ours = [UnpublishPetition(order=20), PublishPetition(order=30)]
    menu_items += [item for item in ours if item.is_shown(context)]
    menu_items.sort(key=lambda item: item.order)

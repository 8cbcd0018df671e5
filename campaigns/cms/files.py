"""Permissions on images and documents: files in public use belong to those who publish them.

A file, its title and its credit have no drafts. Replacing them changes every page that shows them,
at once. While a page waits for approval, replacing them would also change what is approved.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from itertools import chain
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import BaseAPIViewSet
from wagtail.documents import get_document_model
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images import get_image_model
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.models import AbstractImage
from wagtail.models import ReferenceIndex, Revision, WorkflowState
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy

from campaigns.blocks.own_files import SEEN
from campaigns.cms.permissions import AnyUser, StaffRequest, may
from campaigns.mailings.mailing import Mailing
from campaigns.paragraphs import Text, quoted, with_commas
from campaigns.petitions.tally import Tally
from campaigns.workflow.requests import ActionRequest
from home.identity.signs import Sign
from home.models import Identity

CHANGES = ("change", "delete")
HELD = _(
    "“%s” is in public use, is scheduled, waits for approval, or is part of a mailing. Only those "
    "who may publish what shows it can change or delete it, and nobody can while a mailing with it "
    "is under way. To show something else, upload another file and put it into your draft."
)
PUBLIC = _(
    "Readers see “%(file)s” here: %(places)s. Once it is deleted, they find nothing in its place."
)
# Said above the form of a file, by the model's name.
CHANGED = {
    "customimage": _(
        "Readers see “%(file)s” here: %(places)s. What you save is public at once. A new file "
        "keeps the description, the credit and the focal point of the old one: change them, too."
    ),
    "document": _(
        "Readers see “%(file)s” here: %(places)s. What you save is public at once. A file "
        "with another name has another address: links to the old one, for example in newsletters "
        "and on other sites, no longer work."
    ),
}
# Wagtail's views of one file, and the name of its key in the URL.
OF_ONE_FILE = {
    ("wagtailimages", "edit"): "image_id",
    ("wagtailimages", "delete"): "image_id",
    ("wagtaildocs", "edit"): "document_id",
    ("wagtaildocs", "delete"): "document_id",
}
ALL = _("What readers see of these files disappears from the public pages once it is deleted.")
View = Callable[..., HttpResponse]


class FilePolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's policy for files; changing a file in public use needs the right to publish there.

    Every user with the right to upload can still change and delete files that no public page shows
    yet.
    """

    def user_has_any_permission_for_instance(
        self, user: AnyUser, actions: Iterable[str], instance: Model
    ) -> bool:
        """Check several actions; Wagtail's policy calls this method for a single action, too."""
        by_effect: dict[bool, list[str]] = {True: [], False: []}
        for action in actions:
            by_effect[action in CHANGES].append(action)
        has = super().user_has_any_permission_for_instance
        if by_effect[False] and has(user, by_effect[False], instance):
            return True
        changes = by_effect[True]
        return bool(changes) and has(user, changes, instance) and may_publish_uses(user, instance)

    def is_held(self, user: AnyUser, instance: Model) -> bool:
        """Return whether only what shows the file forbids the user to change it."""
        has = super().user_has_any_permission_for_instance
        return has(user, CHANGES, instance) and not may_publish_uses(user, instance)


def may_publish_uses(user: AnyUser, file: Model) -> bool:
    """Return whether the user may publish every object that shows the file, other than drafts.

    Such an object is public, scheduled, or waits for approval. Nobody may change the file while a
    mailing shows it that was submitted: what its approver reads is sent.
    """
    uses = ReferenceIndex.get_grouped_references_to(file)
    if any(isinstance(use, Mailing) and use.is_under_way for use, _ in uses):
        return False
    return user.is_superuser or (
        all(may_publish(user, use) for use, _ in uses)
        and all(may_publish(user, use) for use in identities_with(file))
        and all(may_publish(user, use) for use in awaited_with(file))
        and all(may(user, "control", tally.petition) for tally in telling_with(file))
        and all(may(user, "control", asked.petition) for asked in requests_with(file))
    )


def may_publish(user: AnyUser, use: Model) -> bool:
    has = policy_registry.get(use).user_has_permission_for_instance
    if hasattr(use, "live"):
        return not use.live or has(user, "publish", use)
    return has(user, "change", use)


def awaited_with(file: Model) -> list[Model]:
    """Return the revisions that show the file, and are scheduled or wait for approval.

    Each is returned as a public object, since it is published as it is. Wagtail's reference index
    covers the stored rows only.
    """
    shown = (ContentType.objects.get_for_model(file).pk, str(file.pk))
    found: list[Model] = []
    awaited = Q(approved_go_live_at__isnull=False) | Q(pk__in=waiting_revisions())
    # Most revisions do not contain the number of the file at all, and are not worth a closer look.
    written = Revision.objects.annotate(text=Cast("content", TextField()))
    for revision in written.filter(awaited, text__regex=rf"\y{file.pk}\y"):
        version = revision.as_object()
        version.live = True
        # Wagtail has no public method that reads the references of an unsaved object.
        references = ReferenceIndex._extract_references_from_object(version)
        if shown in [reference[:2] for reference in references]:
            found.append(version)
    return found


def waiting_revisions() -> set[int]:
    """Return the primary keys of the revisions that an approval would publish.

    These are what was submitted, and the newest, which the form of the object shows.
    """
    revisions = Revision.objects.filter(
        base_content_type=OuterRef("base_content_type"), object_id=OuterRef("object_id")
    )
    newest = Subquery(revisions.order_by("-created_at", "-pk").values("pk")[:1])
    states = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    return set(chain(*states.values_list("current_task_state__revision", newest)))


def telling_with(file: Model) -> QuerySet[Tally]:
    """Return the tallies whose victory or handover shows the file.

    Wagtail's reference index does not cover these.
    """
    if not isinstance(file, AbstractImage):
        return Tally.objects.none()
    tallies = Tally.objects.select_related("petition")
    return tallies.filter(Q(won_image=file) | Q(handover_image=file))


def identities_with(file: Model) -> QuerySet[Identity]:
    """Return the identities whose logo or symbol is the file.

    Wagtail's reference index does not cover settings.
    """
    if not isinstance(file, AbstractImage):
        return Identity.objects.none()
    is_sign = Q(sign_picture=file, sign=Sign.OWN)
    return Identity.objects.filter(Q(logo=file) | Q(logo_on_dark=file) | is_sign)


def requests_with(file: Model) -> QuerySet[ActionRequest]:
    """Return the open requests for an action that would show the file: a victory, a handover."""
    if not isinstance(file, AbstractImage):
        return ActionRequest.objects.none()
    with_file = ActionRequest.objects.filter(granted=None, values__picture=str(file.pk))
    return with_file.select_related("petition")


def explained(view: View) -> View:
    """Decorate a view of the CMS: views of one file say who may change it and who sees it.

    Wagtail would only say that the user has no permission, or how often the file is used.
    """

    @wraps(view)
    def answer(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = request.resolver_match
        assert match  # views are never called without it
        if not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if match.url_name == "wagtail_bulk_action" and request.method == "GET":
            warn_of(request, chosen(request, **kwargs), PUBLIC)
        key = OF_ONE_FILE.get((match.namespace, match.url_name or ""))
        if key is None:
            return view(request, *args, **kwargs)
        model = get_image_model() if key == "image_id" else get_document_model()
        file = model.objects.filter(pk=kwargs[key]).first()
        policy = policy_registry.get_by_type(model)
        assert isinstance(policy, FilePolicy)  # `register`
        if file and policy.is_held(request.user, file):
            messages.warning(request, HELD % file.title)
            return redirect(f"{match.namespace}:index")
        action = "change" if match.url_name == "edit" else "delete"
        # Whoever may do it may publish every place that shows the file, so no title is revealed.
        may_do = file and policy.user_has_permission_for_instance(request.user, action, file)
        if may_do and request.method == "GET":
            warn_of(
                request, [file], CHANGED[file._meta.model_name] if action == "change" else PUBLIC
            )
        return view(request, *args, **kwargs)

    return answer


def chosen(request: StaffRequest, *, app_label: str, model_name: str, action: str) -> list[Model]:
    """Return the files that a bulk action would delete; none for other models and actions.

    Those are left out that the user may not delete.

    Where a whole list was chosen, there may be thousands: a message says it of all of them.
    """
    models = {model._meta.label_lower: model for model in (get_image_model(), get_document_model())}
    model = models.get(f"{app_label}.{model_name}")
    if model is None or action != "delete":
        return []
    policy = policy_registry.get_by_type(model)
    if not policy.user_has_permission(request.user, action):
        return []
    keys = request.GET.getlist("id")
    if "all" in keys:
        messages.warning(request, ALL)
    named = model.objects.filter(pk__in=[k for k in keys if k.isdecimal() and len(k) < 10])
    return [
        file
        for file in named
        if policy.user_has_permission_for_instance(request.user, action, file)
    ]


def warn_of(request: HttpRequest, files: Iterable[Any], text: Text) -> None:
    """Say where readers see these files, and what a change means to them."""
    for file in files:
        uses = [use for use, _references in ReferenceIndex.get_grouped_references_to(file)]
        public = [use for use in (*uses, *identities_with(file)) if is_read(use)]
        public += [tally.petition for tally in telling_with(file) if tally.petition not in public]
        if public:
            places = with_commas(quoted(use) for use in public)
            messages.warning(request, text % {"file": file.title, "places": places})


def is_read(use: Model) -> bool:
    """Return whether readers have what shows a file; an approved mailing, once it has begun."""
    if isinstance(use, Mailing):
        return use.began_at is not None
    return bool(getattr(use, "live", True))


def register() -> None:
    """Replace Wagtail's policy, which has the same arguments."""
    for model, auth_model in (
        (get_image_model(), "wagtailimages.Image"),
        (get_document_model(), "wagtaildocs.Document"),
    ):
        policy = FilePolicy(model, auth_model=auth_model, owner_field_name="uploaded_by_user")
        # Registered for this exact class: Wagtail registers its own policy for all subclasses,
        # before or after this one.
        register_permission_policy(model, policy, exact_class=True)


class FilesOfTeams(BaseAPIViewSet):
    """Only the files that the user sees in the CMS: Wagtail's views have those of all teams."""

    def get_queryset(self) -> Any:
        model: Any = self.model
        own = policy_registry.get_by_type(model)
        seen = own.instances_user_has_any_permission_for(self.request.user, SEEN)
        return super().get_queryset().filter(pk__in=seen)


class DocumentsOfTeams(FilesOfTeams, DocumentsAdminAPIViewSet): ...


class ImagesOfTeams(FilesOfTeams, ImagesAdminAPIViewSet): ...


def read_own(router: WagtailAPIRouter) -> None:
    """Take the place of Wagtail's files. For the `construct_admin_api` hook."""
    router.register_endpoint("documents", DocumentsOfTeams)
    router.register_endpoint("images", ImagesOfTeams)

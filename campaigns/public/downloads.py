"""The files of a petition (card, QR code, poster), and which documents are public."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page, ReferenceIndex, Revision, WorkflowState
from wagtail.permissions import policy_registry

from campaigns.blocks import own_files
from campaigns.cache_control import public
from campaigns.pages import preview_links
from campaigns.petitions.petition import Petition
from campaigns.public import requests
from campaigns.sharing import cards, posters


@public
def card(request: HttpRequest, slug: str) -> HttpResponse:
    subject = requests.published_petition(slug)
    return HttpResponse(
        cards.draw(subject, total=subject.progress.count or 0),
        content_type="image/jpeg",
        headers={"Cross-Origin-Resource-Policy": "cross-origin"},
    )


@public
def qr_code(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(
        posters.code_svg(requests.published_petition(slug)), content_type="image/svg+xml"
    )


@public
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    subject = requests.published_petition(slug)
    return HttpResponse(
        posters.poster(subject),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{subject.slug}.pdf"'},
    )


def withhold(document: AbstractDocument, request: HttpRequest) -> None:
    """Raise Http404 for the public unless an object that they may read shows the document.

    For the `before_serve_document` hook. Without it, uploading a file would publish it. Readers who
    have given the password of a private page, or have logged in for it, get its documents, too, and
    so do readers of a draft who have a link for outsiders, and staff who see the document or what
    shows it: nobody can make something show a document that they do not see (`OwnFiles`).
    """
    uses = [use for use, _ in ReferenceIndex.get_grouped_references_to(document)]
    if any(may_read(request, use) for use in uses):
        return
    if preview_links.opens(document, request.GET.get("draft", "")):
        return
    user = request.user
    if not user.has_perm("wagtailadmin.access_admin"):
        raise Http404
    if own_files.may_see(user, document):
        return
    if not any(may_see(user, use) for use in chain(uses, drafts_with(document))):
        raise Http404


def may_see(user: Any, use: Model) -> bool:
    """Return whether somebody sees an object that shows a document in the CMS."""
    if isinstance(use, Page):
        # Also for those who approve it, and edit no pages.
        return bool(use.permissions_for_user(user).can_edit())
    has = policy_registry.get(use).user_has_any_permission_for_instance
    return bool(has(user, ("add", "change", "publish"), use))


def drafts_with(document: AbstractDocument) -> Iterator[Model]:
    """Yield the drafts and submitted versions that show the document, in a block or a link.

    Wagtail's reference index covers the stored rows only. The pattern finds drafts with words such
    as “document 12”, too, so that what it finds is looked through.
    """
    shown = rf"document\W+(id\W+)?{document.pk}\y|\yid\W+{document.pk}\W+linktype\W+document"
    submitted = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS)
    versions = Q(pk__in=submitted.values("current_task_state__revision"))
    for model in (Page, Petition):
        versions |= Q(pk__in=model.objects.values("latest_revision"))
    revisions = Revision.objects.alias(text=Cast("content", TextField()))
    key = (type(document), str(document.pk))
    for revision in revisions.filter(versions, text__regex=shown):
        version = revision.as_object()
        if key in own_files.files_in(version):
            yield version


def may_read(request: HttpRequest, use: Model) -> bool:
    if not getattr(use, "live", True):
        return False
    restrictions = use.get_view_restrictions() if isinstance(use, Page) else ()
    return all(each.accept_request(request) for each in restrictions)

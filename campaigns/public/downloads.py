"""The files of a petition (card, QR code, poster), and which documents are public."""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.documents.models import AbstractDocument
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import page_permission_policy, policy_registry

from campaigns.cache_control import public
from campaigns.pages import preview_links
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
    so do readers of a draft who have a link for outsiders, and staff who edit pages, or see the
    document or what shows it.
    """
    uses = ReferenceIndex.get_grouped_references_to(document)
    if any(may_read(request, use) for use, _ in uses):
        return
    if preview_links.opens(document, request.GET.get("draft", "")):
        return
    user = request.user
    if not user.has_perm("wagtailadmin.access_admin"):
        raise Http404
    # Wagtail does not know which drafts of public pages show a document.
    edits = page_permission_policy.user_has_any_permission(user, ("add", "change", "publish"))
    if not (edits or may_see(user, document) or any(may_see(user, use) for use, _ in uses)):
        raise Http404


def may_see(user: Any, row: Model) -> bool:
    """Return whether somebody sees a file, or an object that shows it, in the CMS."""
    if isinstance(row, Page):
        # Also for those who approve it, and edit no pages.
        return bool(row.permissions_for_user(user).can_edit())
    has = policy_registry.get(row).user_has_any_permission_for_instance
    return bool(has(user, ("choose", "add", "change", "publish"), row))


def may_read(request: HttpRequest, use: Model) -> bool:
    if not getattr(use, "live", True):
        return False
    restrictions = use.get_view_restrictions() if isinstance(use, Page) else ()
    return all(each.accept_request(request) for each in restrictions)

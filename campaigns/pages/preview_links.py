"""Links by which people without an account can read the newest draft of a page for some days."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.documents.models import AbstractDocument
from wagtail.log_actions import log
from wagtail.models import Page

from campaigns.petitions import translating

# The numbers of days for which a link can be valid.
DAYS = (1, 3, 7, 14)
DOUBLE_CLICK = timedelta(seconds=5)


class PreviewLink(models.Model):
    """A link to the newest draft of a page. Only its hash is stored: a backup contains no link."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(pgettext_lazy("a link", "created"), default=timezone.now)
    ends_at = models.DateTimeField(_("ends"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")

    def __str__(self) -> str:
        return str(self.pk)


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def make(page: Page, *, days: int, by: User) -> str:
    """Make a link that is valid for `days` days, and return its token, which is not stored.

    Somebody who presses the button twice sees only the second response. The link of the first
    response, which nobody has seen, is deleted.
    """
    token, now = token_urlsafe(32), timezone.now()
    with transaction.atomic():
        Page.objects.select_for_update(no_key=True).get(pk=page.pk)
        unseen = Q(page=page.pk, made_by=by, made_at__gt=now - DOUBLE_CLICK)
        PreviewLink.objects.filter(Q(ends_at__lte=now) | unseen).delete()
        ends_at = now + timedelta(days=days)
        PreviewLink.objects.create(page=page, digest=digest_of(token), made_by=by, ends_at=ends_at)
        log(page, "page.preview_link", user=by)
    return token


def valid() -> models.QuerySet[PreviewLink]:
    """Return the links that have not ended, and whose maker's account is still active."""
    return PreviewLink.objects.filter(ends_at__gt=timezone.now(), made_by__is_active=True)


def of(page: Page) -> models.QuerySet[PreviewLink]:
    """Return the links to the page that are still valid, the newest first."""
    return valid().filter(page_id=page.pk).select_related("made_by").order_by("-made_at")


@transaction.atomic
def withdraw(link: PreviewLink, *, by: User) -> None:
    """Withdraw a link at once; withdrawing it twice is not an error."""
    deleted, _rows = PreviewLink.objects.filter(pk=link.pk).delete()
    if deleted:
        log(link.page, "page.preview_link_withdrawn", user=by)


def behind(token: str) -> PreviewLink | None:
    return upheld(valid().filter(digest=digest_of(token)))


def upheld(links: models.QuerySet[PreviewLink]) -> PreviewLink | None:
    """Return the link; None if there is none, or if its maker may no longer edit the page."""
    link = links.select_related("page", "made_by").first()
    if link is None or not link.page.permissions_for_user(link.made_by).can_edit():
        return None
    return link


def draft_of(link: PreviewLink) -> Page:
    """Return the newest draft; that of a translation contains its translator's latest texts."""
    return translating.newest(link.page.specific)


def document_url(link: PreviewLink, document: AbstractDocument) -> str:
    """Return the URL by which readers of the draft open a document, as long as the link is valid.

    It contains neither the link nor anything that opens another document.
    """
    return f"{document.url}?{urlencode({'draft': _signer(document).sign(str(link.pk))})}"


def opens(document: AbstractDocument, signed: str) -> bool:
    """Return whether `signed` comes from a URL made by `document_url` for a link still valid."""
    try:
        number = _signer(document).unsign(signed)
    except BadSignature:
        return False
    return upheld(valid().filter(pk=number)) is not None


def _signer(document: AbstractDocument) -> Signer:
    return Signer(salt=f"lastdrop.draft-document.{document.pk}")

"""A campaign page and its own petition are one document: they are saved and revised together."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.http import HttpRequest
from wagtail.models import Page, Revision
from wagtail.permissions import policy_registry

from campaigns.petitions import translating
from campaigns.petitions.petition import Petition

if TYPE_CHECKING:
    Base = Page
    Key = models.ForeignKey[Petition | None, Petition | None]
else:  # a mixin; and ForeignKey is generic in the stubs only
    Base, Key = object, models.ForeignKey


class PetitionKey(Key):
    """The key of a page's petition. Comments on the fields of the petition are the page's own.

    Wagtail asks `get_block_by_content_path` whether the place of a comment still exists.
    """

    def deconstruct(self) -> Any:
        """The description for migrations: to the database this is a foreign key."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs

    def get_block_by_content_path(self, petition: Petition | None, path: list[str]) -> Any:
        name, *rest = path
        names = {field.name: field for field in Petition._meta.concrete_fields}
        if petition is None or name not in names:
            return None
        find = getattr(names[name], "get_block_by_content_path", None)
        draft = petition.get_latest_revision_as_object()
        return find(getattr(draft, name), rest) if find and rest else not rest


class WithPetition(Base):
    """A page that is edited together with its own petition."""

    petition: Key  # Subclasses declare it.
    # Whether the form in which the page is edited, or was sent, holds the petition too.
    shows_petition = False
    # The petition as it was typed in that form, until it is stored with the page.
    composed: Petition | None = None
    # The petition as it was with the earlier revision of the page that the form shows.
    earlier_petition: Petition | None = None

    @property
    def own_petition(self) -> Petition | None:
        """The petition that is edited with this page; None if it is edited with another page.

        Of several pages with the same petition it is the first.
        """
        petition: Petition | None = self.petition
        if petition is None or petition.pk is None:
            return petition
        is_first = first_page(petition) in (None, self.pk)
        return petition if is_first and not self.alias_of_id else None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page; a new petition first, since the page refers to it."""
        with transaction.atomic():
            if self.composed and self.composed.pk is None:
                self.composed.save()
                self.petition = self.composed
            super().save(*args, **kwargs)

    def save_revision(
        self,
        user: User | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Revision:
        """Save a revision of the page, and one of the petition that was typed with it."""
        with transaction.atomic():
            if self.composed:
                replaced = kwargs.get("overwrite_revision")
                since = self.revised_before(replaced) if replaced else None
                revise(self.composed, by=user, since=since)
                self.composed = None
            revision: Revision = super().save_revision(user, *args, **kwargs)
        return revision

    def revised_before(self, revision: Revision) -> datetime:
        """When the revision before this one was made; long ago if it is the first."""
        others = Revision.objects.for_instance(self).exclude(pk=revision.pk)
        newest = others.order_by("-created_at").first()
        return newest.created_at if newest else datetime.min.replace(tzinfo=UTC)

    def go_back(self, revision: Revision) -> None:
        """Find the petition as it was when this revision of the page was saved.

        A revision of both is saved in one transaction, that of the petition first.
        """
        own = self.own_petition
        if own:
            saved = own.revisions.filter(created_at__lte=revision.created_at)
            found = saved.order_by("-created_at").first()
            self.earlier_petition = found and found.as_object()

    def show_newest_petition(self, request: HttpRequest) -> None:
        """In a preview of the stored page: show its own petition as it was saved with it.

        Of a translation, that is with the latest texts of its translator.

        Others than those who see the petition in the CMS, and those to whom one of them has given
        a link, see what is public of it.
        """
        own = None if self.shows_petition else self.own_petition
        if own is None:
            return
        policy = policy_registry.get(own)
        # The method is defined in campaigns.cms.permissions, a layer above.
        if getattr(request, "for_outsiders", False) or policy.user_sees(request.user, own):  # type: ignore[attr-defined]
            self.petition = self.earlier_petition or translating.newest(own)


def first_page(petition: Petition) -> int | None:
    pages = petition.campaign_pages.filter(alias_of=None).order_by("pk")
    first: int | None = pages.values_list("pk", flat=True).first()
    return first


def revise(petition: Petition, *, by: User | None, since: datetime | None) -> None:
    """Save what was typed as a revision of the petition, and of a draft its row as well.

    An autosave of the page replaces its own last revision: `since` is when that series began, and
    the revision that the same person has made of the petition after that is replaced too.
    """
    newest = petition.get_latest_revision()
    is_new = newest is None
    replaces = (
        newest is not None
        and since is not None
        and newest.created_at > since
        and newest.user_id == (by and by.pk)
        and newest.pk != petition.live_revision_id
        and not petition.workflow_in_progress
    )
    for name in ("tally", "versions"):  # Those of a preview, before the first save.
        petition.__dict__.pop(name, None)
    if not petition.live:
        petition.save()
    petition.save_revision(
        user=by,
        log_action="wagtail.create" if is_new else True,
        clean=False,
        overwrite_revision=newest if replaces else None,
    )

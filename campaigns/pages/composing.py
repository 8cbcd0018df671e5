"""A campaign page and its own petition are one document: they are saved and revised together."""

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
else:  # a mixin; only the stubs declare ForeignKey as generic
    Base, Key = object, models.ForeignKey


# In a revision that is loaded, Wagtail sets these to what the page has today.
REPLACED = ("alias_of", "content_type", "latest_revision", "locale", "locked_by", "owner")


class PetitionKey(Key):
    """The foreign key from a page to its petition. The page owns comments on the petition's fields.

    Wagtail calls `get_block_by_content_path` to find out whether the commented field or block still
    exists.
    """

    def deconstruct(self) -> Any:
        """Deconstruct to a plain foreign key, which is what the database has."""
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
    petition_id: int | None
    # Whether the form in which the page is edited, or was submitted, contains the petition too.
    shows_petition = False
    # The petition as it was typed in that form, until it is saved with the page.
    composed: Petition | None = None
    # The petition as it was at the earlier revision of the page that the form shows.
    earlier_petition: Petition | None = None

    @property
    def own_petition(self) -> Petition | None:
        """The petition that is edited with this page; None if it is edited with another page.

        If several pages carry the same petition, it is edited with the first of them.
        """
        petition: Petition | None = self.petition
        if petition is None or petition.pk is None:
            return petition
        is_first = first_page(petition) in (None, self.pk)
        return petition if is_first and not self.alias_of_id else None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page. A new petition is saved first, since the page refers to it."""
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
        """Save a revision of the page and one of the petition that was typed with it.

        Both have the same time, by which `is_saved_with` finds that they were saved together.
        """
        with transaction.atomic():
            if not self.composed:
                return super().save_revision(user, *args, **kwargs)
            typed = revise(self.composed, by=user, replaced=kwargs.get("overwrite_revision"))
            self.composed = None
            revision: Revision = super().save_revision(user, *args, **kwargs)
            typed.created_at = revision.created_at
            typed.save(update_fields=["created_at"])
        return revision

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """Load a revision's content (Page) without looking up the rows that are then replaced."""
        return super().with_content_json({**content, **dict.fromkeys(REPLACED)})

    def is_saved_with(self, revision: Revision) -> bool:
        """Return whether a revision of the petition was saved by the form of this page."""
        found: bool = self.revisions.filter(created_at=revision.created_at).exists()
        return found

    def go_back(self, revision: Revision) -> None:
        """Set `earlier_petition` to the petition as it was when this page revision was saved.

        What the form of the page saves of both has the same time.
        """
        own = self.own_petition
        if own:
            saved = own.revisions.filter(created_at__lte=revision.created_at)
            found = saved.order_by("-created_at").first()
            self.earlier_petition = found and found.as_object()

    def show_newest_petition(self, request: HttpRequest) -> None:
        """Show the newest draft of the page's own petition in a preview of the stored page.

        A translation is shown with the latest texts of its translator.

        Only users who may see the petition in the CMS, and readers with a link from one of them,
        see the draft. Everybody else sees the public petition.
        """
        own = None if self.shows_petition else self.own_petition
        if own is None:
            return
        policy, link = policy_registry.get(own), getattr(request, "preview_link", None)
        # The method is defined in campaigns.cms.permissions, a layer above.
        if policy.user_sees(link.made_by if link else request.user, own):  # type: ignore[attr-defined]
            self.petition = self.earlier_petition or translating.newest(own)


def first_page(petition: Petition) -> int | None:
    pages = petition.campaign_pages.filter(alias_of=None).order_by("pk")
    first: int | None = pages.values_list("pk", flat=True).first()
    return first


def lock_page(key: str) -> None:
    """Lock a page before the petition that is published with it, as requests about the page do.

    The order is always the same, which prevents deadlocks. Must be called in a transaction.
    """
    if key.isdecimal():
        list(Page.objects.select_for_update(no_key=True, of=("self",)).filter(pk=key))


def lock_petition(page: Page) -> None:
    """Lock the petition that may be saved with a page, in all languages, like the page itself.

    So the form compares what it shows with what is stored until it is saved. It shows the petition
    of the newest draft. Must be called in a transaction.
    """
    if isinstance(page, WithPetition):
        both = page, page.get_latest_revision_as_object()
        petitions = Petition.in_all_languages([each.petition_id for each in both])
        list(petitions.select_for_update(no_key=True, of=("self",)))


def revise(petition: Petition, *, by: User | None, replaced: Revision | None) -> Revision:
    """Save the typed petition as a revision; if it is a draft, update its row as well.

    An autosave of the page replaces the page's own last revision, which is `replaced`. The revision
    of the petition that was saved together with that is replaced, too.
    """
    newest = petition.get_latest_revision()
    is_new = newest is None
    replaces = (
        newest is not None
        and replaced is not None
        and newest.created_at == replaced.created_at
        and newest.user_id == (by and by.pk)
        and newest.pk != petition.live_revision_id
        and not petition.workflow_in_progress
    )
    for name in ("tally", "versions"):  # Cached by a preview before the first save.
        petition.__dict__.pop(name, None)
    if not petition.live:
        petition.save()
    revision: Revision = petition.save_revision(
        user=by,
        log_action="wagtail.create" if is_new else True,
        clean=False,
        overwrite_revision=newest if replaces else None,
    )
    return revision

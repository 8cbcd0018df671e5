"""Makes a campaign from another: with the same texts and settings, and without signatures."""

from django.contrib.auth.models import User
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import DraftStateMixin, LockableMixin, Revision, RevisionMixin

from campaigns.pages.campaign import CampaignPage
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import PetitionSettings

SETTINGS = [field.name for field in PetitionSettings._meta.fields]
# Fields that are not copied. The opening and closing times are among them, for a copy with a
# closing time in the past would be closed from the start.
ITS_OWN = {"id", "translation_key", "slug", "opens_at", "closes_at"} | {
    field.name
    for mixin in (DraftStateMixin, LockableMixin, RevisionMixin)
    for field in mixin._meta.get_fields()
}


def copy_petition(petition: Petition, *, title: str, by: User) -> Petition:
    """A draft petition with the newest texts and the settings in force.

    It has a count and a URL of its own. `by` is the user whom Wagtail's log names.
    """
    with transaction.atomic():
        newest = petition.get_latest_revision_as_object()
        # The settings of a translation are those of its original.
        decides = newest if petition.original == petition else petition.original
        fields = [field.name for field in Petition._meta.concrete_fields]
        values = {
            name: getattr(decides if name in SETTINGS else newest, name)
            for name in fields
            if name not in ITS_OWN
        }
        copy = Petition(**values | {"title": title}, live=False, has_unpublished_changes=True)
        copy.save()
        copy.save_revision(user=by, log_action=False, clean=False)
        log(copy, "wagtail.copy", user=by)
    return copy


def give_own_petition(copy: CampaignPage, original: CampaignPage, *, by: User) -> None:
    """Copy the petition of the original, and put the copy on the page that Wagtail has copied.

    The new page becomes a draft.
    """
    petition = original.petition
    assert petition
    # The updates and the successor belong to the original campaign only.
    copy.updates, copy.successor = [], None
    title = copy.title if petition.title == original.title else petition.title
    with transaction.atomic():
        put_on(copy, petition, copy_petition(petition, title=title, by=by), by=by)


def put_on(page: CampaignPage, old: Petition, new: Petition | None, *, by: User) -> None:
    """Replace one petition by another in a page and in all its revisions; unpublish the page."""
    with transaction.atomic():
        if page.live:
            page.unpublish(user=by, log_action=None)
        page.petition = new
        for block in page.body:
            if block.block_type == "petition" and block.value.get("petition") == old:
                block.value["petition"] = new
        page.save(clean=False)
        for revision in Revision.objects.for_instance(page):
            if revision.content.get("petition") == old.pk:
                content = revision.content | {"petition": new and new.pk}
                # Revision.save() would make an old revision the page's newest one.
                Revision.objects.filter(pk=revision.pk).update(content=content)
        page.save_revision(user=by, log_action=False, clean=False)

"""Copy a campaign: the copy has the same texts and settings, and no signatures."""

from django.contrib.auth.models import User
from django.db import transaction
from wagtail.blocks import StreamValue, StructValue
from wagtail.log_actions import log
from wagtail.models import DraftStateMixin, LockableMixin, Revision, RevisionMixin

from campaigns.blocks.story import parts
from campaigns.dates import site_day
from campaigns.pages.campaign import CampaignPage
from campaigns.petitions.petition import Petition
from campaigns.petitions.settings import PetitionSettings

SETTINGS = [field.name for field in PetitionSettings._meta.fields]
# Fields that are not copied. They include the opening and closing times: a copy whose closing time
# is in the past would be closed from the start.
ITS_OWN = {"id", "translation_key", "slug", "opens_at", "closes_at"} | {
    field.name
    for mixin in (DraftStateMixin, LockableMixin, RevisionMixin)
    for field in mixin._meta.get_fields()
}


def copy_petition(petition: Petition, *, title: str, by: User) -> Petition:
    """Return a draft copy of a petition with its newest texts and the settings in force.

    The copy has a count and a URL of its own. `by` is the user recorded in Wagtail's log.
    """
    with transaction.atomic():
        newest = petition.get_latest_revision_as_object()
        # A translation takes its settings from its original.
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
    """Copy the original page's petition and put the copy on the page that Wagtail has copied."""
    petition = original.petition
    assert petition
    title = copy.title if petition.title == original.title else petition.title
    with transaction.atomic():
        put_on(copy, petition, copy_petition(petition, title=title, by=by), by=by)


def put_on(page: CampaignPage, old: Petition, new: Petition | None, *, by: User) -> None:
    """Replace a petition by another on a page that Wagtail has copied, and make the page a draft.

    Only the newest revision of the page is retained: the earlier ones, the updates, the successor
    and the date belong to the original campaign. The copy is not offered as a template.
    """
    with transaction.atomic():
        if page.live:
            page.unpublish(user=by, log_action=None)
        newest = page.get_latest_revision_as_object()
        newest.petition, newest.updates, newest.successor = new, [], None
        newest.published_on, newest.is_template = site_day(), False
        show_own(newest.body, old)
        newest.save(clean=False)
        kept = newest.save_revision(user=by, log_action=False, clean=False)
        Revision.objects.for_instance(page).exclude(pk=kept.pk).delete()


def show_own(story: StreamValue, old: Petition | None) -> None:
    """Make all blocks of a story that name the petition `old` show the petition of their page."""
    for part in parts(story):
        if isinstance(part, StructValue):
            part.update({name: None for name, value in part.items() if value == old})

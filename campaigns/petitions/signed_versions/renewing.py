"""Make new versions of petitions when something that they inherit changes.

A petition inherits the default texts of its language, the name of the organisation, and the texts
that come with the software.
"""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext

from campaigns.petitions.petition import Petition, fetch_tallies
from campaigns.petitions.signed_versions import changes, versions
from campaigns.petitions.signed_versions.changes import Change
from campaigns.petitions.signed_versions.passed_on_reasons import Reason
from campaigns.petitions.signed_versions.versions import Version
from campaigns.petitions.texts import DefaultTexts, Texts, stored_name


def touched_by_texts(texts: DefaultTexts) -> list[tuple[Petition, Change]]:
    """Return (petition, change) for each signed petition that saving these texts would change."""
    petitions = read(live().filter(locale=texts.locale_id))
    for petition in petitions:
        petition.texts = Texts(texts.locale.language_code, petition, texts)
    return touched(petitions)


def touched_by_name(name: str) -> list[tuple[Petition, Change]]:
    """Return (petition, change) for each signed petition that this site name would change."""
    petitions = read(live())
    for petition in petitions:
        petition.organisation = name
    return touched(petitions)


def touched(petitions: list[Petition]) -> list[tuple[Petition, Change]]:
    found = ((petition, changes.ahead(petition)) for petition in petitions)
    return [(petition, change) for petition, change in found if change]


def renew(*, by: User | None = None, reason: Reason | None = None) -> None:
    """Make a version of each live petition whose texts differ from its newest version.

    Without `reason`, the version says that something inherited has changed.
    """
    newest = Version.objects.order_by("tally_id", "locale_id", "-pk")
    newest = newest.distinct("tally_id", "locale_id")
    digests = {(row.tally_id, row.locale_id): row.digest for row in newest.defer("parts")}
    for petition in read(live()):
        if digests.get((petition.tally.pk, petition.locale_id)) != versions.digest_of(petition):
            renew_one(petition, by=by, reason=reason)


def renew_one(petition: Petition, *, by: User | None, reason: Reason | None) -> None:
    with transaction.atomic():
        versions.lock(petition.tally)
        # Read the petition again under the lock: it may have been published in the meantime.
        for current in read(live().filter(pk=petition.pk)):
            with translation.override(current.locale.language_code):
                inherited = gettext(
                    "The petition itself was not edited. What it takes from the site has changed: "
                    "a default text, or the name of the organisation."
                )
            versions.record(current, by=by, reason=reason or Reason(inherited))


def live() -> QuerySet[Petition]:
    return Petition.objects.filter(live=True).select_related("locale").order_by("pk")


def read(rows: QuerySet[Petition]) -> list[Petition]:
    """Return the petitions with what they inherit now, without any cache. Makes four queries."""
    petitions = fetch_tallies(rows)
    texts = {row.locale_id: row for row in DefaultTexts.objects.all()}
    name = stored_name()
    for petition in petitions:
        own = Texts(petition.locale.language_code, petition)
        if defaults := texts.get(petition.locale_id):
            own.sources.append(defaults)
        petition.texts, petition.organisation = own, name
    return petitions

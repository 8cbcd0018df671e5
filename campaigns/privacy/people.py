"""What the site holds of one person, over all petitions: to show it, to hand it out, to erase it.

GDPR, articles 15 and 17. A person is found by the mailbox behind an email, in all its spellings.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail.log_actions import log

from campaigns.mail.outbox import OutgoingMail
from campaigns.moderation.lists import ListEntry
from campaigns.petitions.tally import Tally
from campaigns.petitions.versions import Version
from campaigns.privacy import dependents
from campaigns.signatures.email_keys import email_key, normalise
from campaigns.signatures.signature import Signature


def find(email: str, *, name: str = "") -> QuerySet:
    """A mailbox's signatures; with a name only that one's of two people who share it."""
    tallies = list(Tally.objects.values_list("pk", flat=True))
    keys = [email_key(tally, email) for tally in tallies]
    keyed = Signature.objects.filter(tally__in=tallies, email_key__in=keys)
    found = keyed | Signature.objects.filter(pk__in=keyless(email))
    return found.filter(name__iexact=name) if name else found


def keyless(email: str) -> list[UUID]:
    """Those that were brought in without a key, from paper say."""
    mailbox = normalise(email)
    rows = Signature.objects.filter(email_key=None, email__isnull=False)
    return [
        pk
        for pk, typed in rows.values_list("pk", "email").iterator()
        if normalise(typed) == mailbox
    ]


def is_shared(email: str) -> bool:
    """Whether two people have signed one petition with it."""
    counts = find(email).order_by().values("tally").annotate(people=Count("pk"))
    return counts.filter(people__gt=1).exists()


def entries_naming(email: str) -> QuerySet:
    """The lines of the screening lists that are about this mailbox and no other."""
    return ListEntry.objects.filter(kind=ListEntry.Kind.EMAIL, pattern=normalise(email))


def staff_named(email: str) -> QuerySet:
    """Accounts of the CMS with this email: they are no signers, and are not touched here."""
    return get_user_model().objects.filter(email__iexact=email.strip())


# --- handing it out ---


def export(email: str, *, name: str = "") -> dict[str, Any]:
    """All of it, for JSON. What moderators noted is in it: it is the person's data too."""
    related = ("tally__petition__locale", "version__locale", "page")
    signatures = find(email, name=name).select_related(*related)
    signatures = signatures.prefetch_related("mails", "moderated__decision")
    return {
        "email": email,
        "exported_at": timezone.now(),
        "signatures": [exported(signature) for signature in signatures.order_by("pk")],
        "list_entries": list(
            entries_naming(email).values("pattern", "effect", "note", "created_at")
        ),
        "staff_accounts": list(staff_named(email).values("username", "date_joined", "last_login")),
    }


def exported(signature: Signature) -> dict[str, Any]:
    petition, version, page = signature.tally.petition, signature.version, signature.page
    plain = (
        "name",
        "email",
        "postcode",
        "comment",
        "language",
        "updates",
        "shown_as",
        "shown_at",
        "signed_at",
        "times_signed",
        "confirmed_at",
        "channel",
        "source",
        "moderation",
        "moderation_reason",
    )
    return {
        "number": signature.pk,
        "petition": {"title": petition.title, "url": petition.full_url},
        **{field: getattr(signature, field) for field in plain},
        "country": signature.country and signature.country.code,
        "state": signature.state,
        "page": page and {"title": page.title, "url": page.full_url},
        "email_key": signature.email_key and bytes(signature.email_key).hex(),
        "network_key": signature.network_key and bytes(signature.network_key).hex(),
        "version": version
        and {
            "language": version.locale.language_code,
            "published_at": version.published_at,
            "letter": version.letter,
            "consent": version.consent,
        },
        "mails": [
            {
                "kind": mail.kind,
                "due_at": mail.due_at,
                "outcome": mail.outcome or "owed",
                "ended_at": mail.ended_at,
            }
            for mail in sorted(signature.mails.all(), key=lambda mail: mail.pk)
        ],
        "decisions": [
            {
                "moderation": moderated.decision.moderation,
                "reason": moderated.decision.reason,
                "made_at": moderated.decision.made_at,
                "undone_at": moderated.decision.undone_at,
            }
            for moderated in sorted(signature.moderated.all(), key=lambda moderated: moderated.pk)
        ],
    }


# --- erasing it ---


LIST_ENTRIES = "(block and allow lists)"


def count(email: str, *, name: str = "") -> Counter:
    """How many signatures of which petition, by its slug, `erase` would delete."""
    found = find(email, name=name).values_list("tally__petition__slug", flat=True)
    return Counter(found) + Counter({LIST_ENTRIES: 0 if name else entries_naming(email).count()})


def erase(email: str, *, name: str = "") -> Counter:
    """Delete it; what went, as `count` says it.

    The log keeps for each petition that somebody was erased, and not who. A rule of the screening
    lists goes too, unless it may be about the other one who shares the email.
    """
    with transaction.atomic():
        found = find(email, name=name).select_for_update(of=("self",))
        signatures = list(found.select_related("tally__petition"))
        erased = Counter(signature.tally.petition for signature in signatures)
        keys = [signature.pk for signature in signatures]
        dependents.delete(keys)
        Signature.objects.filter(pk__in=keys).delete()
        entries = 0 if name else entries_naming(email).delete()[0]
        for petition, rows in erased.items():
            log(petition, "petition.erase", data={"rows": rows})
    return Counter({petition.slug: rows for petition, rows in erased.items()}) + Counter(
        {LIST_ENTRIES: entries}
    )


# --- showing it to the signer ---


def facts(signature: Signature) -> list[tuple[str, str]]:
    """What was kept when they signed, in words; the form beside it has the rest."""
    rows = [
        (_("Email"), signature.email),
        (_("Country"), signature.country and signature.country.name),
        (_("Postcode"), signature.postcode),
        (_("Comment"), signature.comment),
        (_("Language"), capfirst(language_name(signature.language))),
        (_("Signed"), moment(signature.signed_at)),
        (_("Confirmed"), moment(signature.confirmed_at) or _("Not yet")),
        (_("May be shown as"), shown(signature)),
        (_("How you signed"), capfirst(signature.get_channel_display())),
        (_("On the page"), signature.page and signature.page.title),
        (_("Led here by"), signature.source),
    ]
    if signature.network_key:
        text = _("Only a key of it, for two weeks. The address itself is not kept.")
        rows.append((_("Your network"), text))
    return [(str(label), str(value)) for label, value in rows if value]


def shown(signature: Signature) -> str:
    """What everybody may read of one who agreed: the same whatever was thought of them."""
    if signature.shown_as is None:
        return ""
    if not signature.shown_as:
        return _("Nothing: your name cannot be shortened")
    name = f"\u2068{signature.shown_as}\u2069"  # in its own direction, beside the country
    if not signature.country:
        return name
    return _("%(name)s, %(country)s") % {"name": name, "country": signature.country.name}


# What became of a mail, as its reader sees it.
SAID = {
    OutgoingMail.Outcome.OWED: _lazy("on its way"),
    OutgoingMail.Outcome.SENT: _lazy("sent"),
    OutgoingMail.Outcome.REFUSED: _lazy("refused by your mail server"),
    OutgoingMail.Outcome.ABANDONED: _lazy("given up"),
}


def language_name(code: str) -> str:
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code


def moment(value: Any) -> str:
    return date_format(timezone.localtime(value), "DATETIME_FORMAT") if value else ""


# Those beyond the allowance wait here until the worker takes them out: no need to see them all.
MOST_MAILS = 5


def mails_owed(signature: Signature) -> list[tuple[str, str, str]]:
    """Which mails we owed to them, what became of each, and when."""
    return [
        (
            capfirst(mail.get_kind_display()),
            str(SAID[mail.outcome]),
            moment(mail.ended_at or mail.due_at),
        )
        for mail in signature.mails.order_by("pk")[:MOST_MAILS]
    ]


def changes_since(signature: Signature) -> list[Version]:
    """The changes of the petition's words that came after those that they signed."""
    signed = signature.version_id or 0
    return [row for row in signature.petition.changes if row.pk > signed]

"""The signature: one person's name under one petition."""

from collections.abc import Iterable
from copy import copy
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.petitions import cached_petitions
from campaigns.petitions.petition import Petition
from campaigns.petitions.tally import Tally
from campaigns.petitions.texts import default_texts
from campaigns.signatures import tokens
from campaigns.signatures.column_types import CUT_TO_DAYS, DAYS_OF_LISTS
from campaigns.signatures.columns import NOT_FOR_MAILINGS, PERSONAL, SignatureColumns
from campaigns.signatures.conditions import (
    COUNTED,
    MODERATED,
    PENDING,
    SHOWABLE,
    TYPED_BY_SIGNERS,
    UNCONFIRMED,
    state_of,
)
from campaigns.signatures.email_keys import of_tallies
from operations.postgresql.checks import CompiledChecks


def signed_petition(key: UUID, original: int, *, language: str) -> Petition:
    """Return the petition in the language that the signer read, or else the original.

    The original then has the default texts of that language: its own are in another.
    """
    own = cached_petitions.petition(translation_key=key, locale__language_code=language, live=True)
    if own:
        return own
    found = cached_petitions.petition(pk=original)
    assert found  # the database prevents deleting a petition that has signatures
    if found.locale.language_code != language:
        found = copy(found)  # the cached one is shared
        found.texts = default_texts(language)
    return found


class SignatureQuerySet(models.QuerySet["Signature"]):
    def counted(self) -> "SignatureQuerySet":
        return self.filter(COUNTED)

    def pending(self) -> "SignatureQuerySet":
        return self.filter(PENDING)

    def unconfirmed(self) -> "SignatureQuerySet":
        """Return unconfirmed signatures: pending ones, and moderated ones that are unconfirmed."""
        return self.filter(UNCONFIRMED)

    def same_owner(self, signature: "Signature") -> "SignatureQuerySet":
        """Return the row of a signature, unless its data or its links ended since it was read.

        Links end when a signature gets a new email address, whose owner may be somebody else.
        PostgreSQL asks again once it has waited for the row to be locked.
        """
        return self.filter(pk=signature.pk, link_key=signature.link_key, anonymised_at=None)


class Signature(SignatureColumns):
    """One person's name under one petition.

    A signature counts when `confirmed_at` is set and `moderation` is empty; its state is derived
    from these. Only `signing` inserts rows. An anonymised signature still has its tally, country,
    language, channel and day.
    """

    objects = SignatureQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["tally", "email_key", "household_slot"],
                name="one_signature_a_household_slot",
            ),
            CompiledChecks(
                name="signature_is_sound",
                rules={
                    "household_slot_is_1_or_2": Q(household_slot__in=(1, 2)),
                    "moderation_is_known": Q(moderation__in=("", "quarantined", "invalidated")),
                    "channel_is_known": Q(channel__in=("form", "embed", "paper", "import")),
                    "form_signature_has_key_and_version": ~Q(channel__in=("form", "embed"))
                    | Q(anonymised_at__isnull=False)
                    | Q(email_key__isnull=False, version__isnull=False),
                    "anonymised_signature_is_empty": Q(anonymised_at__isnull=True)
                    | Q(**{f"{name}__isnull": True for name in PERSONAL}),
                    "anonymised_signature_has_no_personal_reply": Q(anonymised_at__isnull=True)
                    | Q(replies__isnull=True)
                    | ~Q(replies__has_key="personal"),
                    "signature_for_mailings_has_no_more": Q(for_mailings_since__isnull=True)
                    | Q(**{f"{name}__isnull": True for name in NOT_FOR_MAILINGS}),
                    "shown_signature_may_be_shown": Q(shown_at__isnull=True)
                    | Q(shown_as__isnull=False) & Q(shown_as__gt=""),
                    "comment_to_show_is_agreed_to": Q(
                        comment_state__isnull=True, comment_as__isnull=True
                    )
                    | Q(comment_state__in=("waiting", "shown", "hidden"))
                    & Q(
                        comment_state__isnull=False,
                        comment_as__isnull=False,
                        comment__isnull=False,
                        comment__gt="",
                    ),
                },
            ),
        ]
        indexes = [
            models.Index(
                fields=["tally", "confirmed_at"],
                name="counted_by_confirmation",
                condition=COUNTED,
            ),
            models.Index(
                fields=["network_key", "tally", "signed_at"],
                name="signatures_of_a_network",
                condition=Q(network_key__isnull=False),
            ),
            models.Index(
                fields=["tally", "moderation"],
                name="unconfirmed_signatures",
                condition=UNCONFIRMED,
            ),
            models.Index(
                fields=["tally"],
                name="keyless_signatures",
                condition=Q(email_key__isnull=True, anonymised_at__isnull=True),
            ),
            models.Index(
                fields=["tally", "shown_at", "id"],
                name="showable_signatures",
                condition=SHOWABLE,
            ),
            models.Index(
                fields=["tally", "shown_at", "id"],
                name="showable_organisations",
                condition=SHOWABLE & Q(affiliation__isnull=False),
            ),
            models.Index(
                fields=["tally", "comment_state", "id"],
                name="comments_to_show",
                condition=Q(comment_state__isnull=False),
            ),
            models.Index(
                fields=["moderation", "tally", "moderation_reason"],
                name="moderated_signatures",
                condition=MODERATED,
            ),
            # In the order of the CMS lists, for one petition and for all petitions.
            models.Index(fields=["tally", "signed_at"], name="signatures_of_a_petition"),
            models.Index(fields=["signed_at"], name="signatures_by_time"),
            models.Index(
                fields=["signed_at"],
                name="moderated_by_time",
                condition=Q(moderation__gt=""),
            ),
            models.Index(
                fields=["signed_at"],
                name="anonymised_by_time",
                condition=Q(anonymised_at__isnull=False),
            ),
            models.Index(
                fields=["source"],
                opclasses=["text_pattern_ops"],
                name="signatures_by_source",
                condition=~Q(source=""),
            ),
            models.Index(
                fields=["tally"],
                name="often_signed",
                condition=Q(times_signed__gt=1000),
            ),
        ]

    def __str__(self) -> str:
        # Wagtail's log stores this text indefinitely, so it contains nothing personal.
        return str(self.pk)

    @cached_property
    def petition(self) -> Petition:
        """The petition in the language that the signer read, or else the original."""
        return signed_petition(
            self.tally.translation_key, self.tally.petition_id, language=self.language
        )

    @property
    def arrived_at(self) -> datetime:
        """When the signature first came in, according to its key, a UUID of version 7.

        `signed_at` is when the form was last sent.
        """
        return datetime.fromtimestamp((self.pk.int >> 80) / 1000, UTC)

    @property
    def is_typed_by_signer(self) -> bool:
        """Whether it came through the form, and not with a list."""
        return self.channel in TYPED_BY_SIGNERS

    def has_day_only(self, name: str) -> bool:
        """Whether only the day of a moment is known (`column_types.value_of`).

        A list says on which day somebody signed, and never at what time.
        """
        if self.anonymised_at or self.for_mailings_since:
            return name in CUT_TO_DAYS
        return name in DAYS_OF_LISTS and not self.is_typed_by_signer

    @property
    def is_proven(self) -> bool:
        """Whether the signer has proved that they read the mailbox, as in EMAIL_IS_PROVEN."""
        return self.proven_at is not None or not self.is_typed_by_signer

    @property
    def promised_days(self) -> int | None:
        """The retention days that the signer read; None for paper, or for a very old version."""
        days: int | None = self.version and self.version.parts.get("retention_days")
        return days

    @property
    def mailing_days(self) -> int:
        """For how many days after the other data is deleted the signer can get mailings, if wanted.

        The number is in the version that the signer read, unless the petition has reduced it since.
        """
        promised = self.version and self.version.parts.get("mailing_days")
        return self.tally.mailing_days_for(promised) if promised else 0

    def token(self, purpose: str) -> str:
        """Return the token of a link with this purpose."""
        content = self.token_content(purpose)
        return tokens.make(purpose, self.pk, content[16:])

    def token_content(self, purpose: str) -> bytes:
        """Return the content of a link: the id, and a value to which the link is bound.

        A link to confirm is bound to the typed input; other links are bound to the email address,
        once it has been changed.
        """
        typed = self.typed_digest if purpose == "confirm" else self.link_key
        return self.pk.bytes + bytes(typed or b"")

    @property
    def state(self) -> str:
        """The state of the signature, as a key of `conditions.STATES`."""
        return state_of(
            anonymised_at=self.anonymised_at,
            moderation=self.moderation,
            confirmed_at=self.confirmed_at,
            for_mailings_since=self.for_mailings_since,
        )


# The signatures of a mailbox, by its email key for each tally. Each key is looked up in the index.
# PostgreSQL has no statistics of keys: with IN or a join, it would expect so many rows for the keys
# of some dozens of petitions that it would read all signatures.
OF_MAILBOX = """
    FROM unnest(%(tallies)s::bigint[], %(keys)s::bytea[]) AS mailbox (tally, key)
    CROSS JOIN LATERAL (
        SELECT * FROM campaigns_signature
        WHERE tally_id = mailbox.tally AND email_key = mailbox.key OFFSET 0
    ) AS s
"""


def keys_of_mailbox(mailbox: str, tallies: Iterable[int] | None = None) -> dict[str, list[Any]]:
    """Return the parameters of OF_MAILBOX, for these tallies or for all."""
    if tallies is None:
        tallies = Tally.objects.values_list("pk", flat=True)
    pairs = of_tallies(tallies, mailbox)
    return {"tallies": [tally for tally, _ in pairs], "keys": [key for _, key in pairs]}


def ids_of_mailbox(mailbox: str, tallies: Iterable[int] | None = None) -> list[UUID]:
    """Return the ids of the signatures that have an email key of the mailbox.

    They belong to these tallies, or to any.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT s.id {OF_MAILBOX}", keys_of_mailbox(mailbox, tallies))
        return [key for (key,) in cursor.fetchall()]

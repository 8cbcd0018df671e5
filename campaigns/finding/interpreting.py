"""Interprets a search: as an email address, a domain, a name, a postcode and so on."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.lookups import PostgresOperatorLookup
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from campaigns.canonical_emails import copied, exact, normalise
from campaigns.finding import traits, trigrams
from campaigns.finding.plain_names import PlainColumn, PlainText
from campaigns.finding.traits import HasTrait
from campaigns.paragraphs import Text
from campaigns.signatures.signature import Signature, ids_of_mailbox

LONGEST = 200
# Parts with fewer letters would be found in most names.
SHORTEST_PART = 3
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]{2,}")
DOMAIN = re.compile(r"@?((?:[\w-]+\.)+[^\W\d_][\w-]+)|@([\w-]+)")
POSTCODE = re.compile(r"(?=.*\d)[a-z\d][a-z\d -]{1,9}", re.IGNORECASE)
SOURCE = re.compile(r"\??(?:utm_)?source\s*[:=]\s*(\S+)", re.IGNORECASE)


class Kind(models.TextChoices):
    NUMBER = "number", gettext_lazy("the number of a signature")
    EMAIL = "email", gettext_lazy("an email address")
    DOMAIN = "domain", gettext_lazy("the domain of email addresses")
    COUNTRY = "country", gettext_lazy("a country")
    POSTCODE = "postcode", gettext_lazy("a postcode")
    SOURCE = "source", gettext_lazy("a source")
    PART = "part", gettext_lazy("part of a name or an email address")


SAID: dict[str, Text] = {
    Kind.NUMBER: gettext_lazy("The signature with the number %s"),
    Kind.EMAIL: gettext_lazy("The email address %s, in all its spellings"),
    Kind.DOMAIN: gettext_lazy("Email addresses at %s"),
    Kind.COUNTRY: gettext_lazy("Signatures from %s"),
    Kind.POSTCODE: gettext_lazy("The postcode %s"),
    Kind.SOURCE: gettext_lazy("The source %s"),
}


@dataclass(frozen=True)
class Reading:
    """One interpretation of a search. The value of a country is its code."""

    kind: Kind
    value: str

    def __str__(self) -> str:
        """Return the reading in words."""
        if self.kind is Kind.PART:
            return self.part
        value = countries.name(self.value) if self.kind is Kind.COUNTRY else self.value
        return str(SAID[self.kind]) % value

    @property
    def part(self) -> str:
        if is_beginning(self.value):
            return _("Names that begin with “%s”") % self.value
        if not trigrams.find_parts():
            return _("Names and email addresses that begin with “%s”") % self.value
        if len(self.value.split()) > 1:
            return _("Names with “%s”") % "”, “".join(self.value.split())
        return _("Names and email addresses with “%s”") % self.value


def readings(typed: str, signatures: QuerySet[Signature]) -> list[Reading]:
    """Return all interpretations of a search, the most likely first.

    `signatures` are those that the user may view: only their sources are recognised.
    """
    text = copied(" ".join(typed.split()))
    if number := number_in(text):
        return [Reading(Kind.NUMBER, number)]
    if match := SOURCE.fullmatch(text):
        return [Reading(Kind.SOURCE, match[1].lower())]
    if EMAIL.fullmatch(text):
        return [Reading(Kind.EMAIL, text), Reading(Kind.PART, text)]
    found = []
    if has_source(signatures, text):
        found.append(Reading(Kind.SOURCE, text.lower()))
    if code := country_in(text):
        found.append(Reading(Kind.COUNTRY, code))
    if POSTCODE.fullmatch(text):
        found.append(Reading(Kind.POSTCODE, traits.plain_postcode(text)))
    if match := DOMAIN.fullmatch(text):
        found.append(Reading(Kind.DOMAIN, exact((match[1] or match[2]).lower())))
    return [*found, Reading(Kind.PART, text)]


def number_in(text: str) -> str:
    try:
        return str(UUID(text)) if len(text) >= 32 else ""
    except ValueError:
        return ""


def country_in(text: str) -> str:
    """Return a country's code, found by the code or the name in the user's language or English."""
    known = country_codes(translation.get_language() or "en")
    return known.get(text if len(text) == 2 else plain(text), "")


@cache
def country_codes(language: str) -> dict[str, str]:
    """Return the codes of countries by the names that people type, and by the codes in capitals."""
    found: dict[str, str] = {}
    for each in ("en", language):
        with translation.override(each):
            found |= {plain(str(name)): code for code, name in countries}
    return found | {code: code for code in found.values()}


def plain(name: str) -> str:
    """Return a country's name in lower case, with the typewriter apostrophe."""
    return name.casefold().replace("’", "'")


def has_source(signatures: QuerySet[Signature], text: str) -> bool:
    return " " not in text and from_source(signatures, text.lower()).exists()


def from_source(signatures: QuerySet[Signature], code: str) -> QuerySet[Signature]:
    return signatures.exclude(source="").filter(source=code)


# --- queries ---


@CharField.register_lookup
class ILike(PostgresOperatorLookup):
    """A case-insensitive SQL pattern, as an operator that an index with pg_trgm supports."""

    lookup_name = "ilike"
    postgres_operator = "ILIKE"


def narrowed(signatures: QuerySet[Signature], reading: Reading) -> QuerySet[Signature]:
    """Filter the signatures by a reading."""
    value = reading.value
    match reading.kind:
        case Kind.NUMBER:
            return signatures.filter(pk=value)
        case Kind.EMAIL:
            return signatures.filter(Q(pk__in=ids_of_mailbox(normalise(value))) | same_email(value))
        case Kind.DOMAIN:
            found = signatures.alias(lower_email=Lower("email"))
            return found.filter(HasTrait(traits.DOMAIN, value), lower_email__endswith=f"@{value}")
        case Kind.COUNTRY:
            return signatures.filter(HasTrait(traits.COUNTRY, value), country=value)
        case Kind.POSTCODE:
            return signatures.filter(HasTrait(traits.POSTCODE, value))
        case Kind.SOURCE:
            return from_source(signatures, value)
    return with_part(signatures, value)


def same_email(email: str) -> Q:
    """Return a condition for signatures without a key, such as those that staff entered."""
    email = exact(email)
    if trigrams.find_parts():
        return Q(email__ilike=pattern(email))
    found = Signature.objects.alias(lower_email=Lower("email")).filter(lower_email=email.lower())
    return Q(pk__in=found.values("pk"))


def same_name(signatures: QuerySet[Signature], name: str) -> QuerySet[Signature]:
    """Return the signatures with this name, ignoring case and accents."""
    return named(signatures).filter(plain_name__like=plain_pattern(name))


def with_part(signatures: QuerySet[Signature], text: str) -> QuerySet[Signature]:
    """Find signatures by words in the name; a single word may also be in the email address."""
    found: QuerySet[Signature] = named(signatures)
    begins = Q(plain_name__like=plain_pattern(text, "{}%"))
    if is_beginning(text):
        return found.filter(begins)
    if not trigrams.find_parts():
        found = found.alias(lower_email=Lower("email"))
        return found.filter(begins | Q(lower_email__startswith=text.lower()))
    parts = [Q(plain_name__like=plain_pattern(word, "%{}%")) for word in text.split()]
    if len(parts) == 1:
        return found.filter(parts[0] | Q(email__ilike=f"%{pattern(text)}%"))
    return found.filter(*parts)


def named(signatures: QuerySet[Signature]) -> QuerySet[Any]:
    return signatures.alias(plain_name=PlainColumn("name"))


def plain_pattern(text: str, form: str = "{}") -> PlainText:
    """Return a pattern for plain names; PostgreSQL makes it plain in the same way as names."""
    return PlainText(Value(form.format(pattern(text))))


def is_beginning(text: str) -> bool:
    return len(text) < SHORTEST_PART


def pattern(text: str) -> str:
    """Escape a text for use in an SQL pattern."""
    return re.sub(r"([\\%_])", r"\\\1", text)

"""Checks the rows of a list one by one: as the form would, with plain error messages."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from typing import NamedTuple, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.canonical_emails import normalise
from campaigns.dates import site_day
from campaigns.imports.country_names import country_named
from campaigns.signatures.email_keys import mailbox_keys
from campaigns.signing import fields
from operations import keyring

# The last words are the subscription statuses of Action Network.
YES = {"yes", "y", "true", "1", "x", "on", "oui", "si", "sí", "ja", "да", "نعم", "subscribed"}
NO = {
    *("no", "n", "false", "0", "off", "non", "nein", "нет", "لا", "none", "unsubscribed"),
    *("bouncing", "previous bounce", "spam complaint", "previous spam complaint"),
}
# 31.3.2026, 31/03/2026, 2026-03-31, each optionally followed by a time.
DAY = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?!\d)")
FIRST_YEAR = 1990
# In place of what the form says to signers: these messages are for the staff who have the list.
WRONG_NAMES = {
    "required": _("The name is missing."),
    "letter": _("The name has no letter."),
    "link": _("The name contains a link or an email address."),
    "domain": _(
        "The name looks like a web address. If there is a dot in it, write a space after the dot."
    ),
}

Read = TypeVar("Read")


class Row(NamedTuple):
    """A row that can be stored, and the unconfirmed signatures that it replaces."""

    number: int
    name: str
    email: str | None
    email_key: bytes | None
    country: str | None
    postcode: str | None
    affiliation: str | None
    comment: str | None
    updates: bool
    signed_at: datetime
    sheet: str
    cells: Sequence[str]
    replaces: Sequence[UUID] = ()
    household_slot: int = 1
    has_own_day: bool = True  # else `signed_at` is the day of the list


class Wrong(NamedTuple):
    """A row that cannot be stored, and why; `is_refused` if nobody can correct that."""

    number: int
    cells: Sequence[str]
    why: str
    is_duplicate: bool = False
    is_refused: bool = False


def keys_of(tally: int, rows: Iterable[Row]) -> dict[bytes, bytes]:
    """Map every key that the rows' mailboxes may have to the email key of the row."""
    named = [(row.email_key, row.email or "") for row in rows if row.email_key]
    if not keyring.is_rotating():
        return {key: key for key, _email in named}
    keys = keyring.every()
    return {
        each: key for key, email in named for each in mailbox_keys(tally, normalise(email), keys)
    }


class Checker:
    """Checks rows whose columns have these `meanings`; rows without a day get `signed_on`."""

    def __init__(
        self, tally: int, meanings: Sequence[str], *, signed_on: date, day_first: bool
    ) -> None:
        self.tally = tally
        self.places = {meaning: place for place, meaning in enumerate(meanings) if meaning}
        self.day_first = day_first
        self.now = timezone.now()
        self.keys = keyring.every()
        self.default = self.moment(signed_on)
        self.fields = {
            "name": fields.NameField(),
            "email": fields.PlainEmailField(),
            "postcode": fields.PostcodeField(),
            "affiliation": fields.AffiliationField(),
            "comment": fields.CommentField(),
        }
        for name, field in self.fields.items():
            field.required = name == "name"
        self.fields["name"].error_messages |= WRONG_NAMES
        self.known_countries: dict[str, str] = {}
        self.known_days: dict[str, datetime] = {}

    def moment(self, day: date) -> datetime:
        """Return noon of a day on the site; for today, at most the current time."""
        noon = timezone.make_aware(datetime.combine(day, time(12)), timezone.get_default_timezone())
        return min(noon, self.now)

    def check(self, number: int, cells: Sequence[str]) -> Row | Wrong:
        self.cells, errors = cells, list[str]()
        values: dict[str, str] = {}
        for name, field in self.fields.items():
            typed = self.whole_name() if name == "name" else self.cell(name)
            try:
                # Most lists lack some columns: skipping the fields saves 50,000 checks of empty
                # cells.
                values[name] = field.clean(typed) if typed or field.required else ""
            except ValidationError as error:
                errors += error.messages
        country = self.checked(self.country, errors) or ""
        signed_at = self.checked(self.signed_at, errors)
        updates = self.checked(lambda: self.answer("updates"), errors)
        agreed = self.checked(lambda: self.answer("consent"), errors)
        if "consent" in self.places and agreed is False:
            errors.append(gettext("This person has not agreed to the storage of their name."))
        sheet = self.checked(lambda: fields.plain(self.cell("sheet")), errors) or ""
        if len(sheet) > 40:
            errors.append(gettext("The number of the sheet is too long."))
        if errors or signed_at is None:
            return Wrong(number, cells, " ".join(dict.fromkeys(errors)))
        email = values["email"]
        return Row(
            number=number,
            name=values["name"],
            email=email or None,
            email_key=self.email_key(email) if email else None,
            country=country or None,
            postcode=values["postcode"] or None,
            affiliation=values["affiliation"] or None,
            comment=values["comment"] or None,
            updates=bool(updates and email),
            signed_at=signed_at,
            sheet=sheet,
            cells=cells,
            has_own_day=bool(self.cell("signed")),
        )

    def email_key(self, email: str) -> bytes:
        return mailbox_keys(self.tally, normalise(email), self.keys)[0]

    def checked(self, read: Callable[[], Read], errors: list[str]) -> Read | None:
        """Return the result of `read`, or None after adding its error to the others."""
        try:
            return read()
        except ValidationError as error:
            errors += error.messages
            return None

    def cell(self, meaning: str) -> str:
        place = self.places.get(meaning)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def whole_name(self) -> str:
        return self.cell("name") or f"{self.cell('first')} {self.cell('last')}".strip()

    def country(self) -> str:
        typed = self.cell("country")
        if not typed:
            return ""
        if typed not in self.known_countries:
            self.known_countries[typed] = country_named(typed)
        if not self.known_countries[typed]:
            raise ValidationError(gettext("This country is not known: %s.") % typed[:60])
        return self.known_countries[typed]

    def answer(self, meaning: str) -> bool:
        """Return whether a cell says yes. An empty cell never does."""
        typed = self.cell(meaning).casefold()
        if typed in YES:
            return True
        if typed in NO or not typed:
            return False
        text = gettext("“%s” is neither yes nor no.")
        raise ValidationError(text % self.cell(meaning)[:60])

    def signed_at(self) -> datetime:
        typed = self.cell("signed")
        if not typed:
            return self.default
        if typed not in self.known_days:
            self.known_days[typed] = self.read_day(typed)
        return self.known_days[typed]

    def read_day(self, typed: str) -> datetime:
        match = DAY.match(typed)
        try:
            if not match:
                raise ValueError
            first, second, third = map(int, match.groups())
            if first >= FIRST_YEAR:
                day = date(first, second, third)
            else:
                day = date(third, *((second, first) if self.day_first else (first, second)))
            if day.year < 100:  # Two digits may be of either century.
                raise ValueError
        except ValueError:
            text = gettext("“%s” is not a valid date: write it like this: 2026-03-31.")
            raise ValidationError(text % typed[:60]) from None
        if day.year < FIRST_YEAR or day > site_day():
            raise ValidationError(gettext("This day is in the future, or long ago: %s.") % typed)
        return self.moment(day)

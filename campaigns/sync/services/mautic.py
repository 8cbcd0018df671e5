"""Mautic: https://devdocs.mautic.org/en/latest/rest_api/contacts.html."""

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import override
from django_countries import countries

from campaigns.sync.services.api import Entry, Person, Refused, Service

# Mautic's own field of this name takes a choice of English names only.
COUNTRY = "country"
# Where Mautic's list (app/bundles/CoreBundle/Assets/json/countries.json) differs from ours.
NAMES = {
    "BL": "Saint Barthelemy",
    "BQ": "Bonaire, Saint Eustatius and Saba",
    "BS": "Bahamas",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "CZ": "Czech Republic",
    "FK": "Falkland Islands",
    "GS": "South Georgia and the South Sandwich Islands",
    "GW": "Guinea Bissau",
    "MF": "Saint Martin",
    "MK": "Macedonia",
    "NR": "Nauru",
    "SH": "Saint Helena, Ascension and Tristan da Cunha",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "US": "United States",
    "VA": "Holy See",
}


class Mautic(Service):
    """The list is a segment; a contact may be in several segments."""

    def check(self) -> None:
        self.ask("GET", f"/api/segments/{self.receiver.audience}")

    def find(self, email: str) -> Entry | None:
        where = {"where[0][col]": "email", "where[0][expr]": "eq", "where[0][val]": email}
        _status, answer = self.ask("GET", f"/api/contacts?{urlencode(where)}")
        # PHP has the same empty value for a list and a dictionary.
        contacts: list[Entry] = list(dict(answer["contacts"]).values())
        # A server that returns other contacts did not understand the query.
        fitting = (each for each in contacts if email_of(each) == email)
        return next(fitting, None)

    def put(self, person: Person, found: Entry | None, *, is_fresh: bool) -> bool:
        fields: dict[str, Any] = {**person.texts, "email": person.email}
        if code := fields.get(COUNTRY):
            fields[COUNTRY] = NAMES.get(code) or english(code)
        status = 0
        if found is None:
            status, answer = self.save("POST", "/api/contacts/new", fields)
            found = answer["contact"]
        else:
            # Otherwise Mautic ignores empty values, and keeps what the signer has deleted.
            whole = fields | {"overwriteWithBlank": True}
            self.save("PATCH", f"/api/contacts/{found['id']}/edit", whole)
        if is_fresh:
            self.ask("POST", f"/api/contacts/{found['id']}/dnc/email/remove", {})
        self.ask("POST", f"{self.segment(found)}/add", {})
        return status == 201

    def save(self, method: str, path: str, fields: dict[str, Any]) -> tuple[int, Any]:
        """Send the fields of a contact, without a country that this version does not know."""
        try:
            return self.ask(method, path, fields)
        except Refused as refused:
            if not fields.get(COUNTRY) or COUNTRY.encode() not in refused.answer.content:
                raise
            return self.ask(method, path, fields | {COUNTRY: ""})

    def unsubscribe(self, found: Entry, *, is_alone: bool) -> None:
        if is_alone:
            # Reason 1 is “unsubscribed”. It applies to the emails of all segments.
            path = f"/api/contacts/{found['id']}/dnc/email/add"
            self.ask("POST", path, {"reason": 1}, also=(404,))
        else:
            self.delete(found, is_ours=False)

    def delete(self, found: Entry, *, is_ours: bool) -> None:
        if is_ours:
            self.ask("DELETE", f"/api/contacts/{found['id']}/delete", also=(404,))
        else:
            self.ask("POST", f"{self.segment(found)}/remove", {}, also=(404,))

    def segment(self, found: Entry) -> str:
        return f"/api/segments/{self.receiver.audience}/contact/{found['id']}"


def email_of(contact: Entry) -> str:
    return str(contact["fields"]["all"]["email"] or "").lower()


def english(code: str) -> str:
    with override("en"):
        return str(countries.name(code))

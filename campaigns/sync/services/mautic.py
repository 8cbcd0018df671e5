"""Mautic: https://devdocs.mautic.org/en/latest/rest_api/contacts.html."""

from typing import Any

from campaigns.sync.services.api import Person, Service


class Mautic(Service):
    """A contact is known by its number; the list is a segment."""

    def check(self) -> None:
        self.ask("GET", f"/api/segments/{self.receiver.audience}")

    def put(self, person: Person, remote: str, *, is_fresh: bool) -> tuple[str, bool]:
        fields: dict[str, Any] = {**person.texts, "email": person.email}
        status, is_new = 404, False
        if remote:
            status, answer = self.ask("PATCH", f"/api/contacts/{remote}/edit", fields, also=(404,))
        if status == 404:
            # Mautic finds a contact with the same email by itself, and then answers 200.
            status, answer = self.ask("POST", "/api/contacts/new", fields)
            is_new = status == 201
        contact = str(answer["contact"]["id"])
        if is_new:
            self.made(contact)
        if is_fresh:
            self.ask("POST", f"/api/contacts/{contact}/dnc/email/remove", {})
        self.ask("POST", f"{self.segment(contact)}/add", {})
        return contact, is_new

    def unsubscribe(self, remote: str) -> None:
        # The reason 1 is “unsubscribed”.
        path = f"/api/contacts/{remote}/dnc/email/add"
        self.ask("POST", path, {"reason": 1}, also=(404,))

    def delete(self, remote: str, *, is_ours: bool) -> None:
        if is_ours:
            self.ask("DELETE", f"/api/contacts/{remote}/delete", also=(404,))
        else:
            self.ask("POST", f"{self.segment(remote)}/remove", {}, also=(404,))

    def segment(self, contact: str) -> str:
        return f"/api/segments/{self.receiver.audience}/contact/{contact}"

"""Mailchimp, and services with its Marketing API 3.0: https://mailchimp.com/developer/."""

from hashlib import md5
from typing import Any

from campaigns.sync.services.api import Entry, Person, Refused, Service

# The API does not subscribe people who have unsubscribed there themselves: Mailchimp asks them
# first.
LEFT = b"Member In Compliance State"


class Mailchimp(Service):
    """Mailchimp identifies a member by the MD5 of the email address in lower case."""

    def login(self) -> tuple[str, str]:
        return "key", self.credential

    @property
    def list(self) -> str:
        return f"/3.0/lists/{self.receiver.audience}"

    def member(self, email: str) -> str:
        key = md5(email.lower().encode(), usedforsecurity=False).hexdigest()
        return f"{self.list}/members/{key}"

    def check(self) -> None:
        self.ask("GET", self.list)

    def find(self, email: str) -> Entry | None:
        status, answer = self.ask("GET", self.member(email), also=(404,))
        return None if status == 404 else {"path": f"{self.list}/members/{answer['id']}"}

    def put(self, person: Person, found: Entry | None, *, is_fresh: bool) -> bool:
        path = self.member(person.email)
        fields = {name: text(value) for name, value in person.texts.items() if name != "email"}
        member = {
            "email_address": person.email,
            "status_if_new": "subscribed",
            "merge_fields": fields,
            **({"status": "subscribed"} if is_fresh else {}),
        }
        if found and found["path"] != path:
            self.ask("PATCH", found["path"], {"email_address": person.email})
        try:
            self.ask("PUT", path, member)
        except Refused as refused:
            if LEFT not in refused.answer.content:
                raise
            self.ask("PUT", path, member | {"status": "pending"})
        return found is None

    def unsubscribe(self, found: Entry, *, is_alone: bool) -> None:
        self.ask("PATCH", found["path"], {"status": "unsubscribed"}, also=(404,))

    def delete(self, found: Entry, *, is_ours: bool) -> None:
        self.ask("POST", f"{found['path']}/actions/delete-permanent", also=(404,))


def text(value: Any) -> Any:
    """Return a value as a merge field takes it: none has the type Boolean."""
    return str(value).lower() if isinstance(value, bool) else value

"""Mailchimp, and what speaks like its Marketing API 3.0: https://mailchimp.com/developer/."""

from hashlib import md5

from campaigns.sync.services.api import Person, Service


class Mailchimp(Service):
    """A member is known by the MD5 of the email in small letters, as Mailchimp wants it."""

    def login(self) -> tuple[str, str]:
        return "key", self.credential

    @property
    def list(self) -> str:
        return f"/3.0/lists/{self.receiver.audience}"

    def check(self) -> None:
        self.ask("GET", self.list)

    def put(self, person: Person, remote: str, *, is_fresh: bool) -> tuple[str, bool]:
        key = md5(person.email.lower().encode(), usedforsecurity=False).hexdigest()
        fields = {name: value for name, value in person.texts.items() if name != "email"}
        member = {
            "email_address": person.email,
            "status_if_new": "subscribed",
            "merge_fields": fields,
            **({"status": "subscribed"} if is_fresh else {}),
        }
        if remote not in ("", key):
            email = {"email_address": person.email}
            self.ask("PATCH", f"{self.list}/members/{remote}", email, also=(404,))
        _status, answer = self.ask("PUT", f"{self.list}/members/{key}", member)
        return str(answer["id"]), True

    def unsubscribe(self, remote: str) -> None:
        status = {"status": "unsubscribed"}
        self.ask("PATCH", f"{self.list}/members/{remote}", status, also=(404,))

    def delete(self, remote: str, *, is_ours: bool) -> None:
        path = f"{self.list}/members/{remote}/actions/delete-permanent"
        self.ask("POST", path, also=(404,))

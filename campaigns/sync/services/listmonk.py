"""listmonk, versions 4 and 5: https://listmonk.app/docs/apis/subscribers/."""

from typing import Any
from urllib.parse import urlencode

from campaigns.sync.services.api import Person, Service

LISTS = "/api/subscribers/lists"


class Listmonk(Service):
    """The list is known by its number, a subscriber by theirs."""

    def check(self) -> None:
        self.ask("GET", f"/api/lists/{self.receiver.audience}")

    @property
    def list(self) -> int:
        return int(self.receiver.audience)

    def put(self, person: Person, remote: str, *, is_fresh: bool) -> tuple[str, bool]:
        subscriber = {
            "email": person.email,
            "name": person.name or person.email.partition("@")[0],
            "attribs": person.fields,
            "status": "enabled",
        }
        found = self.find(remote) if remote else None
        if found is None:
            new = {**subscriber, "lists": [self.list], "preconfirm_subscriptions": True}
            status, answer = self.ask("POST", "/api/subscribers", new, also=(409,))
            if status != 409:
                return str(answer["data"]["id"]), True
            found = self.by_email(person.email)
        lists = [each["id"] for each in found["lists"]]
        # What is not named in this request is taken away there: other lists and attributes, too.
        kept = {**found["attribs"], **person.fields}
        same = {**subscriber, "attribs": kept, "status": found["status"], "lists": lists}
        self.ask("PUT", f"/api/subscribers/{found['id']}", same)
        if is_fresh or self.list not in lists:
            self.change("add", found["id"], status="confirmed")
        return str(found["id"]), False

    def unsubscribe(self, remote: str) -> None:
        self.change("unsubscribe", int(remote))

    def delete(self, remote: str, *, is_ours: bool) -> None:
        found = self.find(remote)
        if found is None:
            return
        if is_ours and {each["id"] for each in found["lists"]} <= {self.list}:
            self.ask("DELETE", f"/api/subscribers/{remote}", also=(404,))
        else:
            self.change("remove", int(remote))

    def find(self, remote: str) -> dict[str, Any] | None:
        """The subscriber with this number; listmonk answers 400 or 404 where there is none."""
        status, answer = self.ask("GET", f"/api/subscribers/{remote}", also=(400, 404))
        return None if status >= 400 else answer["data"]

    def by_email(self, email: str) -> dict[str, Any]:
        """The subscriber with this email, who is there: the number was refused as a duplicate."""
        quoted = email.lower().replace("'", "''")
        query = urlencode({"query": f"subscribers.email = '{quoted}'", "per_page": 1})
        _status, answer = self.ask("GET", f"/api/subscribers?{query}")
        found: dict[str, Any] = answer["data"]["results"][0]
        return found

    def change(self, action: str, subscriber: int, **values: str) -> None:
        body = {"ids": [subscriber], "action": action, "target_list_ids": [self.list], **values}
        self.ask("PUT", LISTS, body)

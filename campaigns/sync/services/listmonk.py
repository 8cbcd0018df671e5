"""listmonk, versions 4 and 5: https://listmonk.app/docs/apis/subscribers/."""

from urllib.parse import urlencode

from campaigns.sync.services.api import Entry, Person, Service

LISTS = "/api/subscribers/lists"


class Listmonk(Service):
    """A list is identified by its ID; a subscriber may be in several lists."""

    def check(self) -> None:
        self.ask("GET", f"/api/lists/{self.receiver.audience}")

    @property
    def list(self) -> int:
        return int(self.receiver.audience)

    def find(self, email: str) -> Entry | None:
        quoted = email.replace("'", "''")
        query = urlencode({"query": f"subscribers.email = '{quoted}'", "per_page": 1})
        _status, answer = self.ask("GET", f"/api/subscribers?{query}")
        results: list[Entry] = answer["data"]["results"]
        return next((each for each in results if each["email"].lower() == email), None)

    def put(self, person: Person, found: Entry | None, *, is_fresh: bool) -> bool:
        subscriber = {
            "email": person.email,
            "name": person.name or person.email.partition("@")[0],
            "attribs": person.fields,
            "status": "enabled",
        }
        if found is None:
            new = {**subscriber, "lists": [self.list], "preconfirm_subscriptions": True}
            self.ask("POST", "/api/subscribers", new)
            return True
        lists = lists_of(found)
        # The request removes everything that it does not name, including other lists and
        # attributes.
        kept = {**found["attribs"], **person.fields}
        same = {**subscriber, "attribs": kept, "status": found["status"], "lists": lists}
        self.ask("PUT", f"/api/subscribers/{found['id']}", same)
        if is_fresh or self.list not in lists:
            self.change("add", found, status="confirmed")
        return False

    def unsubscribe(self, found: Entry, *, is_alone: bool) -> None:
        self.change("unsubscribe", found)

    def delete(self, found: Entry, *, is_ours: bool) -> None:
        if is_ours and {*lists_of(found)} <= {self.list}:
            self.ask("DELETE", f"/api/subscribers/{found['id']}", also=(404,))
        else:
            self.change("remove", found)

    def change(self, action: str, found: Entry, **values: str) -> None:
        body = {"ids": [found["id"]], "action": action, "target_list_ids": [self.list], **values}
        self.ask("PUT", LISTS, body)


def lists_of(found: Entry) -> list[int]:
    return [each["id"] for each in found["lists"]]

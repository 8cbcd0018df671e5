"""The base of all mailing lists: an interface, and requests with JSON."""

import json
from base64 import b64encode
from typing import Any, NamedTuple

from campaigns.sync import posting
from campaigns.sync.posting import LARGEST, Answer
from campaigns.sync.receiver import Receiver

# A person as the list describes them.
Entry = dict[str, Any]
# The most requests for one event: somebody changed their email address twice while Mautic did not
# respond, and Mautic does not know their country.
MOST_REQUESTS = 9


class Person(NamedTuple):
    email: str
    name: str
    # By the names that the list uses.
    fields: dict[str, Any]

    @property
    def texts(self) -> dict[str, Any]:
        """The fields, with an empty text for each missing value."""
        return {name: "" if value is None else value for name, value in self.fields.items()}


class Refused(Exception):
    """The list did not carry out the request. The argument is its response."""

    @property
    def answer(self) -> Answer:
        found: Answer = self.args[0]
        return found


class Service:
    """A mailing list. Its entries are found by their email addresses, in lower case."""

    def __init__(self, receiver: Receiver, credential: str) -> None:
        self.receiver, self.credential = receiver, credential

    def check(self) -> None:
        """Check access to the list, changing nothing. All methods raise Refused and NotSent."""
        raise NotImplementedError

    def find(self, email: str) -> Entry | None:
        """Return the entry with exactly this email address, in any list of the server."""
        raise NotImplementedError

    def put(self, person: Person, found: Entry | None, *, is_fresh: bool) -> bool:
        """Add a person, or change the entry found, which may have an earlier email address.

        Return whether an entry was created: a list may find people by other data. `is_fresh` means
        that they have just asked for it. Otherwise people who unsubscribed there stay unsubscribed.
        """
        raise NotImplementedError

    def unsubscribe(self, found: Entry, *, is_alone: bool) -> None:
        """Unsubscribe a person from the list; `is_alone` if no other list of ours has them."""
        raise NotImplementedError

    def delete(self, found: Entry, *, is_ours: bool) -> None:
        """Delete a person, or only remove them from the list if others have them."""
        raise NotImplementedError

    def login(self) -> tuple[str, str]:
        return self.receiver.user, self.credential

    def ask(
        self, method: str, path: str, body: Any = None, *, also: tuple[int, ...] = ()
    ) -> tuple[int, Any]:
        """Return status and content of a response; Refused unless it is 2xx or one of `also`."""
        name, password = self.login()
        token = b64encode(f"{name}:{password}".encode()).decode()
        answer = posting.send(
            self.receiver.url.rstrip("/") + path,
            method=method,
            body=None if body is None else json.dumps(body),
            headers={"Content-Type": "application/json", "Authorization": f"Basic {token}"},
            largest=LARGEST,
        )
        if not (200 <= answer.status < 300 or answer.status in also):
            raise Refused(answer)
        try:
            return answer.status, json.loads(answer.content or b"{}")
        except ValueError:
            raise Refused(answer._replace(status=502)) from None

"""What all mailing lists have in common: an interface, and requests with JSON."""

import json
from base64 import b64encode
from typing import Any, NamedTuple

from campaigns.sync import posting
from campaigns.sync.posting import LARGEST, Answer
from campaigns.sync.receiver import Receiver

# Somebody as the list describes them.
Entry = dict[str, Any]
# Of one event, at most: somebody changed their email address twice while Mautic did not answer.
MOST_REQUESTS = 8


class Person(NamedTuple):
    email: str
    name: str
    # By the names that they have there.
    fields: dict[str, Any]

    @property
    def texts(self) -> dict[str, Any]:
        """The fields with an empty text for what was not given."""
        return {name: "" if value is None else value for name, value in self.fields.items()}


class Refused(Exception):
    """The list did not do it. The argument is its answer."""

    @property
    def answer(self) -> Answer:
        found: Answer = self.args[0]
        return found


class Service:
    """A mailing list. Its entries are found by their email addresses, in small letters."""

    def __init__(self, receiver: Receiver, credential: str) -> None:
        self.receiver, self.credential = receiver, credential

    def check(self) -> None:
        """Ask for the list, and change nothing. Raises Refused, as all do, and NotSent."""
        raise NotImplementedError

    def find(self, email: str) -> Entry | None:
        """The entry with exactly this email address, on whichever list of the server."""
        raise NotImplementedError

    def put(self, person: Person, found: Entry | None, *, is_fresh: bool) -> bool:
        """Add somebody, or change what was found, which may have an earlier email address.

        Return whether somebody was made: a list may find them by something else. `is_fresh` says
        that they have just asked for it. Otherwise who unsubscribed there stays unsubscribed.
        """
        raise NotImplementedError

    def unsubscribe(self, found: Entry, *, is_alone: bool) -> None:
        """Unsubscribe somebody from the list; `is_alone` where no other list of ours has them."""
        raise NotImplementedError

    def delete(self, found: Entry, *, is_ours: bool) -> None:
        """Delete somebody, or only take them off the list where others have them."""
        raise NotImplementedError

    def login(self) -> tuple[str, str]:
        return self.receiver.user, self.credential

    def ask(
        self, method: str, path: str, body: Any = None, *, also: tuple[int, ...] = ()
    ) -> tuple[int, Any]:
        """The status and the content of an answer, where it is 2xx or one of `also`."""
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

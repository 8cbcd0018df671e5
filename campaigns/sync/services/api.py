"""What all mailing lists have in common: an interface, and requests with JSON."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, NamedTuple

from campaigns.sync import posting
from campaigns.sync.posting import LARGEST, Answer
from campaigns.sync.receiver import Receiver

# Of one event, at most: listmonk knows a number no more, and the email by another.
MOST_REQUESTS = 5


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
    """A mailing list. An entry in it is known by `remote`, which `put` returns."""

    def __init__(self, receiver: Receiver, credential: str) -> None:
        self.receiver, self.credential = receiver, credential
        # What an adapter tells of somebody whom it has just made, before it goes on: how they are
        # known. If a further step fails, they can still be deleted there.
        self.made: Callable[[str], None] = lambda remote: None

    def check(self) -> None:
        """Ask for the list, and change nothing. Raises Refused, as all do, and NotSent."""
        raise NotImplementedError

    def put(self, person: Person, remote: str, *, is_fresh: bool) -> tuple[str, bool]:
        """Add or change somebody; return how they are known, and whether that is new there.

        `is_fresh` says that they have just asked for it. Otherwise who unsubscribed there stays
        unsubscribed. `remote` is "" where nothing is known.
        """
        raise NotImplementedError

    def unsubscribe(self, remote: str) -> None:
        raise NotImplementedError

    def delete(self, remote: str, *, is_ours: bool) -> None:
        """Delete somebody, or only take them off the list where others had them before."""
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

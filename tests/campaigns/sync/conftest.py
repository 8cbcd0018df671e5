"""A running receiver, and a clock that can be moved."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Receiver, ReceiverField
from campaigns.sync import keys, sending
from tests.campaigns.sync import doubles
from tests.campaigns.sync.server import Server, receiving

LISTS = {"listmonk": "3", "mailchimp": "a1", "mautic": "7"}
KINDS = [doubles.Listmonk, doubles.Mailchimp, doubles.Mautic]


@pytest.fixture
def server(settings) -> Iterator[Server]:
    settings.RECEIVERS_ON_LOOPBACK = True
    with receiving() as running:
        yield running


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def double(request, settings):
    settings.RECEIVERS_ON_LOOPBACK = True
    with doubles.running(request.param()) as server:
        yield server


@pytest.fixture
def later(monkeypatch) -> Callable[[timedelta], None]:
    """A function that moves the worker's clock forward."""
    really, moved = timezone.now, [timedelta()]
    monkeypatch.setattr(timezone, "now", lambda: really() + moved[0])

    def move(by: timedelta) -> None:
        moved[0] += by

    return move


def make_receiver(server: Server | None = None, *tallies, fields=("name", "email"), **values):
    """A receiver of all confirmed signers of these petitions, or of all."""
    receiver = Receiver.objects.create(
        **{
            "name": "The mailing list",
            "url": server.url if server else "https://example.org/hook",
            "secret": keys.make(),
            "only_opted_in": False,
            "all_petitions": not tallies,
        }
        | values
    )
    receiver.tallies.set(tallies)
    for name in fields:
        ReceiverField.objects.create(receiver=receiver, field=name)
    return receiver


def work(most: int = 50) -> None:
    """Send as the worker does, until nothing is due."""
    for _time in range(most):
        if sending.send_due() is None:
            return
    raise AssertionError("It never ends.")


def make_list(double: doubles.Double, **values) -> Receiver:
    kind = type(double).__name__.lower()
    login = {"user": "lastdrop", "credential": keys.sealed("key")}
    there = {"kind": kind, "url": double.url, "audience": LISTS[kind], "only_opted_in": True}
    return make_receiver(**{"fields": ("name", "country", "updates"), **login, **there} | values)


def state(double: doubles.Double) -> dict[str, str]:
    """The state of each subscription, by email address."""
    found = {}
    for person in double.people.values():
        if isinstance(double, doubles.Listmonk):
            found[person["email"]] = person["lists"].get(3, "")
        elif isinstance(double, doubles.Mailchimp):
            found[person["email_address"]] = person["status"]
        else:
            is_in = 7 in person["segments"] and not person["dnc"]
            found[person["email"]] = "subscribed" if is_in else "unsubscribed"
    return {email: state.replace("confirmed", "subscribed") for email, state in found.items()}

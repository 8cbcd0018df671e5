"""A receiver that runs, and a clock that can be moved."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Receiver, ReceiverField
from campaigns.sync import keys, sending
from tests.campaigns.sync.server import Server, receiving


@pytest.fixture
def server(settings) -> Iterator[Server]:
    settings.RECEIVERS_ON_LOOPBACK = True
    with receiving() as running:
        yield running


@pytest.fixture
def later(monkeypatch) -> Callable[[timedelta], None]:
    """Moves the clock of the worker on."""
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
    """What the worker does until nothing is due."""
    for _time in range(most):
        if sending.send_due() is None:
            return
    raise AssertionError("It never ends.")

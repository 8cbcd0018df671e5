"""A user who may see signatures, and has a passkey."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.staff.conftest import enters, sign_in
from tests.staff.passkeys.device import Device


@pytest.fixture
def device(manager: User) -> Device:
    """The manager's passkey, which is their only second factor."""
    made = Device()
    made.given_to(manager)
    return made


@pytest.fixture
def inside(client: Client, manager: User, device: Device) -> Client:
    """A client of the manager, who has just signed in with the passkey."""
    question = sign_in(client, manager).context["form"].question
    sign_in(client, manager, passkey=device.answer(question))
    assert enters(client)
    return client

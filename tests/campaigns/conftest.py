"""One person who signed twice, and others."""

import pytest

from campaigns.models import Petition, Signature
from tests.factories import make_petition, make_signature


@pytest.fixture
def river() -> Petition:
    return make_petition(title="Free the river", slug="river")


@pytest.fixture
def forest() -> Petition:
    return make_petition(title="Spare the forest", slug="forest")


@pytest.fixture
def ada(river, forest) -> list[Signature]:
    """One person who signed twice, in two spellings of her mailbox."""
    return [
        make_signature(river, email="Ada.Lovelace+river@gmail.com"),
        make_signature(forest, email="adalovelace@googlemail.com", name="Ada King"),
    ]


@pytest.fixture
def others(river, forest) -> list[Signature]:
    return [
        make_signature(petition, email="grace@example.org", name="Grace Hopper")
        for petition in (river, forest)
    ]

"""A petition to be shared."""

import pytest

from campaigns.models import Petition
from tests.factories import make_home, make_petition


@pytest.fixture
def petition() -> Petition:
    make_home()
    return make_petition(goal=10)

"""The administrator: only administrators may set up receivers."""

import pytest

from tests.campaigns.cms.conftest import make_user


@pytest.fixture
def administrator(client):
    client.force_login(make_user("admin", is_superuser=True))
    return client

"""A petition that other sites may show in a frame."""

import pytest

from tests.factories import make_home, make_petition

SITES = "https://www.example.org\nhttps://*.example.net"


@pytest.fixture
def petition():
    make_home()
    return make_petition(embed_sites=SITES)

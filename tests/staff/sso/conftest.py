"""A provider of OpenID Connect on this machine, with users."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.auth.models import User
from django.test import Client
from oidc_provider_mock import run_server_in_thread

from tests.campaigns.cms.conftest import make_user

BEGIN, ANSWER, SECOND_STEP = (f"/admin/sso/{path}" for path in ("", "answer/", "second-step/"))


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """The URL of the provider."""
    with run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def sso(settings, provider: str) -> None:
    settings.SSO_ISSUER = provider
    settings.SSO_CLIENT_ID, settings.SSO_CLIENT_SECRET = "lastdrop", "only for tests"


@pytest.fixture
def knows(provider: str) -> Callable[..., str]:
    """A function that adds a user to the provider and returns their subject."""

    def knows(subject: str, **claims: object) -> str:
        requests.put(f"{provider}/users/{subject}", json=claims, timeout=5).raise_for_status()
        return subject

    return knows


@pytest.fixture
def ada(knows: Callable[..., str]) -> str:
    """The subject of a user whose email address the provider has verified."""
    return knows("ada", email="Ada@example.org", email_verified=True, groups=["Administrators"])


@pytest.fixture
def manager(db) -> User:
    """Ada's account on this site."""
    user = make_user("manager", "Campaign managers")
    user.email = "ada@example.org"
    user.save()
    return user


def begin(client: Client, after: str = "") -> str:
    """The URL of the provider to which the button leads."""
    return client.get(BEGIN, {"next": after} if after else {})["Location"]


def agree(address: str, subject: str) -> str:
    """Sign in at the provider. Return the URL of this site to which it redirects."""
    response = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5)
    path = urlsplit(response.headers["Location"])
    assert path.path == ANSWER, path
    return f"{path.path}?{path.query}"


def sign_in(client: Client, subject: str, after: str = ""):
    return client.get(agree(begin(client, after), subject))


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}

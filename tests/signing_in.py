"""Sign in to the test client with one query, where a test is not about signing in."""

from collections.abc import Callable
from types import SimpleNamespace

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import User
from django.test import Client
from django.utils.crypto import get_random_string

from staff.sessions import SessionStore

SignIn = Callable[..., None]


def at_once(sign_in: SignIn) -> SignIn:
    """Wrap Client.force_login: store the session that it stores, and nothing else.

    It also stores the time in the account, forgets failed attempts, and ends an earlier session of
    the client. Where there is such a session, it does all this.
    """

    def quick(client: Client, user: User, backend: str | None = None) -> None:
        if client.cookies.get(settings.SESSION_COOKIE_NAME):
            return sign_in(client, user, backend)
        session = SessionStore(get_random_string(32))
        session._session_cache = {
            auth.SESSION_KEY: str(user.pk),
            auth.BACKEND_SESSION_KEY: backend or client._get_backend(),
            auth.HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        session.create_model_instance(session._session_cache).save(force_insert=True)
        client._set_login_cookies(SimpleNamespace(session=session))

    return quick

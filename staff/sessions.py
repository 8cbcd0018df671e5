"""Database sessions like Django's, but stored under a hash of their key.

Only the cookie has the key. A copy of the database contains nothing that a browser could send: the
data is signed with SECRET_KEY, and the hash is not a valid key. A session ends SESSION_HOURS after
signing in, even if it is saved later. Django finds this module through the setting SESSION_ENGINE.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone


def hashed(session_key: str) -> str:
    """Return 40 hexadecimal digits, which fit into the column. The key has 165 random bits."""
    return hashlib.blake2b(session_key.encode(), digest_size=20).hexdigest()


class SessionStore(db.SessionStore):
    # The end of a stored session, which no later save postpones. Django would count from each save.
    end: datetime | None = None

    def load(self) -> dict[str, Any]:
        """Return the data of the session; {} if there is none or it has expired."""
        key = self.session_key or ""
        row = Session.objects.filter(session_key=hashed(key), expire_date__gt=timezone.now())
        found = row.first()
        if found is None:
            self._session_key = None
            return {}
        self.end = found.expire_date
        return self.decode(found.session_data)

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        date: datetime = super().get_expiry_date(**kwargs)
        return min(date, self.end) if self.end else date

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Return the seconds until the end of the session, for the cookie."""
        age: int = super().get_expiry_age(**kwargs)
        if self.end is None:
            return age
        left = self.end - kwargs.get("modification", timezone.now())
        return min(age, int(left.total_seconds()))

    def exists(self, session_key: str) -> bool:
        return super().exists(hashed(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = hashed(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(hashed(key))


def end_all(user: User) -> None:
    """End every session of a user, whether or not it has shown a second factor.

    Only staff have sessions, so there are few to read. A request that is being handled cannot
    restore a deleted session: Django saves an existing session only by updating its row.
    """
    store = SessionStore()
    rows = Session.objects.filter(expire_date__gt=timezone.now())
    theirs = [
        row.session_key
        for row in rows
        if store.decode(row.session_data).get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(session_key__in=theirs).delete()


@receiver(user_logged_in, dispatch_uid="staff.sessions")
def begin_anew(request: HttpRequest, **kwargs: Any) -> None:
    """Start the full session time at sign-in, even if there was a session before."""
    request.session.end = None  # type: ignore[attr-defined]  # SessionStore has it

"""Sessions in the database, as Django has them, under a hash of their key.

The key is in the cookie alone. Whoever reads a copy of the database finds nothing that a browser
could send: the data is signed with SECRET_KEY, and the hash is none of the keys. A session ends
SESSION_HOURS after signing in, whatever is written to it. Django finds this module by the setting
SESSION_ENGINE.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone


def hashed(session_key: str) -> str:
    """40 hexadecimal digits, which fit into the column. The key has 165 random bits."""
    return hashlib.blake2b(session_key.encode(), digest_size=20).hexdigest()


class SessionStore(db.SessionStore):
    # The end of a session that is stored, which no later write puts off. Django would count from
    # each write.
    end: datetime | None = None

    def load(self) -> dict[str, Any]:
        """The data of the session; {} where there is none or its time is over."""
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
        """The seconds until the end, which the cookie gets."""
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


@receiver(user_logged_in, dispatch_uid="staff.sessions")
def begin_anew(request: HttpRequest, **kwargs: Any) -> None:
    """Whoever signs in has the whole time, even where a session was there before."""
    request.session.end = None  # type: ignore[attr-defined]  # SessionStore has it

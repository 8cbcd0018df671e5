"""Sessions in the database, as Django has them, under a hash of their key.

The key is in the cookie alone. Whoever reads a copy of the database finds nothing that a browser
could send: the data is signed with SECRET_KEY, and the hash is none of the keys. Django finds this
module by the setting SESSION_ENGINE.
"""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone


def hashed(session_key: str) -> str:
    """40 hexadecimal digits, which fit into the column. The key has 165 random bits."""
    return hashlib.blake2b(session_key.encode(), digest_size=20).hexdigest()


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """The data of the session; {} where there is none or its time is over."""
        key = self.session_key or ""
        row = Session.objects.filter(session_key=hashed(key), expire_date__gt=timezone.now())
        found = row.first()
        if found is None:
            self._session_key = None
            return {}
        return self.decode(found.session_data)

    def exists(self, session_key: str) -> bool:
        return super().exists(hashed(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.session_key = hashed(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            super().delete(hashed(key))

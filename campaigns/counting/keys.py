"""Primary keys of signatures, which are ordered by time."""

from datetime import datetime, timedelta
from uuid import UUID

# The time in a primary key comes from the clock of a web server, which may be wrong by this much.
CLOCKS_DIFFER = timedelta(minutes=5)


def key_at(moment: datetime) -> UUID:
    """Return the smallest primary key, a UUID of version 7, with the time of this moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def first_key(moment: datetime) -> UUID:
    """Return the smallest primary key that a signature sent at `moment` or later may have.

    With it, a query reads only the signatures since that moment from the index.
    """
    return key_at(moment - CLOCKS_DIFFER)

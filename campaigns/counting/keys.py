"""Primary keys of signatures, which are ordered by time."""

from datetime import datetime, timedelta
from uuid import UUID

# The time in a primary key comes from the clock of a web server, which may be wrong by this much.
CLOCKS_DIFFER = timedelta(minutes=5)


def first_key(moment: datetime) -> UUID:
    """Return the smallest primary key that a signature sent at `moment` or later may have.

    With it, a query reads only the signatures since that moment from the index.
    """
    milliseconds = int((moment - CLOCKS_DIFFER).timestamp() * 1000)
    return UUID(int=milliseconds << 80)

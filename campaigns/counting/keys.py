"""Primary keys of signatures, which are ordered by time."""

from datetime import datetime, timedelta
from uuid import UUID

# The time in a primary key comes from the clock of a web server, which may be wrong by this much.
CLOCKS_DIFFER = timedelta(minutes=5)


def first_key(moment: datetime) -> UUID:
    """The smallest primary key of a signature that may have been sent at this moment or later.

    So a statement reads the signatures since then from the index, and no earlier ones.
    """
    milliseconds = int((moment - CLOCKS_DIFFER).timestamp() * 1000)
    return UUID(int=milliseconds << 80)

"""What the database that a restore replaces says: the last state that the site had."""

from typing import Any

import psycopg

from campaigns.restore_hooks.sent import BEGUN
from operations.backups.hooks import Old


def said(old: Old, query: str, *values: Any) -> list[tuple[Any, ...]] | None:
    """Return the rows of a query; None if there is no such database, or it cannot say.

    A database without signatures was newly created.
    """
    try:
        if not (old and old.execute(BEGUN).fetchone()):
            return None
        return old.execute(query, values).fetchall()
    except psycopg.Error:
        return None

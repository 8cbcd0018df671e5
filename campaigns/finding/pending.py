"""Merges the pending lists of GIN indexes on signatures.

A GIN index collects new and changed rows in a pending list, and merges the list when it is full:
many rows at once, which takes a second or two in the transaction that filled it. To keep this out
of the requests of signers and of moderators who change thousands of signatures, the list may grow
long, and the worker merges it (docs/adr/0081-the-worker-sorts-indexes.md).
"""

from django.db import connection

LONGEST = 65_536  # the maximum size of such a list, in KB

# Only the owner of an index may do this. For other roles, the list is merged when it is full.
SORT_IN = """
    SELECT coalesce(sum(gin_clean_pending_list(c.oid)), 0)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'campaigns_signature'::regclass AND i.indisvalid
      AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'gin')
      AND pg_has_role(c.relowner, 'USAGE')
"""


def lengthen(index: str) -> str:
    """Return the statement that lets the pending list of an index grow."""
    return f"ALTER INDEX {index} SET (gin_pending_list_limit = {LONGEST})"


def sort_in() -> int:
    """Merge all pending lists; return how many of their pages were freed."""
    with connection.cursor() as cursor:
        cursor.execute(SORT_IN)
        return int(cursor.fetchone()[0])

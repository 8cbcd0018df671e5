"""Sorts into the indexes of signatures what has been added to them lately.

A GIN index notes a new or changed row in a list of its own, and sorts the list in when it is full:
many rows at once, in a second or two, at the cost of whoever filled it. So that this is no signer,
and no manager who moderates thousands, the list may grow long, and the worker sorts it in
(docs/adr/0081-the-worker-sorts-indexes.md).
"""

from django.db import connection

LONGEST = 65_536  # KB of such a list

# Whoever did not make an index may not do this: the list is then sorted in when it is full.
SORT_IN = """
    SELECT coalesce(sum(gin_clean_pending_list(c.oid)), 0)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'campaigns_signature'::regclass AND i.indisvalid
      AND c.relam = (SELECT oid FROM pg_am WHERE amname = 'gin')
      AND pg_has_role(c.relowner, 'USAGE')
"""


def lengthen(index: str) -> str:
    """The statement that lets the list of an index grow."""
    return f"ALTER INDEX {index} SET (gin_pending_list_limit = {LONGEST})"


def sort_in() -> int:
    """Sort in what all lists hold; return the number of their pages that were given back."""
    with connection.cursor() as cursor:
        cursor.execute(SORT_IN)
        return int(cursor.fetchone()[0])

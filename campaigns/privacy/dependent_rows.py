"""The rows that depend on a signature, and are deleted with it."""

from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Exists, Model, OuterRef
from django.db.models.expressions import RawSQL
from wagtail.models import ModelLogEntry

from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.signatures.signature import Signature

# The keys, which `statement` is given once.
THESE = "(SELECT keys FROM given)::uuid[]"
# In the order in which everybody locks signatures. A decision that is being made about them ends
# first, so that its rows are found; the next ones find no signature (`moderation.moderating`).
LOCK = f"""
    SELECT FROM {Signature._meta.db_table} WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE
"""
# Django would look for the dependent rows once more, in each table.
DELETE = f"DELETE FROM {Signature._meta.db_table} WHERE id = ANY(%s::uuid[])"


def delete(keys: list[UUID], *, but: tuple[type[Model], ...] = ()) -> None:
    """Delete the signatures' mails, and what staff typed about them, since it may name a signer.

    Wagtail's log still says who did what. A decision keeps its reason while it is about other
    signatures, too. `but` are models whose rows stay. Must be called in a transaction.
    """
    if not keys:
        return
    values: dict[str, Any] = {
        "keys": keys,
        "signature": ContentType.objects.get_for_model(Signature).pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [keys])
        cursor.execute(statement(but), values)
        decisions = [key for (key,) in cursor.fetchall()]
    if decisions:
        moderated = ModeratedSignature.objects.filter(decision=OuterRef("pk"))
        left = Decision.objects.filter(pk__in=decisions).exclude(Exists(moderated))
        left.update(reason="")


def delete_with_signatures(keys: list[UUID]) -> int:
    """Delete these signatures and all that depends on them; return how many there were.

    Must be called in a transaction.
    """
    delete(keys)
    with connection.cursor() as cursor:
        cursor.execute(DELETE, [keys])
        return int(cursor.rowcount)


@cache
def statement(but: tuple[type[Model], ...] = ()) -> str:
    """All of it in one statement, which returns the decisions that were about these signatures.

    Django would fetch all rows before it deletes them. The keys are sent and read once.
    """
    moderated = ModeratedSignature._meta.db_table
    relations = (
        (relation.related_model._meta.db_table, relation.field.column)
        for relation in Signature._meta.related_objects
        if relation.related_model not in but
    )
    deleted = "".join(
        f", of_{table} AS (DELETE FROM {table} WHERE {column} = ANY({THESE}))"
        for table, column in relations
        if table != moderated
    )
    return f"""
        WITH given AS MATERIALIZED (SELECT %(keys)s::uuid[] AS keys), emptied AS (
            UPDATE {ModelLogEntry._meta.db_table} SET data = '{{}}'
            WHERE content_type_id = %(signature)s AND object_id = ANY({THESE}::text[])
              AND data <> '{{}}'
        ), moderated AS (
            DELETE FROM {moderated} WHERE signature_id = ANY({THESE}) RETURNING decision_id
        ){deleted}
        SELECT DISTINCT decision_id FROM moderated
    """


def among(keys: list[Any]) -> RawSQL:
    """The keys as one array, for `in`: a thousand parameters would take longer than the work.

    They are UUIDs, integers or bytes.
    """
    types = {UUID: "uuid", int: "bigint", bytes: "bytea"}
    [type_] = (name for class_, name in types.items() if isinstance(keys[0], class_))
    texts = (rf"\\x{key.hex()}" if isinstance(key, bytes) else str(key) for key in keys)
    return RawSQL(f"SELECT unnest(%s::{type_}[])", [f"{{{','.join(texts)}}}"])

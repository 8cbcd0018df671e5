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

# The keys, which are passed to `statement` once.
THESE = "(SELECT keys FROM given)::uuid[]"
# Every caller locks signatures in this order. A decision in progress about these signatures ends
# first, so that its rows are found; later decisions do not find the signatures
# (`moderation.moderating`).
LOCK = f"""
    SELECT FROM {Signature._meta.db_table} WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE
"""
# Deletes without Django, which would look for dependent rows again in each table.
DELETE = f"DELETE FROM {Signature._meta.db_table} WHERE id = ANY(%s::uuid[])"


def delete(keys: list[UUID], *, but: tuple[type[Model], ...] = ()) -> None:
    """Delete the signatures' emails, and the texts of staff about them, which may name a signer.

    Wagtail's log still records who did what. A decision keeps its reason as long as it is about
    other signatures, too. The rows of the models in `but` are not deleted. Must be called in a
    transaction.
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
    """Delete these signatures and all dependent rows; return the number of signatures.

    Must be called in a transaction.
    """
    delete(keys)
    with connection.cursor() as cursor:
        cursor.execute(DELETE, [keys])
        return int(cursor.rowcount)


@cache
def statement(but: tuple[type[Model], ...] = ()) -> str:
    """Return one SQL statement that deletes all dependent rows and returns the affected decisions.

    Django would fetch all rows before deleting them. The keys are sent and read only once.
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
    """Return the keys as one array for an `in` lookup: binding a thousand parameters would be slow.

    The keys are UUIDs, integers or bytes.
    """
    types = {UUID: "uuid", int: "bigint", bytes: "bytea"}
    [type_] = (name for class_, name in types.items() if isinstance(keys[0], class_))
    texts = (rf"\\x{key.hex()}" if isinstance(key, bytes) else str(key) for key in keys)
    return RawSQL(f"SELECT unnest(%s::{type_}[])", [f"{{{','.join(texts)}}}"])

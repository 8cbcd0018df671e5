"""Conditions of constraints that PostgreSQL reads quickly."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q


def is_one_of(field: str, values: Iterable[str]) -> Q:
    """The condition that a text column has one of these values, as one comparison for each.

    PostgreSQL reads the text of every check of a table again for each statement that writes to it.
    Django's `in` becomes a list whose members it converts one by one each time
    (docs/adr/0082-short-conditions.md).
    """
    return reduce(or_, (Q(**{field: value}) for value in values))

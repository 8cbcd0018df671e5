"""No statement changes a setting of its connection beyond its own transaction.

Behind PgBouncer in transaction mode, the next client that gets the connection would have the same
setting: after `synchronous_commit = off` was left behind, an acknowledged signature was lost.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from campaigns.mail import sending
from campaigns.signing import signing
from script import module_map
from tests.factories import make_petition

# SET at the start of a statement, unlike that of an UPDATE; or set_config() with false at the end.
NAME = r"[A-Za-z]*[a-z][\w.]*"  # the name of a setting of PostgreSQL; ours are in capitals
LASTING = re.compile(
    rf"(?:\A|;)\s*(?:(?:SET|set)\s+(?:SESSION\s+)?{NAME}\s*(?:=|\b(?:TO|to)\b)"
    r"|RESET\s+\w+\s*(?:;|\Z)|DISCARD\s+\w+\s*\Z)"
    r"|set_config\s*\([^()]*,\s*(?:false|%s)\s*\)"
)
FOLDERS = ("campaigns", "home", "operations", "search", "site", "staff")
SOURCE = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"


def texts(path: Path) -> Iterator[str]:
    """Each string of a file, with a fixed name in the place of each f-string expression."""
    parts = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            parts |= set(node.values)
            yield "".join(
                getattr(each, "value", "") if isinstance(each, ast.Constant) else "name"
                for each in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            yield node.value


def test_no_setting_outlives_its_transaction():
    files = [path for folder in FOLDERS for path in (module_map.ROOT / folder).rglob("*.py")]

    lasting = [str(path) for path in files for text in texts(path) if LASTING.search(text)]

    assert len(files) > 300
    assert lasting == []


@pytest.mark.parametrize(
    ("text", "is_lasting"),
    [
        ("SET synchronous_commit = off", True),
        ("SELECT 1; set statement_timeout TO 0", True),
        ("SELECT set_config('TimeZone', %s, false)", True),
        ("SET LOCAL synchronous_commit = off", False),
        ("UPDATE a\n    SET b = 1", False),
        ("SELECT set_config('TimeZone', %s, true)", False),
    ],
)
def test_what_lasts_is_told_from_what_does_not(text, is_lasting):
    assert bool(LASTING.search(text)) == is_lasting


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_sending_mail_leaves_its_connection_as_it_was(smtp_server):
    petition = make_petition()
    signing.sign(petition, name="Ada", email="ada@example.org", version=petition.version.pk)
    with connection.cursor() as cursor:
        cursor.execute(SOURCE)
        [(before,)] = cursor.fetchall()

    result = sending.deliver()

    with connection.cursor() as cursor:
        cursor.execute(SOURCE)
        assert (result.sent, before != "session", cursor.fetchall()) == (1, True, [(before,)])

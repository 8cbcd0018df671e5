"""A migration that makes an index while people sign can be run again, however it has ended."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import Index

from campaigns.migrations._indexes import AddIndexRepeatably
from operations.backups.backup_record import Backup

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NAME = "backups_by_file"
FOUND = (
    "SELECT indexrelid, indisvalid, indisunique FROM pg_index WHERE indexrelid = to_regclass(%s)"
)


@pytest.fixture
def state() -> Iterator[ProjectState]:
    yield MigrationLoader(connection).project_state()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {NAME}")


def migrate(state: ProjectState) -> None:
    operation = AddIndexRepeatably("backup", Index(fields=["file"], name=NAME))
    after = state.clone()
    operation.state_forwards("operations", after)
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("operations", editor, state, after)


def found() -> tuple[int, bool, bool]:
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [NAME])
        return cursor.fetchone()


def test_an_index_that_was_left_half_made_is_made_again_and_a_whole_one_stays(state):
    for _ in range(2):
        Backup.objects.create(file="twice", size=1)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {NAME} ON operations_backup (file)")
    left = found()

    migrate(state)
    made = found()
    migrate(state)

    assert left[1:] == (False, True)
    assert made[1:] == (True, False)
    assert made[0] != left[0]
    assert found() == made

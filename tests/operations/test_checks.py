import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from operations import checks

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "command",
    [
        lambda: call_command("migrate", verbosity=0, skip_checks=False),
        lambda: call_command("demo", "--if-empty", "--migrate"),  # as script/server does
    ],
)
def test_a_database_of_before_the_first_release_is_told_to_begin_anew(command):
    MigrationRecorder(connection).record_applied("campaigns", "0027_count_by_changes")

    with pytest.raises(SystemCheckError, match="begin with an empty one"):
        command()


def test_a_database_of_today_is_well():
    assert checks.made_since_1_0(databases=["default"]) == []

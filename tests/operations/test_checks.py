import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from operations import checks

pytestmark = pytest.mark.django_db


def test_a_database_of_before_the_first_release_is_told_to_begin_anew():
    MigrationRecorder(connection).record_applied("campaigns", "0027_count_by_changes")

    with pytest.raises(SystemCheckError, match="begin with an empty one"):
        call_command("migrate", verbosity=0, skip_checks=False)


def test_a_database_of_today_is_well():
    assert checks.made_since_1_0(databases=["default"]) == []

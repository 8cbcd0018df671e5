"""Databases beside that of the site."""

import threading

import pytest

from operations.backups import programs, scratch

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_connection_that_ends_in_this_moment_is_waited_for():
    leaving = programs.connect(scratch.name())
    end = threading.Timer(0.5, leaving.close)
    end.start()

    scratch.require_unused()

    end.join()
    assert leaving.closed

"""The yardsticks of the bench are separate sites, served with the gunicorn.conf.py of this site."""

import pytest

from bench.processes import gunicorn
from bench.stage import TABLES, yardstick_env
from tests.deploy.conftest import database_url


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLES)
def test_a_yardstick_starts_and_answers(name):
    environment = yardstick_env(name, database_url())

    with gunicorn(f"{name}.wsgi", name=name, env=environment, pythonpath="bench/yardsticks"):
        pass  # it has answered by now

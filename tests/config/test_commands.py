"""Each command of manage.py is documented."""

from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
APPS = ("campaigns", "demo", "home", "operations", "search", "staff")
OURS = sorted(name for name, app in get_commands().items() if app in APPS)


def test_there_are_commands_of_ours():
    assert "worker" in OURS


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_documented(name):
    assert f"| `manage.py {name}" in (ROOT / "docs" / "settings.md").read_text()

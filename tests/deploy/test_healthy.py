"""The checks by which Docker decides whether a container is well (deploy/compose.yaml)."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer

import pytest
import yaml

from operations.heartbeat import Heart
from servers.processes import ROOT

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
SERVICES = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
POOLS = ("web", "sign", "staff")


class Unwell(BaseHTTPRequestHandler):
    """A program that is not well: it answers with an error, or else hangs up."""

    def do_GET(self) -> None:
        if self.server.status:
            self.send_response(self.server.status)
            self.end_headers()

    def address_string(self) -> str:
        return "a socket"


@pytest.fixture
def unwell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UnixStreamServer]:
    path = tmp_path_factory.mktemp("s") / "web.sock"
    with UnixStreamServer(str(path), Unwell) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def asked(path: Path | str) -> int:
    command = [sys.executable, ROOT / "deploy" / "healthy", path]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_each_pool_of_gunicorn_is_asked_at_its_own_socket():
    by_default = (ROOT / "deploy" / "Dockerfile").read_text()
    for name in POOLS:
        path, service = f"/run/lastdrop/{name}.sock", SERVICES[name]
        assert service["healthcheck"]["test"] == ["CMD", "deploy/healthy", path]
        assert f"unix:{path}" in str(service.get("command", by_default))


def test_whatever_runs_our_code_has_the_media():
    """The worker composes emails with their pictures, and makes packs and renditions."""
    ours = {name: each for name, each in SERVICES.items() if "/lastdrop:" in each["image"]}

    assert {*POOLS, "worker"} <= set(ours)
    for service in ours.values():
        assert "media:/srv/lastdrop/var/media" in service["volumes"]


def test_the_database_has_time_to_write_what_it_holds():
    """After ten seconds Docker would kill it, and the files of jobs would be gone (unlogged)."""
    assert SERVICES["db"]["stop_grace_period"] == SERVICES["worker"]["stop_grace_period"]


def test_gunicorn_that_answers_is_well(app):
    assert asked(app.socket_path) == 0


def test_who_answers_an_error_or_hangs_up_or_is_not_there_is_not_well(unwell, tmp_path):
    ends = []
    for status in (503, None):
        unwell.status = status
        ends.append(asked(unwell.server_address))
    ends.append(asked(tmp_path / "nothing.sock"))

    assert 0 not in ends


def test_the_worker_is_well_while_it_touches_its_file(settings, tmp_path):
    kind, command = SERVICES["worker"]["healthcheck"]["test"]
    placed = SERVICES["worker"]["environment"]["HEARTBEAT_FILE"]
    here = tmp_path / "heartbeat"
    settings.HEARTBEAT_FILE = str(here)
    assert kind == "CMD-SHELL"
    assert placed in command

    def is_well() -> bool:
        line = command.replace(placed, str(here)).replace("$$", "$")
        return subprocess.run(line, shell=True, capture_output=True, check=False).returncode == 0

    before = is_well()
    Heart().beat({"mail": 0.0})
    alive = is_well()
    then = time.time() - 130
    os.utime(here, (then, then))
    Heart().beat({"mail": 301.0})  # a thread hangs

    assert (before, alive, is_well()) == (False, True, False)

"""The database, the web server and the worker for development: all run, or all stop.

Started by script/server. HOST, PORT and DATABASE_URL say where (docs/settings.md).
"""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from django import db
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import env
from servers import postgres
from servers.ports import answers
from servers.processes import ROOT, Problem, Process, end

ENVIRONMENT = {
    "DJANGO_RUNSERVER_HIDE_WARNING": "true",
    "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    "PGCONNECT_TIMEOUT": "10",
    "PYTHONUNBUFFERED": "1",
}
PATIENCE = 5  # seconds for a process to stop by itself

asked_to_stop = False


class Stopped(Exception):
    """Someone asked for it."""


def main() -> int:
    os.environ.update(ENVIRONMENT)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, stop_soon)
    try:
        host, port = free_address()
        with database():
            finish("migrate", "--verbosity=0")
            finish("demo", "--if-empty")
            serve(host, port)
    except Stopped:
        say("Stopped.")
        return 0
    except (Problem, ImproperlyConfigured) as problem:
        say(str(problem))
        return 1


def free_address() -> tuple[str, int]:
    host, port = env.text("HOST", "127.0.0.1"), settings.PORT
    if not 0 < port < 65536:
        raise Problem(f"PORT must be from 1 to 65535, not {port}.")
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem(f"Port {port} is taken: choose another with PORT.") from None
        raise Problem(f"{host}:{port} cannot be served: {error.strerror}.") from None
    return host, port


@contextlib.contextmanager
def database() -> Iterator[None]:
    """The one that DATABASE_URL names, or else our own while this lasts."""
    if not os.environ.get("DATABASE_URL"):
        with postgres.running(ROOT / "var" / "postgres"):
            yield
        return
    try:
        db.connection.ensure_connection()
    except db.Error as error:
        reason = " ".join(str(error).split())
        raise Problem(f"The database in DATABASE_URL cannot be reached: {reason}") from None
    db.connection.close()
    yield


def serve(host: str, port: int) -> None:
    """Run the web server and the worker until one of them ends, or Stopped."""
    web = start("runserver", f"{host}:{port}")
    worker = start("worker")
    demo = start("demo", "--logins", stdout=subprocess.PIPE)
    try:
        while not answers(port, host) or demo.process.poll() is None:
            look_after(web, worker)
        say(f"\nLastdrop is at http://localhost:{port}/  (CMS: http://localhost:{port}/admin/)\n")
        say(demo.process.stdout.read().decode())
        say("Ctrl-C stops it.\n")
        while True:
            look_after(web, worker)
    finally:
        end(web, worker, demo, seconds=PATIENCE)


def look_after(web: Process, worker: Process) -> None:
    pause()
    for name, process in {"web server": web, "worker": worker}.items():
        if process.process.poll() is not None:
            code = process.process.returncode
            raise Problem(f"The {name} ended by itself ({code}), so all is stopped.")


def finish(*arguments: str) -> None:
    """Run a command of manage.py to its end."""
    process = start(*arguments)
    try:
        while process.process.poll() is None:
            pause()
    finally:
        end(process, seconds=PATIENCE)
    if process.process.returncode:
        raise Problem(f"manage.py {arguments[0]} failed: it says above why.")


def start(*arguments: str, **options: Any) -> Process:
    return Process(sys.executable, "manage.py", *arguments, **options)


def pause() -> None:
    time.sleep(0.1)
    if asked_to_stop:
        raise Stopped


def stop_soon(*args: Any) -> None:
    # An exception from here could fall between the start of a process and its being known.
    global asked_to_stop
    asked_to_stop = True


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    sys.exit(main())

"""Runs the database, the web server and the worker for development; if one ends, all are stopped.

Started by script/server, with HOST, PORT and DATABASE_URL (docs/settings.md).
"""

import contextlib
import errno
import hashlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV
from psycopg import sql

from config import env
from servers import databases, postgres
from servers.ports import answers
from servers.processes import ROOT, Problem, Process, end

ENVIRONMENT = {
    "DJANGO_RUNSERVER_HIDE_WARNING": "true",
    "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    "PGCONNECT_TIMEOUT": "10",
    "PYTHONUNBUFFERED": "1",
}
MARK = """
    SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()
"""
CODE_CHANGED = 3  # the exit status by which runserver requests a restart
PATIENCE = 5  # seconds for a process to stop by itself

asked_to_stop = False


class Stopped(Exception):
    """Somebody has asked the site to stop."""


def main() -> int:
    os.environ.update(ENVIRONMENT)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, stop_soon)
    try:
        host, port = free_address()
        with database() as url:
            is_new = prepare(url)
            serve(host, port, is_new=is_new)
    except Stopped:
        say("Stopped.")
    except (Problem, ImproperlyConfigured) as problem:
        say(str(problem))
        return 1
    return 0


def free_address() -> tuple[str, int]:
    host = env.text("HOST", "127.0.0.1")
    port = settings.PORT  # type: ignore[misc]  # only the settings for development have it
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
def database() -> Iterator[str]:
    """Yield the URL of the database in DATABASE_URL, or else of one that is run meanwhile."""
    if url := os.environ.get("DATABASE_URL"):
        databases.check(url)
        yield url
        return
    say("Starting the database …")
    with postgres.running(ROOT / "var" / "postgres") as url:
        yield url


def prepare(url: str) -> bool:
    """Make the tables and the demo, unless the database is marked as made by this code.

    Return whether they were made.
    """
    code = hashlib.sha256((ROOT / ".venv" / "installed").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        code.update(path.read_bytes())
    mark = f"Made by script/server, {code.hexdigest()[:16]}"
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute(MARK).fetchone() == (mark,):
            return False
        say("Making the tables …")
        finish("demo", "--if-empty", "--migrate")
        name = sql.Identifier(connection.info.dbname)
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, mark))
    return True


def serve(host: str, port: int, *, is_new: bool) -> None:
    """Run the web server and the worker until one of them ends, or Stopped is raised.

    The renditions of a new site are made meanwhile: a page that is read earlier makes its own.
    """
    say("Starting the web server and the worker …")
    running = {"web server": start_web(host, port), "worker": start("worker")}
    pictures = []
    try:
        while not answers(port, host):
            look_after(running, host, port)
        say(f"\nLastdrop is at http://localhost:{port}/  (CMS: http://localhost:{port}/admin/)\n")
        if not is_new:  # otherwise the demo has just printed them
            finish("demo", "--logins")
        say("\nCtrl-C stops it.\n")
        if is_new:
            pictures.append(start("demo", "--pictures"))
        while True:
            look_after(running, host, port)
    finally:
        end(*running.values(), *pictures, seconds=PATIENCE)


def start_web(host: str, port: int) -> Process:
    """Start runserver without its parent process for restarts, which `look_after` replaces."""
    return start("runserver", f"{host}:{port}", environment={DJANGO_AUTORELOAD_ENV: "true"})


def look_after(running: dict[str, Process], host: str, port: int) -> None:
    pause()
    for name, process in running.items():
        code = process.process.poll()
        if (name, code) == ("web server", CODE_CHANGED):
            running[name] = start_web(host, port)
        elif code is not None:
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


def stop_soon(*args: object) -> None:
    # The handler does not raise an exception, since it could do so after a process has started and
    # before the process is assigned to a variable.
    global asked_to_stop
    asked_to_stop = True


def say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        os.write(1, f"{text}\n".encode())


if __name__ == "__main__":
    sys.exit(main())

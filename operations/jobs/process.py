"""The process of the jobs, beside the worker's own: it is started, kept alive and ended with it.

What a job computes holds up neither mails nor totals, and if it dies, they go on.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

log = logging.getLogger(__name__)

AT_ONCE = 2  # jobs
# Seconds between two looks into the queue, and before a process that has ended is started again.
POLL, PAUSE = 2.0, 5.0
# Seconds for the jobs that run when the process is to end: they begin again with the next one.
PATIENCE = 60


def run(*, once: bool = False) -> None:
    """Run jobs until a signal comes, or `once` those that are there.

    Without LISTEN, so that it works behind PgBouncer, too.
    """
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=AT_ONCE)
    with app.replace_connector(connector) as ours:
        ours.run_worker(
            queues=["jobs"],
            wait=not once,
            install_signal_handlers=not once,
            concurrency=AT_ONCE,
            fetch_job_polling_interval=POLL,
            listen_notify=False,
            delete_jobs="always",
            # The jobs are then told to stop (`Work.advance`), and are waited for.
            shutdown_graceful_timeout=None if once else 0.1,
        )


def end_with_parent() -> None:
    """End this process, as by SIGTERM, when the pipe from its parent closes."""

    def wait() -> None:
        os.read(sys.stdin.fileno(), 1)  # A reader of Python would hold up the end of the process.
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """A process for jobs; another one whenever it ends, until this is left."""
    leaving = threading.Event()
    thread = threading.Thread(target=keep, args=[leaving])
    thread.start()
    try:
        yield
    finally:
        leaving.set()
        thread.join()


def keep(leaving: threading.Event) -> None:
    while not leaving.is_set():
        process = start()
        while process.poll() is None and not leaving.wait(0.5):
            pass
        if not leaving.is_set():
            log.warning("The process for jobs has ended (%s); starting another.", process.poll())
            leaving.wait(PAUSE)
        end(process)


def start() -> subprocess.Popen[bytes]:
    command = [sys.executable, str(settings.ROOT / "manage.py"), "jobs", "--end-with-parent"]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdin
    process.stdin.close()

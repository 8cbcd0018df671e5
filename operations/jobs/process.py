"""The process of the jobs, beside the worker's own: it is started, kept alive and ended with it.

What a job computes holds up neither mails nor totals, and if it dies, they go on.

The worker loads the site once for all. Before it begins, it forks a keeper, which does nothing but
fork the process of the jobs, and another one whenever that has ended: a process in which threads
run must not be forked.
"""

import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait

from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from operations.jobs import kinds

log = logging.getLogger(__name__)

AT_ONCE = 2  # jobs
# Seconds between two looks into the queue, and before a process that has ended is started again.
POLL, PAUSE = 2.0, 5.0
# Seconds for the jobs that run when the process is to end: they begin again with the next one.
PATIENCE = 60
# Whoever waits for a page, to sign or to work, goes before work that takes minutes anyway.
KINDNESS = 10
FORK = multiprocessing.get_context("fork")


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


@contextlib.contextmanager
def kept(give_up: Callable[[], None]) -> Iterator[None]:
    """A process for jobs, and another whenever it ends, until this is left.

    Enter it before any thread of the worker begins. Where the keeper dies, nobody would replace the
    process any more, so `give_up` is called, from another thread.
    """
    kinds.discover()
    connections.close_all()  # Two processes must not speak on one connection.
    gc.freeze()  # To look for rubbish in what all of them share would copy it.
    worker, ours = FORK.Pipe(duplex=False)
    keeper = FORK.Process(target=keep, args=[worker, ours])
    keeper.start()
    worker.close()
    leaving = threading.Event()

    def watch() -> None:
        keeper.join()
        if not leaving.is_set():
            log.error("The keeper of the process for jobs has died.")
            give_up()

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        leaving.set()
        ours.close()
        watching.join()


def keep(worker: Connection, other_end: Connection) -> None:
    """Keep a process for jobs until the pipe from the worker closes, be it that the worker died."""
    other_end.close()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # The worker hears them, too, and says when to end.
    while not worker.poll():
        process = FORK.Process(target=work, args=[worker])
        process.start()
        wait([worker, process.sentinel])
        if not worker.poll():
            process.join()
            log.warning("The process for jobs has ended (%s); starting another.", process.exitcode)
            worker.poll(PAUSE)
        end(process)


def work(worker: Connection) -> None:
    """Run jobs in this process until a signal comes, or the pipe from the worker closes.

    procrastinate hears the first signal. Those after it are ignored, as in the keeper.
    """
    os.nice(KINDNESS)

    def end_with_worker() -> None:
        worker.poll(None)
        while True:  # The first may come before procrastinate listens.
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)

    threading.Thread(target=end_with_worker, daemon=True).start()
    run()


def end(process: multiprocessing.process.BaseProcess) -> None:
    """Wait for a process that ends with the pipe from the worker, but not for ever."""
    process.join(PATIENCE)
    process.kill()
    process.join()

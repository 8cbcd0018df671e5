"""The process that runs the jobs: the worker starts it, keeps it alive, and ends it.

So the computations of a job hold up neither emails nor totals, which also go on if this process
dies.

The site is loaded only once, by the worker. Before the worker starts any thread, it forks a keeper,
which only forks the process for jobs, and another one whenever that has ended. The worker cannot do
this later, since a process in which threads run must not be forked.
"""

import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import tempfile
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
# Seconds between two polls of the queue, and before a process that has ended is replaced.
POLL, PAUSE = 2.0, 5.0
# Seconds that running jobs have to stop when the process ends; they start again in the next one.
PATIENCE = 60
# Emails and totals come before jobs, which take minutes anyway. People who wait for a page come
# first by the weight of the worker's service: niceness counts only within a service.
KINDNESS = 10
FORK = multiprocessing.get_context("fork")


def run(*, once: bool = False) -> None:
    """Run jobs until a signal comes; with `once`, run only those in the queue.

    The queue is polled, without LISTEN, so that this also works behind PgBouncer.
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
            # After this time the jobs are asked to stop (`Work.advance`), and awaited.
            shutdown_graceful_timeout=None if once else 0.1,
        )


@contextlib.contextmanager
def kept(give_up: Callable[[], None]) -> Iterator[None]:
    """Run a process for jobs, and replace it whenever it ends, until the block is left.

    Enter it before any thread of the worker starts. If the keeper dies, nothing replaces the
    process any longer, so `give_up` is called, from another thread.
    """
    kinds.discover()
    connections.close_all()  # Two processes must not share a connection.
    gc.freeze()  # Collecting garbage would copy the memory that the forks share.
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
    """Keep a process for jobs until the worker closes the pipe, or dies."""
    other_end.close()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # The worker gets them, too, and closes the pipe.
    while not worker.poll():
        # Files that jobs are making have names of signers in clear: they go when the process ends,
        # even if it is killed.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            process = FORK.Process(target=work, args=[worker, folder])
            process.start()
            wait([worker, process.sentinel])
            if not worker.poll():
                process.join()
                log.warning(
                    "The process for jobs has ended (%s); starting another.", process.exitcode
                )
                worker.poll(PAUSE)
            end(process)


def work(worker: Connection, folder: str) -> None:
    """Run jobs in this process until a signal comes, or the pipe from the worker closes.

    procrastinate handles the first signal. Further ones are ignored, as in the keeper. Temporary
    files are made in the folder.
    """
    tempfile.tempdir = folder
    os.nice(KINDNESS)

    def end_with_worker() -> None:
        worker.poll(None)
        while True:  # procrastinate may not handle signals yet when the first one comes.
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)

    threading.Thread(target=end_with_worker, daemon=True).start()
    run()


def end(process: multiprocessing.process.BaseProcess) -> None:
    """Wait for a process that ends with the worker's pipe; kill it after PATIENCE seconds."""
    process.join(PATIENCE)
    process.kill()
    process.join()

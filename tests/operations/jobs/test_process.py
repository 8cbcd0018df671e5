"""Real workers, one after another and two at a time: an interrupted job is done exactly once."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from wagtail.models import ModelLogEntry

from operations.jobs.job import Job
from servers.processes import Process
from tests import database
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.signatures.test_export_answers import ASKED, export_url
from tests.deploy.conftest import database_url
from tests.factories import make_petition, make_signature
from tests.forks import Loaded

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def user() -> User:
    petition = make_petition(title="River", slug="river")
    for number in range(5):
        make_signature(petition, email=f"{number}@example.org")
    return make_user("admin", is_superuser=True)


@pytest.fixture
def client(user, settings) -> Client:
    settings.EXPORT_STREAMED_ROWS = 2
    client = Client()
    client.force_login(user)
    return client


def environment(folder: Path) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        "EMAIL_PORT": "1",
        "EMAIL_CONNECTIONS": "1",  # Each has a connection to the database, which has a hundred.
        "TMPDIR": str(folder),
    }


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """What the workers load."""
    with Loaded(environment(tmp_path_factory.mktemp("workers"))) as loaded:
        yield loaded


def worker(loaded: Loaded, folder: Path, name: str) -> Process:
    return loaded.start("manage.py", "worker", log=folder / f"{name}.log")


def until(is_so: Callable[[], bool]) -> None:
    """Wait as long as workers and jobs go on: on a busy machine, each step may take seconds."""
    seen, end = None, 0.0
    while not is_so():
        found = [
            *Job.objects.values("state", "error", "starts"),
            ProcrastinateWorker.objects.count(),
        ]
        if found != seen:
            seen, end = found, time.monotonic() + 90
        assert time.monotonic() < end, found
        time.sleep(0.1)


@contextlib.contextmanager
def nobody_reads(table: str) -> Iterator[None]:
    with database.transaction_elsewhere() as cursor:
        cursor.execute(f"LOCK TABLE {table}")
        yield


def ask(client: Client, purpose: str = "Handover", format: str = "csv") -> Job:
    answer = client.post(export_url(format), {**ASKED, "purpose": purpose, "second": "yes"})
    assert answer.status_code == 302
    return Job.objects.latest("made_at")


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def age_heartbeats() -> None:
    """Make the heartbeats a minute old, as if procrastinate's workers had died."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1m'")


def fetch(client: Client, job: Job) -> bytes:
    return b"".join(client.get(reverse("job_file", args=[job.pk])).streaming_content)


def not_running(process: Process) -> bool:
    return process.process.poll() is not None


def test_a_job_whose_worker_is_killed_is_done_by_the_next_and_one_whose_worker_is_stopped_waits(
    client, loaded, tmp_path
):
    """And a process for jobs that dies is replaced."""
    job = ask(client)
    with nobody_reads("campaigns_signature"), worker(loaded, tmp_path, "first") as first:
        until(lambda: state(job) == "running")
        child = runner(first)
        first.signal(signal.SIGKILL)  # and its process for jobs
        until(lambda: not Path(f"/proc/{child}").exists())
    age_heartbeats()
    left = folders(loaded)
    with worker(loaded, tmp_path, "second") as process:
        until(lambda: state(job) == "done")
        assert (job.starts, fetch(client, job).count(b"\r\n")) == (2, 6)
        assert ModelLogEntry.objects.filter(action="petition.export").count() == 1
        assert ProcrastinateJob.objects.count() == 0

        dead, row = runner(process), ProcrastinateWorker.objects.get()
        [written] = folders(loaded) - left
        (written / "rows").touch()
        os.kill(dead, signal.SIGKILL)
        until(lambda: children(keeper(process)) not in ([], [dead]))
        job = ask(client)
        until(lambda: state(job) == "done")

        assert not not_running(process)
        assert "starting another" in process.log.read_text()
        [writing] = folders(loaded) - left
        assert writing != written

        child = runner(process)
        os.kill(child, signal.SIGSTOP)  # so that it cannot do the job at once
        job = ask(client, "Again", "xlsx")
        with nobody_reads("campaigns_signature"):
            os.kill(child, signal.SIGCONT)
            until(lambda: any(path.startswith(str(writing)) for path in open_files(child)))
            process.process.send_signal(signal.SIGTERM)
        process.process.wait(60)

    assert not Path(f"/proc/{child}").exists()
    assert folders(loaded) == left
    assert "Fatal" not in process.log.read_text()
    assert state(job) in ("waiting", "done")
    assert not ProcrastinateWorker.objects.exclude(pk=row.pk).exists()


def folders(loaded: Loaded) -> set[Path]:
    """The folders for files of jobs; that of a process that was killed with its keeper is left."""
    return {path for path in Path(loaded.environment["TMPDIR"]).iterdir() if path.is_dir()}


def open_files(pid: int) -> list[str]:
    found = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed in the meantime
            found.append(os.readlink(path))
    return found


def children(pid: int) -> list[int]:
    """The child processes of a process, from /proc."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in path.read_text().split()]
    return found


def keeper(worker: Process) -> int:
    [child] = children(worker.pid)
    return child


def runner(worker: Process) -> int:
    """The process that does the jobs, which the keeper restarts."""
    [child] = children(keeper(worker))
    return child


def test_two_workers_do_each_job_once_and_of_one_that_is_killed_no_process_is_left(
    client, loaded, tmp_path
):
    with worker(loaded, tmp_path, "one") as one, worker(loaded, tmp_path, "two") as two:
        until(lambda: ProcrastinateWorker.objects.count() == 2)
        jobs = [ask(client, f"File {number}") for number in range(6)]
        until(lambda: not Job.objects.exclude(state="done").exists())

        child = runner(one)
        os.kill(one.pid, signal.SIGKILL)  # and not its children
        until(lambda: not Path(f"/proc/{child}").exists())
        assert ProcrastinateWorker.objects.count() == 1  # that of the other worker

        child = runner(two)
        os.kill(keeper(two), signal.SIGKILL)  # The worker ends, too; systemd would restart it.
        until(lambda: not_running(two) and not Path(f"/proc/{child}").exists())
        assert ProcrastinateWorker.objects.count() == 0

    assert [job.starts for job in Job.objects.all()] == [1] * 6
    assert all(fetch(client, job).count(b"\r\n") == 6 for job in Job.objects.all())
    logged = ModelLogEntry.objects.filter(action="petition.export")
    assert [entry.data["rows"] for entry in logged] == [5] * len(jobs)

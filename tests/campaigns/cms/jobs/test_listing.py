"""The list of jobs, and what the menu says on every page."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from operations import encryption
from operations.heartbeat import Heart
from operations.jobs import job as jobs
from operations.jobs.job import Job

pytestmark = pytest.mark.django_db

LIST = reverse("jobs")
TOLD = {"shape": "handover", "format": "csv", "titles": ["Free the river"], "petitions": []}


def make_job(user, state="waiting", **fields) -> Job:
    ended = {} if state in ("waiting", "running") else {"ended_at": timezone.now()}
    order = None if ended else encryption.seal({})
    values = {"told": TOLD, "total": 100_000, "order": order, **ended, **fields}
    return Job.objects.create(kind="export", made_by=user, state=state, **values)


def rows(client) -> list[list[str]]:
    page = BeautifulSoup(client.get(LIST).content, "html.parser")
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]
        for row in page.select("#listing-results tbody tr")
    ]


def test_one_sees_what_was_asked_how_far_it_is_and_what_came_of_it(people, browse):
    user = people.manager
    now = timezone.now()
    running = now - timezone.timedelta(seconds=100)
    make_job(user, "failed", error="unexpected", made_at=now - timezone.timedelta(hours=2))
    make_job(user, "cancelled", made_at=now - timezone.timedelta(hours=1))
    make_job(user, "running", rows=25_000, started_at=running)

    [in_vain, *_ended] = rows(browse(user))
    Heart().beat({"main": 0.0})
    shown = [row[:3] for row in rows(browse(user))]

    assert "The worker of the site is not running." in in_vain[2]
    name = "Export: Handing over, CSV"
    what = f"{name} Free the river"
    assert shown == [
        # A screen reader reads what the button cancels.
        [what, "running", f"25,000 of 100,000 about 5 minutes left Cancel : {name}"],
        [what, "cancelled", "Nothing was changed, and no file was created."],
        [
            what,
            "failed",
            "An unexpected error occurred. Your administrator can find it in the log of the "
            "worker.",
        ],
    ]


def test_everybody_sees_their_own_and_administrators_all(people, browse):
    for user in (people.manager, people.river_manager):
        make_job(user)

    assert len(rows(browse(people.manager))) == 1
    assert [row[3] for row in rows(browse(people.administrator))] == ["river", "manager"]


def test_ten_take_as_many_queries_as_one(people, browse):
    client = browse(people.administrator)
    numbers = []
    for more in (1, 9):
        for _ in range(more):
            make_job(people.manager)
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        numbers.append(len(queries))

    assert numbers[0] == numbers[1]


def test_the_menu_of_every_page_says_how_far_ones_own_job_is(people, browse):
    client, home = browse(people.manager), reverse("wagtailadmin_home")
    make_job(people.river_manager, "running", rows=70_000)
    others = client.get(home).content.decode()
    job = make_job(people.manager)
    waiting = client.get(home).content.decode()
    Job.objects.filter(pk=job.pk).update(state="running", rows=42_000)
    running = client.get(home).content.decode()

    assert "70 %" not in others
    assert "Jobs (waiting)" in waiting
    assert "Jobs (42 %)" in running


def test_a_list_in_which_nothing_runs_asks_for_nothing(people, browse):
    client = browse(people.manager)
    make_job(people.manager, "cancelled")
    assert "data-jobs-under-way" not in client.get(LIST).content.decode()

    make_job(people.manager)
    results = client.get(reverse("jobs_results")).content.decode()
    assert f'data-jobs-under-way="{reverse("jobs_results")}?p=1"' in results


def test_cancelling_asks_first_and_the_second_click_is_told(people, browse):
    client, job = browse(people.manager), make_job(people.manager)
    address = reverse("cancel_job", args=[job.pk])

    asked = client.get(address)
    state = Job.objects.get().state
    first = client.post(address, follow=True)
    second = client.post(address, follow=True)

    assert (asked.status_code, state) == (200, "waiting")
    assert "The job is being cancelled." in first.content.decode()
    assert "This job has ended already, or is being cancelled." in second.content.decode()


def test_what_ends_while_one_cancels_it_is_said_to_have_ended(people, browse):
    client, job = browse(people.manager), make_job(people.manager, "running")
    rivals = [job]

    def worker(execute, sql, *rest):
        """End the job after the view has read it and before the view cancels it."""
        if rivals and sql.startswith('UPDATE "operations_job"'):
            jobs.end(rivals.pop(), state="done", result={"rows": 3})
        return execute(sql, *rest)

    with connection.execute_wrapper(worker):
        answer = client.post(reverse("cancel_job", args=[job.pk]), follow=True)

    job.refresh_from_db()
    assert "The job has ended before it could be cancelled." in answer.content.decode()
    assert (job.state, job.cancelled_at) == ("done", None)


def test_an_administrator_cancels_what_another_began(people, browse):
    job = make_job(people.manager, "running")

    browse(people.administrator).post(reverse("cancel_job", args=[job.pk]))
    job.refresh_from_db()

    assert (job.state, job.cancelled_at is not None) == ("running", True)


@pytest.mark.parametrize("page", ["0", "99", "x", "-1"])
def test_a_page_that_does_not_exist_is_the_last(page, people, browse):
    make_job(people.manager)

    assert browse(people.manager).get(LIST, {"p": page, "ordering": "x"}).status_code == 200

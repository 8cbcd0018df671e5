"""A job that had not ended at the backup is not done after a restore."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from operations.jobs import job, kinds
from operations.jobs.job import Job, State
from tests.operations.backups.test_restoring import backup
from tests.operations.jobs.kind import ask, give, work_off

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]


def test_what_was_cancelled_since_is_not_done(key, capsys, monkeypatch):
    done = []
    give(monkeypatch, lambda work: done.append(work.job.pk) or {})
    ada, eve = (User.objects.create(username=name) for name in ("ada", "eve"))
    asked = [ask(ada), ask(ada), ask(eve)]
    running = Job.objects.filter(pk=asked[2].pk)
    running.update(state=State.RUNNING)
    file = backup("--untried")
    for each in asked[:2]:
        job.cancel(each)
    work_off()
    assert done == [asked[2].pk]

    call_command("restore", str(file), "--key", str(key), "--without-erasures")
    work_off()

    assert done == [asked[2].pk]
    found = {(each.state, each.error, each.notice_at) for each in Job.objects.all()}
    assert found == {("failed", "restored", None)}
    [restored] = {kinds.of(each).error(each) for each in Job.objects.all()}
    assert restored.startswith("This had not ended in the backup")
    said = "Jobs that were under way at the backup are not done: ada (2), eve (1). "
    assert said + "Whoever still wants one asks for it again.\n" in capsys.readouterr().out

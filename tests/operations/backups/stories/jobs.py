"""A job that had not ended at the backup is not done after a restore."""

import pytest
from django.contrib.auth.models import User

from operations.jobs import job, kinds
from operations.jobs.job import Job, State
from tests.operations.backups.stories import Story
from tests.operations.jobs.kind import ask, give, work_off


def what_was_cancelled_since_is_not_done(monkeypatch: pytest.MonkeyPatch) -> Story:
    done = []
    give(monkeypatch, lambda work: done.append(work.job.pk) or {})
    one, two = (User.objects.create(username=name) for name in ("asks-twice", "asks-once"))
    asked = [ask(one), ask(one), ask(two)]
    running = Job.objects.filter(pk=asked[2].pk)
    running.update(state=State.RUNNING)
    yield

    for each in asked[:2]:
        job.cancel(each)
    work_off()
    assert done == [asked[2].pk]
    said = yield

    work_off()
    assert done == [asked[2].pk]
    found = {(each.state, each.error, each.notice_at) for each in Job.objects.all()}
    assert found == {("failed", "restored", None)}
    [restored] = {kinds.of(each).error(each) for each in Job.objects.all()}
    assert restored.startswith("This had not ended in the backup")
    told = "Jobs that were under way at the backup are not done: asks-once (1), asks-twice (2). "
    assert told + "Whoever still wants one asks for it again.\n" in said

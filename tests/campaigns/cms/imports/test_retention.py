"""No names are imported after the retention of a petition, and no rows outlive an erasure."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from campaigns.models import Import, Petition
from campaigns.privacy import retention
from operations.jobs.job import Job, Piece
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.imports.test_imports import COLUMNS, manager, upload, work_off_all
from tests.operations.jobs.kind import work_off

__all__ = ["manager"]

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def end(petition: Petition, *, days_left: int) -> None:
    """Close the petition so long ago that its retention ends in this number of days."""
    closed = timezone.now() + timedelta(days=days_left) - timedelta(days=petition.retention_days)
    opened = closed - timedelta(days=9)
    Petition.objects.filter(pk=petition.pk).update(closes_at=closed, opens_at=opened)


def test_names_that_would_be_anonymised_at_once_are_refused(manager, teams):
    path = upload(manager, teams.ours)["Location"]
    manager.post(path, COLUMNS)
    work_off()
    subject = Import.objects.get()
    confirming = url("import", teams.ours.pk, subject.pk)
    end(teams.ours, days_left=10)
    warned = manager.get(confirming).content.decode()
    manager.post(confirming)  # before the retention ends; the worker runs afterwards
    end(teams.ours, days_left=-1)
    work_off_all()
    answers = [
        manager.get(path, follow=True) for path in (confirming, url("import_list", teams.ours.pk))
    ]
    refused = upload(manager, teams.ours)

    day = date_format(timezone.localdate() + timedelta(days=10))
    assert f"The data of these people will be anonymised on {day}." in warned
    assert (Job.objects.latest("made_at").error, subject.signatures.count()) == ("over", 0)
    for answer in answers:
        assert answer.redirect_chain == [(url("ledger", teams.ours.pk), 302)]
        assert "so no names can be imported. Enter their number" in answer.content.decode()
    assert (refused.status_code, Import.objects.count()) == (302, 1)


def test_what_was_imported_before_the_end_can_still_be_undone(manager, teams):
    path = upload(manager, teams.ours)["Location"]
    manager.post(path, COLUMNS)
    work_off()
    subject = Import.objects.get()
    manager.post(url("import", teams.ours.pk, subject.pk))
    work_off_all()
    end(teams.ours, days_left=-1)

    undo, jobs = url("undo_import", teams.ours.pk, subject.pk), reverse("jobs")

    assert undo in manager.get(jobs).content.decode()
    assert manager.post(undo, {"reason": "Twice", "typed": "1"})["Location"] == "/admin/jobs/"
    retention.run()  # before the worker begins
    work_off()
    assert "There is nothing to undo" in manager.get(undo, follow=True).content.decode()
    assert undo not in "".join(
        manager.get(path).content.decode() for path in (url("ledger", teams.ours.pk), jobs)
    )
    assert (Job.objects.latest("made_at").error, Import.objects.get().state) == (
        "nothing_left",
        "done",
    )


@pytest.mark.parametrize("way", ["screen", "command"])
def test_erasing_a_person_deletes_the_files_of_rows_that_were_not_accepted(way, manager, teams):
    """Whoever was not imported has no signature, and no row in a list that waits."""
    path = upload(manager, teams.ours, "Name;Email;Country\nEve;eve@example.org;Nowhere\n")
    manager.post(path["Location"], COLUMNS | {"column-3": ""})
    work_off()
    made = Piece.objects.count()
    Import.objects.all().delete()  # after a day, when the file may still wait for an hour

    if way == "screen":
        manager.post(reverse("erase_person"), {"email": "eve@example.org"})
    else:
        call_command("erase_person", "eve@example.org", "--yes")

    assert (made, Piece.objects.count()) == (1, 0)
    assert not Job.objects.get().has_file

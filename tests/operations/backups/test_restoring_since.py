"""What staff decided, and people took back, since the backup still holds after a restore."""

import pytest
from django.core.management import call_command

from operations.backups import scratch
from tests.operations.backups.conftest import emptied, tried
from tests.operations.backups.stories import (
    Story,
    accounts,
    decisions,
    erased,
    jobs,
    media,
    receivers,
    switched_off,
)
from tests.operations.backups.test_restoring import backup

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]


def goes_on(story: Story, said: str) -> bool:
    """Whether the story, having been told what a command printed, waits for the next moment."""
    try:
        story.send(said or None)
    except StopIteration:
        return False
    return True


def test_what_was_decided_switched_off_or_taken_back_since_the_backup_stays_so(
    key, capsys, monkeypatch
):
    stories = [
        accounts.accounts_are_as_they_were_last(),
        decisions.what_was_taken_off_the_page_is_not_public_again(),
        decisions.what_was_put_on_hold_is_on_hold(),
        decisions.a_collection_is_where_it_was_last(),
        decisions.signatures_that_were_anonymised_since_are_not_missed_and_may_count_again(),
        erased.receipts_of_erasures_since_the_backup_stay(),
        erased.what_staff_had_deleted_of_a_person_before_the_erasure_does_not_come_back(),
        jobs.what_was_cancelled_since_is_not_done(monkeypatch),
        media.they_belong_to_whom_the_old_ones_belong_to(),
        receivers.receivers_are_told_to_delete_who_came_after_the_backup(),
        switched_off.what_staff_have_switched_off_stays_off(),
    ]

    def go_on() -> None:
        said = capsys.readouterr().out
        stories[:] = [story for story in stories if goes_on(story, said)]

    def restore() -> None:
        call_command("restore", str(file), "--key", str(key), "--without-erasures")
        go_on()

    go_on()
    file = backup("--untried")
    capsys.readouterr()
    go_on()
    restore()
    with scratch.instead(emptied()):
        restore()
    with scratch.instead(tried()):
        go_on()
        restore()

    assert stories == []

"""Scheduled objects go live, and one that cannot does not hold up the others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from campaigns import scheduling
from campaigns.models import Petition, StaffNotice
from campaigns.pages.public_page import PublicPage
from tests.campaigns.cms.test_idempotent_acts import until_they_wait
from tests.factories import make_appeal, make_article, make_petition

pytestmark = pytest.mark.django_db


def scheduled(slug: str, *, minutes: int) -> Page:
    """An article that should have been published this many minutes ago."""
    page = make_article(slug=slug, live=False)
    revision = page.save_revision()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=minutes)
    revision.save()
    return page


def live(*pages: Page) -> list[bool]:
    return [Page.objects.get(pk=page.pk).live for page in pages]


def fails_for(page: Page, error: Exception, monkeypatch) -> None:
    publish = PublicPage.publish

    def failing(self, *args, **kwargs):
        if self.pk == page.pk:
            raise error
        return publish(self, *args, **kwargs)

    monkeypatch.setattr(PublicPage, "publish", failing)


def test_one_that_cannot_be_published_does_not_stop_the_next(monkeypatch, caplog):
    first, second = scheduled("first", minutes=9), scheduled("second", minutes=3)
    expired = make_article(slug="expired", expire_at=timezone.now() - timedelta(minutes=1))
    fails_for(first, IntegrityError("a constraint"), monkeypatch)

    scheduling.publish_due()

    assert live(first, second, expired) == [False, True, False]
    assert "could not be done." in caplog.text


def test_an_appeal_whose_address_was_taken_meanwhile_is_no_longer_scheduled():
    appeal = make_appeal(slug="first")
    appeal.slug = "wanted"
    appeal.save_revision()
    make_appeal(slug="wanted")
    appeal.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))

    scheduling.publish_due()

    assert not scheduling.due().exists()
    entry = ModelLogEntry.objects.get(action="appeal.unscheduled")
    assert entry.message.startswith("Not published at the scheduled time: ")
    assert StaffNotice.objects.get().revision == appeal.latest_revision


def test_what_is_scheduled_for_later_than_the_expiry_still_goes_live():
    page = make_article(expire_at=timezone.now() - timedelta(minutes=1))
    page.expire_at = None
    page.save_revision()
    page.revisions.update(approved_go_live_at=timezone.now() + timedelta(days=1))

    scheduling.publish_due()
    gone = live(page)
    page.revisions.exclude(approved_go_live_at=None).update(approved_go_live_at=timezone.now())
    scheduling.publish_due()

    assert (gone, live(page)) == ([False], [True])


def test_what_takes_the_place_of_an_expiring_version_stays_and_what_is_over_is_never_public():
    """The worker was down at these times, or they are the same."""
    now = timezone.now()
    replaced, over = make_article(slug="replaced", expire_at=now), scheduled("over", minutes=60)
    for page, minutes in ((replaced, -60), (over, 30)):
        page.expire_at = now - timedelta(minutes=minutes)
        due = page.save_revision()
        page.revisions.update(approved_go_live_at=None)
        page.revisions.filter(pk=due.pk).update(approved_go_live_at=now)

    scheduling.publish_due()

    assert live(replaced, over) == [True, False]
    assert Page.objects.get(pk=over.pk).expired
    actions = PageLogEntry.objects.filter(page=over.pk).values_list("action", flat=True)
    assert {scheduling.SCHEDULED, scheduling.UNPUBLISHED} <= set(actions)


def test_a_lost_database_is_the_workers_to_see_to(monkeypatch):
    page = scheduled("first", minutes=9)
    fails_for(page, OperationalError("the connection was closed"), monkeypatch)

    with pytest.raises(OperationalError):
        scheduling.publish_due()


def publish_due() -> None:
    try:
        scheduling.publish_due()
    finally:
        connection.close()


@contextmanager
def while_the_worker_waits(subject: Page | Petition) -> Iterator[None]:
    """The worker finds what is due, and waits until what is done meanwhile is committed."""
    rows = Page.objects if isinstance(subject, Page) else Petition.objects
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            rows.select_for_update(of=("self",)).get(pk=subject.pk)
            worker = pool.submit(publish_due)
            until_they_wait(1)
            yield
        worker.result()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_an_editor_does_at_the_same_moment_stands():
    corrected = scheduled("corrected", minutes=3)
    with while_the_worker_waits(corrected):
        corrected.title = "Corrected"
        corrected.save_revision().publish()
    petition = make_petition(live=False)
    petition.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=2))
    with while_the_worker_waits(petition):
        petition.revisions.update(approved_go_live_at=None)
    longer = make_article(slug="longer", expire_at=timezone.now() - timedelta(minutes=1))
    with while_the_worker_waits(longer):
        Page.objects.filter(pk=longer.pk).update(expire_at=None)

    assert Page.objects.get(pk=corrected.pk).title == "Corrected"
    assert not Petition.objects.get(pk=petition.pk).live
    assert live(longer) == [True]

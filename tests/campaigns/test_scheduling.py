"""Scheduled objects go live, and one that cannot does not hold up the others."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone
from wagtail.models import Page

from campaigns import scheduling
from campaigns.pages.public_page import PublicPage
from tests.factories import make_article

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


def test_a_lost_database_is_the_workers_to_see_to(monkeypatch):
    page = scheduled("first", minutes=9)
    fails_for(page, OperationalError("the connection was closed"), monkeypatch)

    with pytest.raises(OperationalError):
        scheduling.publish_due()

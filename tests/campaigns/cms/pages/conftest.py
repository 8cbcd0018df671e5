"""A draft petition on a draft page, and people who publish pages."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from tests.factories import make_campaign, make_home, make_petition


def said(response: HttpResponse) -> str:
    """The messages that wait for the next page, as it shows them."""
    return " ".join(str(message).strip() for message in get_messages(response.wsgi_request))


def listed_state(client: Client, page: Page) -> str:
    """What the list of campaigns says of the petition of its only page."""
    listed = client.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk]))
    rows = BeautifulSoup(listed.content, "html.parser").select("table.listing tr")
    return rows[1].select("td")[4].get_text(strip=True)


@pytest.fixture
def draft(db, teams):
    return make_petition(title="A draft", live=False)


@pytest.fixture
def page(draft):
    page = make_campaign(draft, live=False)
    page.save_revision()
    return page


@pytest.fixture
def page_publishers(db):
    group = Group.objects.create(name="Page publishers")
    root = make_home().get_parent()
    for moderators in GroupPagePermission.objects.filter(group__name="Moderators", page__depth=1):
        GroupPagePermission.objects.create(group=group, page=root, permission=moderators.permission)
    return group

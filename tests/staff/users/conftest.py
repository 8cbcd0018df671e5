"""An administrator's browser, and what the form of a user sends."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.campaigns.cms.conftest import make_user


@pytest.fixture
def administrator(db) -> Client:
    browser = Client()
    browser.force_login(make_user("admin", is_superuser=True))
    return browser


def edit(administrator: Client, user: User, **fields: object):
    """Send the form of a user, in which only these fields differ from the database."""
    user = User.objects.get(pk=user.pk)
    data = {
        "username": user.username,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "groups": [group.pk for group in user.groups.all()],
        **({"is_active": "on"} if user.is_active else {}),
        **({"is_superuser": "on"} if user.is_superuser else {}),
    } | fields
    return administrator.post(f"/admin/users/edit/{user.pk}/", data)


def in_bulk(administrator: Client, action: str, user: User, **fields: object):
    """Select a user in the list of users, and run a bulk action."""
    return administrator.post(f"/admin/bulk/auth/user/{action}/?id={user.pk}", fields)

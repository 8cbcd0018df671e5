"""What a browser may do with pages of the CMS."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_the_cms_asks_nobody_elses_server(admin_client, settings):
    text = admin_client.get("/admin/").content.decode()

    assert (settings.WAGTAIL_ENABLE_UPDATE_CHECK, settings.WAGTAIL_GRAVATAR_PROVIDER_URL) == (
        False,
        None,
    )
    assert re.findall(r'(?:src|action)="(?:https?:)?//[^"]*', text) == []


def test_the_cms_may_be_framed_by_itself_alone(admin_client):
    policy = admin_client.get("/admin/")["Content-Security-Policy"].split("; ")

    assert "frame-ancestors 'self'" in policy
    assert "default-src 'self'" in policy

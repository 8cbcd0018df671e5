"""The doctor compares the address in the settings with that of the CMS."""

import pytest
from wagtail.models import Site

from operations.doctor import front
from operations.doctor.findings import Asked


@pytest.mark.django_db
def test_an_address_that_was_changed_in_the_settings_alone_is_told(settings, monkeypatch):
    Site.objects.update(hostname="before.example.org")
    monkeypatch.setattr(front, "check", lambda asked: iter([]))
    settings.BASE_URL = "https://new.example.org"

    assert [each.what for each in front.thorough(Asked())] == [
        "BASE_URL names new.example.org, and Settings › Sites in the CMS before.example.org."
    ]
    Site.objects.update(hostname="new.example.org")
    assert [each.what for each in front.thorough(Asked())] == []

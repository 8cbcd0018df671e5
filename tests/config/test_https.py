"""Browsers are told to use only HTTPS."""

import pytest
from django.conf import settings as ours
from django.test import Client

pytestmark = pytest.mark.django_db


def test_production_insists_on_https_for_this_host_and_for_others_where_it_is_told_to(settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    said = [Client().get("/nothing/", secure=True)["Strict-Transport-Security"]]
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    said.append(Client().get("/nothing/", secure=True)["Strict-Transport-Security"])

    assert said == ["max-age=31536000", "max-age=31536000; includeSubDomains; preload"]
    production = (ours.ROOT / "site/config/settings/production.py").read_text()
    for name, default in (
        ("SECONDS", 'number("SECURE_HSTS_SECONDS", 31_536_000)'),
        ("INCLUDE_SUBDOMAINS", 'flag("SECURE_HSTS_INCLUDE_SUBDOMAINS", False)'),
        ("PRELOAD", 'flag("SECURE_HSTS_PRELOAD", False)'),
    ):
        assert f"SECURE_HSTS_{name} = env.{default}\n" in production

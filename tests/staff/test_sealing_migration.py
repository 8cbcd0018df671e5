"""Accounts from before the secrets of the second factor were sealed."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from staff import second_factor
from staff.models import Phone
from tests.staff.conftest import code

migration = import_module("staff.migrations.0002_seal_second_factors")

pytestmark = pytest.mark.django_db


def test_what_was_stored_openly_is_sealed_and_works_as_before(manager):
    old = TOTPDevice.objects.create(user=manager, name="phone")
    codes = StaticDevice.objects.create(user=manager, name="backup codes")
    codes.token_set.create(token="abcdefgh")
    Session.objects.create(session_key="x" * 32, session_data="", expire_date=timezone.now())

    for _ in range(2):
        migration.seal(apps, None)

    phone = Phone.objects.get()
    assert (phone.bin_key, phone.key != old.key) == (old.bin_key, True)
    assert "abcdefgh" not in StaticToken.objects.values_list("token", flat=True)
    assert second_factor.verify(manager, code(old)) == phone
    assert second_factor.verify(manager, "abcd efgh") == codes
    assert not Session.objects.exists()

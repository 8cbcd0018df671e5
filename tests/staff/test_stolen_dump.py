"""Nothing in a stolen copy of the database is enough to sign in."""

import re
import subprocess
from base64 import b32decode
from binascii import Error, unhexlify
from collections.abc import Iterator

import pytest
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from servers import postgres
from staff import second_factor
from staff.models import Phone
from tests.staff.conftest import code, sign_in

COOKIE = site_settings.SESSION_COOKIE_NAME
pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("second_factor"),
]


def dump() -> str:
    """The whole database, as it is in a backup."""
    known = connection.settings_dict
    options = {"host": known["HOST"], "port": known["PORT"], "username": known["USER"]}
    program = postgres.programs(connection.pg_version // 10_000) / "pg_dump"
    done = subprocess.run(
        [program, "-w", *(f"--{k}={v}" for k, v in options.items() if v), known["NAME"]],
        env={"PGPASSWORD": known["PASSWORD"]},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def rows_of(text: str, *tables: str) -> set[str]:
    """The cells of these tables in the dump."""
    found = re.findall(rf"^COPY public\.(?:{'|'.join(tables)}) .*?\n(.*?)^\\\.", text, re.M | re.S)
    return {cell for block in found for cell in re.split(r"[\t\n]", block) if cell}


def keys_in(cells: set[str]) -> Iterator[bytes]:
    """All values that could be the key of a phone."""
    for cell in cells:
        for decode in (unhexlify, lambda text: b32decode(text.upper())):
            try:
                yield decode(cell)
            except (Error, ValueError):
                continue


def test_what_is_in_a_dump_opens_nothing(client, manager):
    phone = Phone.objects.create(user=manager, name="phone")
    codes = second_factor.renew_backup_codes(manager)
    sign_in(client, manager, code=code(phone))
    assert client.get("/admin/").status_code == 200

    text = dump()
    sessions = rows_of(text, "django_session")
    cells = rows_of(text, "otp_totp_totpdevice", "otp_static_statictoken")

    assert Session.objects.get().session_key in sessions  # the dump is complete
    assert StaticToken.objects.first().token in cells
    for secret in (client.cookies[COOKIE].value, phone.bin_key.hex(), *codes):
        assert secret not in text
    for cell in sessions | cells:
        thief = Client()
        thief.cookies[COOKIE] = cell
        assert thief.get("/admin/").status_code == 302, cell
    right = TOTP(phone.bin_key).token()
    assert right not in {TOTP(key).token() for key in keys_in(cells)}
    for cell in cells:
        StaticDevice.objects.update(throttling_failure_count=0)
        with pytest.raises(second_factor.WrongCode):
            second_factor.check(StaticDevice.objects.get(), cell)


def test_a_key_that_was_changed_is_still_read_while_it_is_named(manager, settings):
    phone = Phone.objects.create(user=manager, name="phone")
    first, second, *_ = second_factor.renew_backup_codes(manager)
    right, old = code(phone), settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []
    for each in (first, right):
        with pytest.raises(second_factor.WrongCode):
            second_factor.verify(manager, each)
    Phone.objects.update(throttling_failure_count=0)
    StaticDevice.objects.update(throttling_failure_count=0)
    settings.SECRET_KEY_FALLBACKS = [old]

    assert second_factor.verify(manager, right) == phone
    assert second_factor.verify(manager, second) == StaticDevice.objects.get()


def test_phones_need_the_old_key_until_they_are_encrypted_anew(manager, settings, capsys):
    phone = Phone.objects.create(user=manager, name="phone")
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another"

    [lost] = second_factor.look()
    call_command("rekey")
    refused = capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = [before]
    [old] = second_factor.look()
    call_command("rekey", "--status")
    asked = capsys.readouterr().out
    call_command("rekey")
    done = capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []

    assert (lost.is_fault, lost.what) == (
        True,
        "The phones of these accounts cannot be read: manager.",
    )
    assert (old.is_fault, old.what in asked) == (False, True)
    assert "need no key" not in refused
    assert done.startswith("Secrets that were encrypted anew with SECRET_KEY: 1.")
    assert [*second_factor.look()] == []
    assert second_factor.verify(manager, code(Phone.objects.get())) == phone

    manager.is_active, settings.SECRET_KEY = False, "a third"  # nobody signs in with that phone
    manager.save()
    call_command("rekey", "--status")
    assert "cannot be read" not in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = ["a fourth"]
    call_command("rekey")
    assert "need no key" in capsys.readouterr().out


def test_a_phone_that_was_half_set_up_under_another_key_begins_anew(manager, settings):
    before = second_factor.begin(manager, session="key")

    settings.SECRET_KEY = "another"
    after = second_factor.begin(manager, session="key")

    assert (after.pk, after.key != before.key) == (before.pk, True)
    assert second_factor.readable_key(after)

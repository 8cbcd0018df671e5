"""The second factor of an account: who needs one, and how it is set up, asked for and taken away.

A phone's app makes a code of six digits every half minute (RFC 6238); backup codes work once each.
"""

import math
from base64 import b32encode
from textwrap import wrap

import segno
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone
from django_otp import user_has_device
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.log_actions import log

from campaigns.cms.permissions import RIGHTS, petition_policy

BACKUP_CODES = 10
# Whoever may touch accounts may take one over; screening lists name emails.
POWERS = [
    *(f"auth.{action}_{model}" for action in ("add", "change") for model in ("user", "group")),
    *(f"campaigns.{action}_listentry" for action in ("add", "change", "delete", "view")),
]


class WrongCode(Exception):
    """Not the code of now, or one that was used before."""


class TooManyTries(Exception):
    """Even the right code is refused for a while; how many seconds is the argument."""


def is_needed(user: User) -> bool:
    """Whether an account sees personal data, or could come to see it."""
    return (
        user.is_superuser
        or petition_policy.user_has_any_permission(user, sorted(set(RIGHTS.values())))
        or any(user.has_perm(power) for power in POWERS)
    )


def is_admitted(account: User | AnonymousUser) -> bool:
    """Whether a session may go beyond the door. Who has a device uses it, needed or not."""
    if not settings.SECOND_FACTOR or not account.is_authenticated or account.is_verified():
        return True
    return not (user_has_device(account) or is_needed(account))


def verify(user: User, code: str) -> Device:
    """The device that a code comes from: six digits are the app's, all else is a backup code."""
    code = "".join(code.split()).replace("-", "").lower()
    kind = TOTPDevice if len(code) == 6 and code.isdecimal() else StaticDevice
    return check(kind.objects.devices_for_user(user, confirmed=True).first(), code)


def check(device: Device | None, code: str) -> Device:
    """A device, if this is a code of it; each wrong one makes the next wait twice as long."""
    if device is None:
        raise WrongCode
    # What a wrong code leaves behind must be kept: nothing is raised inside.
    with transaction.atomic():
        device = type(device).objects.select_for_update().get(pk=device.pk)
        may_try, why = device.verify_is_allowed()
        is_right = may_try and device.verify_token(code)
    if not may_try:
        raise TooManyTries(math.ceil((why["locked_until"] - timezone.now()).total_seconds()))
    if not is_right:
        raise WrongCode
    return device


def begin(user: User) -> TOTPDevice:
    """A key for a phone, the same until a code of it is shown."""
    with transaction.atomic():
        # Nothing but this lock keeps two pages that are opened at once from making two.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        device, _ = TOTPDevice.objects.get_or_create(
            user=user, confirmed=False, defaults={"name": "phone"}
        )
    return device


def picture(device: TOTPDevice) -> str:
    """What the phone scans, as the address of a picture that holds itself."""
    return segno.make(device.config_url, error="m").svg_data_uri(scale=5, light="white")


def readable_key(device: TOTPDevice) -> str:
    """The same for who cannot scan: groups of four letters to type."""
    key = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(wrap(key, 4))


def finish(device: TOTPDevice) -> list[str]:
    """From now on this phone, and no other, is the second factor; these are its backup codes."""
    user = device.user
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        log(user, "staff.second_factor_set_up", user=user)
        return renew_backup_codes(user)


def renew_backup_codes(user: User) -> list[str]:
    """New ones; those of before are worth nothing any more."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="backup codes")
        codes = [StaticToken.random_token() for _ in range(BACKUP_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def backup_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user, device__confirmed=True).count()


def reset(user: User, *, by: User | None) -> None:
    """The phone is lost: its owner sets up another one when they next sign in."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        log(user, "staff.second_factor_reset", user=by)

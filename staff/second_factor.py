"""The second factor of a user: who needs one, and how it is set up, verified and reset.

It is an app on a phone, which shows a code of six digits every half minute (RFC 6238), or passkeys
(`staff.passkeys`), or both. Each backup code works once. The database has the key of the app only
encrypted, the backup codes only hashed (`staff.sealing`), and of a passkey only its public key.
"""

import math
from base64 import b32encode
from collections.abc import Iterator
from datetime import timedelta
from textwrap import wrap

import segno
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_otp import user_has_device
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp_webauthn.models import WebAuthnCredential
from wagtail.log_actions import log
from wagtail.permissions import collection_permission_policy

from campaigns.cms.permissions import SENSITIVE, petition_policy
from operations import encryption
from operations.doctor.findings import Finding
from staff import sealing, security_mails, sessions
from staff.models import Phone

BACKUP_CODES = 10
# After this many wrong codes the wait before the next one no longer doubles: 512 seconds.
MOST_WRONG = 10
# Permissions that need a second factor, as those on signatures do: people who can change users can
# take over an account, and the block and allow lists contain email addresses.
POWERS = [
    *(f"auth.{action}_{model}" for action in ("add", "change") for model in ("user", "group")),
    *(f"campaigns.{action}_listentry" for action in ("add", "change", "delete", "view")),
]


class WrongCode(Exception):
    """The code is not the current one, or it has been used before."""


class LastFactor(Exception):
    """No second factor would be left: backup codes alone are none."""


class TooManyTries(Exception):
    """Every code is rejected for a while; the argument is the number of seconds."""


def is_needed(user: User) -> bool:
    """Return whether a user can see personal data, or could grant themselves permission to."""
    return (
        user.is_superuser
        or petition_policy.user_has_any_permission(user, SENSITIVE)
        or any(user.has_perm(power) for power in POWERS)
        # Whoever moves a collection below another one shows its signatures to other people.
        or collection_permission_policy.user_has_any_permission(user, ("add", "change", "delete"))
    )


def is_verified(account: User | AnonymousUser) -> bool:
    """Return whether the session of the user has shown a second factor.

    OTPMiddleware adds the method to each request's user.
    """
    verified: bool = account.is_verified()  # type: ignore[union-attr]
    return verified


def is_admitted(account: User | AnonymousUser) -> bool:
    """Return whether a session may use the CMS.

    Users who have set up a second factor must show it, even if they do not need one.
    """
    if not settings.SECOND_FACTOR or not account.is_authenticated or is_verified(account):
        return True
    return not (user_has_device(account) or is_needed(account))


def verify(user: User, code: str) -> Device:
    """Return the device of a code: six digits are from the app, all else is a backup code.

    Spaces and hyphens are ignored. Raises WrongCode or TooManyTries.
    """
    code = "".join(code.split()).replace("-", "").lower()
    kind = Phone if len(code) == 6 and code.isdecimal() else StaticDevice
    return check(kind.objects.devices_for_user(user, confirmed=True).first(), code)


def check(device: Device | None, code: str) -> Device:
    """Return the device if this is its code. Each wrong code doubles the wait before the next.

    The wait has a limit, so that somebody who guesses cannot lock the owner out for hours.
    Raises WrongCode, also if there is no device any more, or TooManyTries.
    """
    # The number of wrong codes must be committed, so nothing is raised once it may have changed.
    with transaction.atomic():
        found = device and type(device).objects.select_for_update().filter(pk=device.pk).first()
        if found is None:
            raise WrongCode
        may_try, why = found.verify_is_allowed()
        is_right = may_try and found.verify_token(stored(found, code))
        many = type(found).objects.filter(pk=found.pk, throttling_failure_count__gt=MOST_WRONG)
        many.update(throttling_failure_count=MOST_WRONG)
    if not may_try:
        raise TooManyTries(math.ceil((why["locked_until"] - timezone.now()).total_seconds()))
    if not is_right:
        raise WrongCode
    return found


def stored(device: Device, code: str) -> str:
    """Return what the device compares: the stored HMAC of a backup code, else the code itself."""
    if not isinstance(device, StaticDevice):
        return code
    digests = sealing.code_digests(code)
    found = device.token_set.filter(token__in=digests).first()
    return str(found.token) if found else digests[0]


def begin(user: User, *, session: str) -> Phone:
    """Return the device that is to be set up in the session with this key.

    The device keeps its key until `finish`, and no other session is shown it: otherwise somebody
    who knew the password before the owner would know the codes of the owner's phone. A new password
    gives the session another key, or ends it.
    """
    name = sessions.hashed(session)
    with transaction.atomic():
        # Without this lock, two pages that are opened at the same time would create two devices.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        is_over = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        Phone.objects.filter(user=user, confirmed=False, created_at__lt=is_over).delete()
        device: Phone
        device, _ = Phone.objects.get_or_create(user=user, confirmed=False, name=name)
        try:
            sealing.opened(device.key)
        except encryption.Damaged:
            device.renew_key()
    return device


def picture(device: Phone) -> str:
    """Return the QR code for the phone, as the data URI of an SVG."""
    return segno.make(device.config_url, error="m").svg_data_uri(scale=5, light="white")


def readable_key(device: Phone) -> str:
    """Return the key for people who cannot scan: groups of four letters to type."""
    key = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(wrap(key, 4))


def renew_keys() -> tuple[int, int]:
    """Encrypt the keys of phones with the current SECRET_KEY; return how many, how many are lost.

    A key that is changed concurrently keeps its concurrent value. Deactivated accounts have lost
    nothing: nobody signs in with them.
    """
    done = lost = 0
    phones = Phone.objects.filter(confirmed=True)
    for pk, sealed, is_active in phones.values_list("pk", "key", "user__is_active"):
        try:
            new = sealing.renewed(sealed)
        except encryption.Damaged:
            lost += is_active
            continue
        if new:
            done += Phone.objects.filter(pk=pk, key=sealed).update(key=new)
    return done, lost


def look() -> Iterator[Finding]:
    """Yield the doctor's findings about phones that SECRET_KEY alone does not read."""
    old, lost = [], []
    phones = Phone.objects.filter(confirmed=True, user__is_active=True).order_by("user__username")
    for name, sealed in phones.values_list("user__username", "key"):
        try:
            if sealing.renewed(sealed):
                old.append(name)
        except encryption.Damaged:
            lost.append(name)
    if lost:
        yield Finding(
            "database",
            f"The phones of these accounts cannot be read: {', '.join(lost)}.",
            "SECRET_KEY was changed: the codes that they show are refused.",
            "name the key of before in SECRET_KEY_FALLBACKS; then lastdrop rekey. If that key is "
            "lost: lastdrop reset_second_factor NAME, for each of them",
        )
    if old:
        yield Finding(
            "database",
            "Phones of staff still need a key of SECRET_KEY_FALLBACKS.",
            "Without that key, the codes that they show are refused.",
            "lastdrop rekey",
            is_fault=False,
        )


def finish(device: Phone) -> list[str]:
    """Make this device the only phone of its user; return new backup codes.

    Return [] if the device is gone, because another session has finished first, for example.
    """
    user = device.user
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not Phone.objects.filter(pk=device.pk).update(confirmed=True, name="phone"):
            return []
        Phone.objects.filter(user=user).exclude(pk=device.pk).delete()
        note(user, "second_factor_set_up", by=user)
        return renew_backup_codes(user)


def note(user: User, what: str, *, by: User | None) -> None:
    """Log a change of a user's second factor, and notify the user by email."""
    # Wagtail would log nothing for a lazy object, such as `request.account`.
    log(User.objects.get(pk=user.pk), f"staff.{what}", user=by)
    security_mails.tell(user, what)


def phones(user: User) -> QuerySet[Phone]:
    """Return the phone that is set up: one row, or none."""
    found: QuerySet[Phone] = Phone.objects.devices_for_user(user, confirmed=True)
    return found


def passkeys(user: User) -> QuerySet[WebAuthnCredential]:
    """Return the passkeys of a user, ordered by name."""
    found: QuerySet[WebAuthnCredential] = WebAuthnCredential.objects.filter(user=user)
    return found.order_by("name", "pk")


def note_new_passkey(user: User) -> list[str]:
    """Complete adding a passkey; return backup codes, or [] if the user has some already."""
    with transaction.atomic():
        note(user, "passkey_added", by=user)
        has_codes = StaticDevice.objects.filter(user=user).exists()
        return [] if has_codes else renew_backup_codes(user)


def remove(device: Phone | WebAuthnCredential) -> None:
    """Remove a phone or a passkey, and end the sessions that it was shown in. Raises LastFactor."""
    user = device.user
    with transaction.atomic():
        # Without this lock, two devices removed at the same time would each count the other one.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not type(device)._default_manager.filter(pk=device.pk).exists():
            return  # The button was pressed twice.
        if phones(user).count() + passkeys(user).count() < 2:
            raise LastFactor
        device.delete()
        what = "phone_removed" if isinstance(device, Phone) else "passkey_removed"
        note(user, what, by=user)


def renew_backup_codes(user: User) -> list[str]:
    """Replace the backup codes of a user; return the new ones."""
    with transaction.atomic():
        # Without this lock, a button that is pressed twice would leave two sets of codes.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="backup codes")
        codes = [StaticToken.random_token() for _ in range(BACKUP_CODES)]
        digests = [sealing.code_digests(code)[0] for code in codes]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=each) for each in digests)
    return codes


def replace_backup_codes(user: User) -> list[str]:
    """Replace the backup codes as `renew_backup_codes` does, and notify the user."""
    with transaction.atomic():
        note(user, "backup_codes_replaced", by=user)
        return renew_backup_codes(user)


def backup_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user, device__confirmed=True).count()


def reset(user: User, *, by: User | None) -> None:
    """Delete the second factor of a user, who sets up a new one at the next sign-in.

    All sessions of the user end: somebody with a stolen one could otherwise set up a second factor
    of their own. `by` is None for a command on the server.
    """
    with transaction.atomic():
        Phone.objects.filter(user=user).delete()
        WebAuthnCredential.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        sessions.end_all(user)
        note(user, "second_factor_reset", by=by)

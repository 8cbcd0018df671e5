"""Update staff accounts after a restore: nobody regains access that they have lost since.

The doctor and `lastdrop rekey` learn of the keys of phones here, too.

`operations.backups` imports this module by name.
"""

from collections.abc import Iterable
from datetime import datetime

import psycopg
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    GroupSitePermission,
)

from campaigns.cms.pages.approval import Approval
from operations import encryption
from operations.backups import hooks
from operations.doctor import findings
from staff import second_factor

ACCOUNTS = """
    SELECT id, date_joined, username, email, password, is_active, is_superuser FROM auth_user
"""
OWN = "user_id = ANY(%s)"
# The tables of permissions; two rows are the same if they have these values in common.
RIGHTS: dict[type[models.Model], tuple[str, ...]] = {
    User.groups.through: ("user_id", "group_id"),
    User.user_permissions.through: ("user_id", "permission_id"),
    Group.permissions.through: ("group_id", "permission_id"),
    GroupPagePermission: ("group_id", "page_id", "permission_id"),
    GroupCollectionPermission: ("group_id", "collection_id", "permission_id"),
    GroupSitePermission: ("group_id", "site_id", "permission_id"),
    GroupApprovalTask.groups.through: ("group_id", "groupapprovaltask_id"),
    Approval.groups.through: ("group_id", "approval_id"),
}
# The tables of second factors and links to a provider, and the condition for the rows of given
# users.
DEVICES: dict[type[models.Model], str] = {
    TOTPDevice: OWN,
    WebAuthnCredential: OWN,
    SocialAccount: OWN,
    StaticDevice: OWN,
    StaticToken: f"device_id IN (SELECT id FROM otp_static_staticdevice WHERE {OWN})",
}


def keep_out(made_at: datetime, old: hooks.Old) -> str:
    """End all sessions; update the accounts, or return a notice about accounts to check."""
    Session.objects.all().delete()
    try:
        with transaction.atomic():
            said = take_over(old) if old else ""
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
        said = ""
    return said or (
        "The staff accounts are those of the backup. Deactivate whoever has left since: "
        + names(User.objects.filter(is_active=True).values_list("username", flat=True))
    )


def take_over(old: psycopg.Connection) -> str:
    """Copy later changes from the replaced database; return a notice, "" if no account matches.

    Two accounts are the same if they were created at the same moment. Users who have been deleted
    since are deactivated, because the texts that they wrote refer to them. Permissions are only
    removed and never added: an intruder may have given themselves more.
    """
    there = {(row[0], row[1]): row[2:] for row in old.execute(ACCOUNTS).fetchall()}
    ours = {(user.pk, user.date_joined): user for user in User.objects.all()}
    known = {user.pk: there[key] for key, user in ours.items() if key in there}
    if not known:
        return ""
    gone = User.objects.exclude(pk__in=known).filter(is_active=True)
    said = "Staff accounts are as they were last, but for user names."
    if gone:
        said += f" Deactivated, since they had been deleted: {names(u.username for u in gone)}."
    gone.update(is_active=False)
    for pk, (_name, email, password, is_active, is_superuser) in known.items():
        account = User.objects.filter(pk=pk)
        account.update(email=email, password=password)
        if not is_active:
            account.update(is_active=False)
        if not is_superuser:
            account.update(is_superuser=False)
    take_away(old)
    copy_devices(old, list(known))
    if new := [row[0] for key, row in there.items() if key not in ours]:
        said += f" Made since, and to be made again: {names(new)}."
    return said


def take_away(old: psycopg.Connection) -> None:
    """Delete all permissions and group memberships that the other database no longer has."""
    for model, columns in RIGHTS.items():
        read = f"SELECT {', '.join(columns)} FROM {model._meta.db_table}"
        there = set(old.execute(read).fetchall())
        rows = model._meta.base_manager.values_list("pk", *columns)
        gone = [pk for pk, *row in rows if tuple(row) not in there]
        model._meta.base_manager.filter(pk__in=gone).delete()


def copy_devices(old: psycopg.Connection, accounts: list[int]) -> None:
    """Replace all second factors, and links to a provider, with those of another database."""
    for model in DEVICES:
        model._meta.base_manager.all().delete()
    with connection.cursor() as here:
        for model, condition in DEVICES.items():
            columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
            table = model._meta.db_table
            read = f"COPY (SELECT {columns} FROM {table} WHERE {condition}) TO STDOUT"
            with (
                old.cursor().copy(read, [accounts]) as rows,
                here.copy(f"COPY {table} ({columns}) FROM STDIN") as written,
            ):
                for piece in rows:
                    written.write(piece)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(DEVICES)):
            here.execute(statement)


def names(usernames: Iterable[str]) -> str:
    return ", ".join(sorted(usernames))


hooks.LEFT_OUT += ["django_session", "wagtailadmin_formstate", "wagtailadmin_editingsession"]
hooks.MENDING.append(keep_out)
findings.OF_KEYS.append(second_factor.look)
encryption.RENEWING.append(second_factor.renew_keys)

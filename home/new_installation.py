"""The start of a new installation: its site and home page, its name, and its first account."""

from email.utils import parseaddr
from itertools import chain, count
from textwrap import shorten
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext
from wagtail.models import Page, Site

from campaigns.pages.campaign import CampaignIndexPage
from home.models import HomePage, Identity

LONGEST_NAME = Identity._meta.get_field("name").max_length or 0


def organisation() -> tuple[str, str]:
    """Return the name and the email address of the sender of emails; the name may be empty."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)


def contact_email() -> str:
    """Return the email address of the sender; "" while none is set."""
    found = organisation()[1]
    return "" if found.endswith("@localhost") else found


def shortened(name: str) -> str:
    """Return the name of an organisation, without its last words if it is too long."""
    short = shorten(name, LONGEST_NAME, placeholder="…")
    return f"{name[: LONGEST_NAME - 1]}…" if short == "…" else short  # of a name without spaces


@transaction.atomic
def make_home(name: str) -> bool:
    """Replace Wagtail's welcome page with a home page that has a list of campaigns.

    Return False if the site has another home page or pages below it already.
    """
    site = Site.objects.filter(is_default_site=True).first()
    welcome = site.root_page if site else None
    if welcome and (welcome.specific_class is not Page or welcome.get_children().exists()):
        return False
    home = HomePage(title=name, heading=name, slug="front")
    Page.get_first_root_node().add_child(instance=home)
    home.save_revision().publish()
    campaigns = CampaignIndexPage(title=gettext("Campaigns"), slug="campaigns")
    home.add_child(instance=campaigns)
    campaigns.save_revision().publish()
    address = urlsplit(settings.BASE_URL)
    site, _ = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "root_page": home,
            "site_name": name,
            "hostname": address.hostname,
            "port": address.port or (443 if address.scheme == "https" else 80),
        },
    )
    Identity.objects.get_or_create(
        site=site, defaults={"name": shortened(name), "contact_email": contact_email()}
    )
    # Only once the site has another root page, since deleting its root deletes the site.
    if welcome:
        welcome.delete()
    return True


def first_administrator(email: str) -> User | None:
    """Return the first administrator's account, without a password; None if one can sign in.

    Nobody can sign in to it until its owner has chosen a password (`link_to_begin`).
    """
    if has_administrator():
        return None
    known = User.objects.filter(is_superuser=True, is_active=True).first()
    return known or User.objects.create_superuser(free_name(email), email)


def correct(user: User, email: str) -> None:
    """Give the first account the email address that was meant, until its owner has signed in."""
    if user.email != email and user.last_login is None:
        user.username, user.email = free_name(email), email
        user.save(update_fields=["username", "email"])


def has_administrator() -> bool:
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    return any(each.has_usable_password() for each in administrators)


def free_name(email: str) -> str:
    """Return a user name made from an email address that no other account has, even inactive."""
    name = User.normalize_username(email.partition("@")[0])
    names = chain([name], (f"{name}{number}" for number in count(2)))
    return next(each for each in names if not User.objects.filter(username=each).exists())


def link_to_begin(user: User) -> str:
    """Return a link with which the owner of the account chooses a password.

    It works once, within PASSWORD_RESET_TIMEOUT.
    """
    key = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return settings.BASE_URL + reverse("wagtailadmin_password_reset_confirm", args=[key, token])

"""A session ends with its account, with its password, and with the day."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import Collection

from config.settings import base
from operations.backups import hooks
from staff import rounds, sessions
from tests.campaigns.cms.conftest import make_team, make_user
from tests.staff.conftest import code, enters, sign_in, sign_in_with_code

pytestmark = pytest.mark.django_db

GOOD = "a sentence of some length"


@pytest.fixture
def inside(client, manager) -> Client:
    sign_in(client, manager)
    assert enters(client)
    return client


@pytest.fixture
def administrator(db) -> Client:
    browser = Client()
    browser.force_login(make_user("admin", is_superuser=True))
    return browser


def edit(administrator: Client, user: User, **fields: str):
    """Send the form of a user as an administrator."""
    data = {
        "username": user.username,
        "email": user.email,
        "first_name": "A",
        "last_name": "B",
        "groups": [group.pk for group in user.groups.all()],
        "is_active": "on",
    } | fields
    return administrator.post(f"/admin/users/edit/{user.pk}/", data)


def test_a_deactivated_account_is_out_at_once(inside, administrator, manager):
    edit(administrator, manager, is_active="")

    assert not enters(inside)


def test_a_new_password_ends_the_sessions_of_the_old_one(inside, administrator, manager):
    edit(administrator, manager, password1=GOOD, password2=GOOD)

    assert not enters(inside)


def test_a_deleted_account_is_out_at_once(inside, administrator, manager):
    administrator.post(f"/admin/users/delete/{manager.pk}/")

    assert not User.objects.filter(pk=manager.pk).exists()
    assert not enters(inside)


def test_a_right_taken_away_is_gone_at_once(inside, manager):
    manager.groups.clear()

    assert not enters(inside)


def test_changing_ones_own_password_ends_ones_other_sessions(inside, manager):
    other = Client()
    sign_in(other, manager)
    page = inside.get("/admin/account/")
    data = {
        f"{form.prefix}-{name}": field.value() or ""
        for panels in page.context["panels_by_tab"].values()
        for panel in panels
        for form in [panel.get_form()]
        for name, field in ((bound.name, bound) for bound in form)
        if not isinstance(field.value(), bool)
    }
    data |= {
        "name_email-first_name": "Ada",
        "name_email-last_name": "Lovelace",
        "password-old_password": "password",
        "password-new_password1": GOOD,
        "password-new_password2": GOOD,
    }

    inside.post("/admin/account/", data)

    manager.refresh_from_db()
    assert manager.check_password(GOOD)
    assert (enters(inside), enters(other)) == (True, False)


def test_ending_all_sessions_of_a_user_ends_no_session_of_others(inside, administrator, manager):
    other = Client()
    sign_in(other, manager)
    Client().get("/admin/login/")

    sessions.end_all(manager)

    assert (enters(inside), enters(other), enters(administrator)) == (False, False, True)


@pytest.mark.usefixtures("second_factor")
def test_somebody_signs_out_everywhere(client, manager, phone, settings):
    settings.SSO_ONLY = True  # There is no password that one could change.
    device = phone(manager)
    sessions_of_manager = [client, Client()]
    for browser in sessions_of_manager:
        browser.force_login(manager)
        with_device = browser.session
        with_device[DEVICE_ID_SESSION_KEY] = device.persistent_id
        with_device.save()
        assert enters(browser)
    button = 'action="/admin/second-factor/sign-out-everywhere/"'
    assert button in client.get("/admin/second-factor/").content.decode()

    response = client.post("/admin/second-factor/sign-out-everywhere/", follow=True)

    assert response.redirect_chain == [("/admin/login/", 302)]
    assert "You are signed out everywhere." in response.content.decode()
    assert [enters(browser) for browser in sessions_of_manager] == [False, False]


@pytest.mark.usefixtures("second_factor")
def test_so_does_somebody_who_has_no_second_step(client):
    make_team("Writers", Collection.get_first_root_node(), "add", "change")
    client.force_login(make_user("writer", "Writers"))
    button = 'action="/admin/second-factor/sign-out-everywhere/"'

    page = client.get("/admin/second-factor/", follow=True).content.decode()
    client.post("/admin/second-factor/sign-out-everywhere/")

    assert button in page
    assert not enters(client)


def test_so_does_somebody_where_nobody_has_one(client, manager):
    address = "/admin/second-factor/sign-out-everywhere/"
    client.force_login(manager)

    account = client.get("/admin/account/").content.decode()
    page = client.get(address).content.decode()
    was_inside = enters(client)
    client.post(address)

    assert [f'href="{address}"' in account, f'action="{address}"' in page] == [True, True]
    assert [was_inside, enters(client)] == [True, False]


def test_whoever_signs_in_again_is_on_the_page_of_the_form_that_they_sent(client):
    """The address of a form may take no GET, such as that of the notes about a signature.

    So is whoever signed in in another tab, whose form is too old.
    """
    form = "/admin/first-steps/dismiss/"
    pages = {
        "http://testserver/admin/pages/?p=2": "/admin/pages/?p=2",
        "http://testserver/en/": form,
        "https://example.org/admin/": form,
        "http://[": form,
        "": form,
    }
    strict = Client(enforce_csrf_checks=True)

    led = {}
    for page in pages:
        asked = {"headers": {"referer": page}}
        to_sign_in = client.post(form, **asked)["Location"]
        too_old = strict.post(form, **asked).content.decode()
        led[page] = to_sign_in, f'href="{pages[page]}" rel="noreferrer"' in too_old

    assert led == {
        page: (f"/admin/login/?{urlencode({'next': to}, safe='/')}", True)
        for page, to in pages.items()
    }


def test_a_session_lasts_twelve_hours_at_most(client, manager):
    sign_in(client, manager, remember="on")
    session = Session.objects.get()
    left = session.expire_date - timezone.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)

    client.get("/admin/")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert site_settings.SESSION_SAVE_EVERY_REQUEST is False
    assert not enters(client)


@pytest.mark.usefixtures("second_factor")
def test_no_write_prolongs_a_session_or_its_cookie(client, manager, phone):
    device = phone(manager)
    sign_in_with_code(client, manager, device, remember="on")
    in_an_hour = timezone.now() + timedelta(hours=1)
    Session.objects.update(expire_date=in_an_hour)

    response = client.post("/admin/second-factor/again/", {"code": code(device)})

    assert response.cookies["sessionid"]["max-age"] <= 60 * 60
    assert Session.objects.get().expire_date == in_an_hour
    assert enters(client)


@pytest.mark.usefixtures("second_factor")
def test_signing_in_again_gives_the_whole_time(client, manager, phone):
    device = phone(manager)
    sign_in_with_code(client, manager, device, remember="on")
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))

    client.get("/admin/")
    response = sign_in(client, manager, code=code(device), remember="on")

    assert response.cookies["sessionid"]["max-age"] == 12 * 60 * 60
    assert Session.objects.get().expire_date > timezone.now() + timedelta(hours=11)


def test_without_remember_me_the_cookie_ends_with_the_browser(client, manager):
    response = sign_in(client, manager)

    assert response.cookies["sessionid"]["expires"] == ""
    assert response.cookies["sessionid"]["httponly"]
    assert response.cookies["sessionid"]["samesite"] == "Lax"


def test_sessions_that_are_over_are_deleted_by_the_worker(client, manager):
    sign_in(client, manager)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    rounds.delete_login_attempts()

    assert not Session.objects.exists()


def test_what_was_typed_for_a_preview_is_deleted_by_the_worker_and_in_no_backup(manager):
    about = {"content_type": ContentType.objects.get_for_model(User), "object_id": "1"}
    for hours in (1, 25):
        moment = timezone.now() - timedelta(hours=hours)
        FormState.objects.create(user=manager, data=str(hours), last_updated_at=moment, **about)
        EditingSession.objects.create(user=manager, last_seen_at=moment, **about)
    EditingSession.objects.create(user=manager, last_seen_at=timezone.now(), **about)

    rounds.delete_unsaved_forms()

    assert [each.data for each in FormState.objects.all()] == ["1"]
    assert EditingSession.objects.count() == 1
    hooks.discover()
    tables = {model._meta.db_table for model in (FormState, EditingSession)}
    assert tables <= {*hooks.LEFT_OUT}


@pytest.mark.parametrize("password", ["fourteen chars", "yfdbufnjh10305070", "manager@example.org"])
def test_a_weak_password_is_refused_with_a_reason(administrator, manager, password):
    response = edit(administrator, manager, password1=password, password2=password)

    assert response.status_code == 200
    assert response.context["form"].errors["password2"]


def test_passwords_are_kept_by_argon2(manager, settings):
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS

    manager.set_password(GOOD)

    assert manager.password.startswith("argon2$argon2id$")
    assert manager.check_password(GOOD)

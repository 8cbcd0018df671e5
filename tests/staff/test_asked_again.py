"""A stolen cookie, or an unattended computer, is not enough for the most harmful actions."""

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.test import Client

from campaigns.workflow.requests import ActionRequest
from staff import recent_second_factor
from staff.models import Phone
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_appeal, make_contact, make_petition, make_signature
from tests.staff.conftest import account_data, code, enters, sign_in, sign_in_with_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]

ACCOUNT = "/admin/account/"
AGAIN = "/admin/second-factor/again/"
SET_UP = "/admin/second-factor/set-up/"
OVERVIEW = "/admin/second-factor/"
THANKS = "Thank you. You will not be asked again for ten minutes."
PURPOSE = {"shape": "handover", "purpose": "Handover"}
REPORT, PEOPLE = "/admin/signatures/people/report/", "/admin/signatures/people/"
LIST = "/admin/signatures/"
FILE = "/admin/jobs/0b0e5f5c-7b0a-4e5c-9d6b-1c2f3a4b5c6d/file/"
EXPORT = "/admin/signatures/export/?state=counted&export=csv"
COLUMNS, PRESET = "/admin/signatures/export/handover/", "/admin/signatures/export/presets/1/"


@pytest.fixture
def device(manager, phone) -> Phone:
    return phone(manager)


@pytest.fixture
def long_inside(client, manager, device) -> Client:
    """A client of a user who signed in a quarter of an hour ago."""
    sign_in_with_code(client, manager, device)
    session = client.session
    session[recent_second_factor.SHOWN_AT] -= 15 * 60
    session.save()
    assert enters(client)
    return client


def where(response) -> str | None:
    return response.get("Location")


def test_after_signing_in_nobody_is_asked(client, manager, device):
    make_signature(make_petition())
    sign_in(client, manager, code=code(device))

    assert client.get(SET_UP).status_code == 200
    assert client.post(EXPORT, PURPOSE)["Content-Type"].startswith("text/csv")


def test_later_the_code_comes_before_a_new_phone_and_before_an_export(long_inside):
    collection = "/admin/collections/1/"
    petition = make_petition()
    petitions = "/admin/snippets/campaigns/petition"
    asked = [
        ActionRequest.objects.create(petition=petition, verb=verb)
        for verb in ("move", "start_forwarding")
    ]
    for address in (
        SET_UP,
        EXPORT,
        COLUMNS,
        PRESET,
        FILE,
        REPORT,
        f"{LIST}?export=xlsx",
        collection,
        f"{petitions}/move/{petition.pk}/",
        *(f"{petitions}/requests/{petition.pk}/{each.pk}/" for each in asked),
    ):
        assert where(long_inside.get(address)).startswith(AGAIN), address


def test_later_the_code_comes_before_new_backup_codes(long_inside, device):
    page, response = long_inside.get(OVERVIEW), long_inside.post(OVERVIEW)

    assert (page.status_code, where(response)) == (
        200,
        f"{AGAIN}?next=%2Fadmin%2Fsecond-factor%2F&undone=1",
    )


def test_later_the_code_comes_before_another_email(long_inside, manager):
    data = account_data()
    asked = long_inside.post(ACCOUNT, data)
    same = long_inside.post(ACCOUNT, data | {"name_email-email": manager.email})

    before = manager.email
    manager.refresh_from_db()
    assert where(asked) == f"{AGAIN}?next=%2Fadmin%2Faccount%2F&undone=1"
    assert (manager.email, manager.first_name, where(same)) == (before, "Ada", ACCOUNT)


def test_whoever_has_shown_the_code_changes_the_email_without_the_password(client, manager, device):
    sign_in(client, manager, code=code(device))

    client.post(ACCOUNT, account_data(**{"name_email-current_password": ""}))

    manager.refresh_from_db()
    assert manager.email == "ada@example.org"


def test_later_the_code_comes_before_any_account_is_made_or_changed(long_inside, manager):
    User.objects.filter(pk=manager.pk).update(is_superuser=True)

    for address in (
        "/admin/users/new/",
        f"/admin/users/edit/{manager.pk}/",
        f"/admin/users/{make_user('somebody').pk}/second-factor/",
        f"/admin/bulk/auth/user/set_active_state/?id={manager.pk}",
        "/admin/groups/new/",
        f"/admin/groups/edit/{Group.objects.first().pk}/",
        f"/admin/users/delete/{manager.pk}/",
        f"/admin/groups/delete/{Group.objects.first().pk}/",
    ):
        assert where(long_inside.get(address)).startswith(AGAIN)
        assert where(long_inside.post(address, {"email": "thief@example.org"})).startswith(AGAIN)


def test_later_the_code_comes_before_another_system_hears_of_signers(long_inside):
    assert where(long_inside.get("/admin/receivers/new/")).startswith(AGAIN)
    assert where(long_inside.post("/admin/receivers/1/", {"do": "pause"})).startswith(AGAIN)
    for address in ("/admin/receivers/1/secret/", "/admin/receivers/delete/1/"):
        assert where(long_inside.get(address)).startswith(AGAIN), address
        assert where(long_inside.post(address)).startswith(AGAIN), address
    assert where(long_inside.get("/admin/receivers/1/")) != AGAIN


def test_later_the_code_comes_before_another_mailbox_gets_signatures(long_inside):
    snippets = "/admin/snippets/campaigns"
    for address in (
        f"{snippets}/contact/edit/{make_contact().pk}/",
        f"{snippets}/appeal/representatives/{make_appeal().pk}/",
        f"{snippets}/petition/start_forwarding/{make_petition().pk}/",
    ):
        assert where(long_inside.get(address)).startswith(AGAIN), address
        sent = long_inside.post(address, {"email": "thief@example.org"})
        assert where(sent).startswith(AGAIN), address


def test_nobody_resets_their_own_second_step(client, manager, device):
    User.objects.filter(pk=manager.pk).update(is_superuser=True)
    sign_in(client, manager, code=code(device))

    page = client.get("/admin/users/").content.decode()
    client.post(f"/admin/users/{manager.pk}/second-factor/")

    assert f"/admin/users/{manager.pk}/second-factor/" not in page
    assert Phone.objects.get() == device


def test_a_new_phone_is_not_finished_without_it_either(long_inside, device):
    response = long_inside.post(SET_UP, {"code": "123456"})

    assert where(response).startswith(AGAIN)
    assert Phone.objects.get() == device


def test_with_the_code_the_way_goes_on(long_inside, device):
    make_signature(make_petition())
    asked = where(long_inside.get(EXPORT))

    wrong = long_inside.post(asked, {"code": "000000"})
    still_asked = where(long_inside.get(EXPORT))
    Phone.objects.update(throttling_failure_count=0)
    right = long_inside.post(asked, {"code": code(device)})

    assert (wrong.status_code, still_asked) == (200, asked)
    assert where(right) == EXPORT
    assert long_inside.post(EXPORT, PURPOSE)["Content-Type"].startswith("text/csv")


def test_five_wrong_codes_end_the_session(long_inside, device):
    for _ in range(5):
        Phone.objects.update(throttling_failure_timestamp=None)
        response = long_inside.post(AGAIN, {"code": "000000"}, follow=True)

    said = [str(each) for each in response.context["messages"]]
    assert said == ["There were five wrong attempts. Please sign in again."]
    assert where(long_inside.get("/admin/")).startswith("/admin/login/")


def test_wrong_codes_of_before_are_forgotten_with_a_right_one(long_inside, device):
    for _ in range(4):
        Phone.objects.update(throttling_failure_timestamp=None)
        long_inside.post(AGAIN, {"code": "000000"})
    Phone.objects.update(throttling_failure_timestamp=None)
    long_inside.post(AGAIN, {"code": code(device)})
    long_inside.post(AGAIN, {"code": "000000"})

    assert enters(long_inside)


@pytest.mark.parametrize(
    ("address", "after"),
    [(FILE, "/admin/jobs/"), (f"{LIST}?state=counted&export=xlsx", f"{LIST}?state=counted")],
)
def test_after_a_file_the_way_leads_to_its_button(long_inside, device, address, after):
    asked = where(long_inside.get(address))

    response = long_inside.post(asked, {"code": code(device)}, follow=True)

    told = [str(each) for each in response.context["messages"]]
    assert response.redirect_chain == [(after, 302)]
    assert told == [THANKS, "What you asked for has not been done yet. Please do it once more."]


def test_who_was_looked_up_is_found_again_after_the_second_step(long_inside, device):
    make_signature(make_petition(), email="ada@example.org", name="Ada Lovelace")
    who = {"email": "ada@example.org", "name": "", "format": "html"}
    asked = where(long_inside.post(REPORT, who))
    stored = Session.objects.get().get_decoded()

    page = long_inside.post(asked, {"code": code(device)}, follow=True)
    handed_out = long_inside.post(REPORT, who)
    empty = long_inside.get(PEOPLE)

    assert asked == f"{AGAIN}?next=%2Fadmin%2Fsignatures%2Fpeople%2F&undone=1"
    assert "ada@" not in str(stored)  # a random key may contain “ada”
    assert "Ada Lovelace" in page.content.decode()
    assert "attachment" in handed_out["Content-Disposition"]
    assert "ada@example.org" not in empty.content.decode()


def test_the_way_leads_to_no_other_site(long_inside, device):
    response = long_inside.post(f"{AGAIN}?next=https://evil.example/", {"code": code(device)})

    assert where(response) == "/admin/"


def test_who_has_no_phone_yet_is_not_asked(client, manager):
    sign_in(client, manager)

    assert where(client.get(AGAIN)) == SET_UP
    assert client.get(SET_UP).status_code == 200


def test_where_the_second_step_is_off_nobody_is_asked(client, manager, settings):
    settings.SECOND_FACTOR = False
    sign_in(client, manager)

    assert client.get(AGAIN).status_code == 404
    assert where(client.get(EXPORT)) is None

"""Owners add and remove passkeys, but not the last second factor; an email tells them."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp_webauthn.models import WebAuthnAttestation, WebAuthnCredential
from wagtail.models import ModelLogEntry

from staff import recent_second_factor, second_factor
from staff.models import Phone
from tests.campaigns.cms.conftest import make_user
from tests.staff.conftest import enters, sign_in
from tests.staff.passkeys.device import PRESENT, Device

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]

OVERVIEW = "/admin/second-factor/"
ADD = "/admin/second-factor/passkeys/add/"
SET_UP = "/admin/second-factor/set-up/"
REMOVE_PHONE = "/admin/second-factor/phone/remove/"


def removal(passkey: WebAuthnCredential) -> str:
    return f"/admin/second-factor/passkeys/{passkey.pk}/remove/"


def add(client: Client, made: Device, name: str = "Blue key", **wrong):
    question = client.get(ADD).context["question"]
    return client.post(ADD, {"name": name, "passkey": made.made(question, **wrong)})


def log() -> list[str]:
    entries = ModelLogEntry.objects.filter(action__startswith="staff.")
    return list(entries.order_by("pk").values_list("action", flat=True))


def test_it_is_the_first_second_factor_of_who_has_none(client, manager):
    sign_in(client, manager)
    assert ADD in client.get(SET_UP).content.decode()

    response = add(client, Device())

    assert len(response.context["codes"]) == StaticToken.objects.count() == 10
    assert client.get("/admin/").status_code == 200
    assert log() == ["staff.passkey_added"]


def test_beside_another_one_the_backup_codes_stay(inside, manager):
    first, *_ = second_factor.renew_backup_codes(manager)

    response = add(inside, Device(), name="Blue key")

    page = inside.get(OVERVIEW).content.decode()
    assert response["Location"] == OVERVIEW
    assert ["Laptop" in page, "Blue key" in page, "not used yet" in page] == [True] * 3
    assert second_factor.verify(manager, first)


def test_what_is_stored_is_its_public_key_and_nothing_about_the_make(inside):
    made = Device()

    add(inside, made)

    passkey = WebAuthnCredential.objects.get(name="Blue key")
    assert (bytes(passkey.credential_id), bytes(passkey.public_key)) == (
        made.id,
        made.public_key(),
    )
    assert not WebAuthnAttestation.objects.exists()


def test_the_browser_is_asked_for_one_of_this_host_whose_holder_is_verified(inside, device):
    question = json.loads(inside.get(ADD).context["question"])

    assert question["rp"]["id"] == "testserver"
    assert question["authenticatorSelection"]["userVerification"] == "required"
    assert len(question["excludeCredentials"]) == 1


def test_what_no_browser_of_ours_would_make_is_refused(inside):
    for wrong in (
        {"origin": "https://testserver.example"},
        {"host": "example.org"},
        {"flags": PRESENT},
    ):
        response = add(inside, Device(), **wrong)

        assert response.context["form"].errors == {
            "passkey": ["This passkey was not accepted. Please try again."]
        }, wrong
        assert WebAuthnCredential.objects.count() == 1, wrong


def test_what_nobody_can_read_is_refused(inside):
    for written in ("5", "{}", '{"clientExtensionResults": 5}'):
        inside.get(ADD)

        response = inside.post(ADD, {"name": "Key", "passkey": written})

        assert list(response.context["form"].errors) == ["passkey"], written


def test_an_answer_makes_one_passkey(inside):
    made = Device()
    question = inside.get(ADD).context["question"]
    answer = {"name": "Blue key", "passkey": made.made(question)}
    inside.post(ADD, answer)

    again = inside.post(ADD, answer)
    inside.get(ADD)
    taken = add(inside, made)

    assert [list(each.context["form"].errors) for each in (again, taken)] == [["passkey"]] * 2
    assert WebAuthnCredential.objects.filter(name="Blue key").count() == 1


def test_without_a_name_or_a_passkey_the_form_says_what_is_missing(inside):
    errors = [inside.post(ADD, {"name": name}).context["form"].errors for name in (" ", "Laptop")]

    assert errors[0] == {"name": ["Please give the passkey a name."]}
    assert errors[1].keys() == {"passkey"}
    assert errors[1]["passkey"][0].startswith("Your browser has created no passkey.")


def test_two_of_one_name_can_be_told_apart(inside):
    long = "L" * 64

    for name in ("Laptop", "Laptop", long, long):
        add(inside, Device(), name=name)

    names = WebAuthnCredential.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["Laptop", "Laptop (2)", "Laptop (3)", long, f"{'L' * 58} (2)"]


def test_later_the_second_factor_comes_before_each_change(inside, manager, phone):
    phone(manager)
    session = inside.session
    session[recent_second_factor.SHOWN_AT] -= 15 * 60
    session.save()

    for address in (ADD, removal(WebAuthnCredential.objects.get()), REMOVE_PHONE):
        for ask in (inside.get, inside.post):
            assert ask(address)["Location"].startswith("/admin/second-factor/again/"), address
        assert (WebAuthnCredential.objects.count(), Phone.objects.count()) == (1, 1), address


def test_somebody_at_the_door_adds_none_to_an_account_that_has_a_second_factor(client, manager):
    sign_in(client, manager)
    client.get(ADD)
    Device().given_to(manager)

    response = client.post(ADD, {"name": "Thief", "passkey": "{}"})

    assert response["Location"] == "/admin/login/"
    assert WebAuthnCredential.objects.count() == 1


def test_under_another_host_none_is_added_and_the_page_says_where(inside, settings):
    settings.BASE_URL = "https://example.org"

    assert inside.get(ADD).status_code == 404
    assert "Passkeys can be added and used at example.org" in inside.get(OVERVIEW).content.decode()


def test_the_one_that_is_lost_is_removed(inside, manager, phone):
    phone(manager)
    lost = Device().given_to(manager)
    page = inside.get(removal(lost))
    assert "Remove the passkey" in page.content.decode()

    response = inside.post(removal(lost))

    assert response["Location"] == OVERVIEW
    assert not WebAuthnCredential.objects.filter(pk=lost.pk).exists()
    assert log() == ["staff.passkey_removed"]
    assert enters(inside)


def test_a_button_that_is_pressed_twice_removes_it_once(manager, phone):
    phone(manager)
    lost = Device().given_to(manager)
    found_before = WebAuthnCredential.objects.get(pk=lost.pk)

    second_factor.remove(lost)
    second_factor.remove(found_before)

    assert log() == ["staff.passkey_removed"]


def test_the_phone_is_removed_once_there_is_a_passkey(inside, manager, phone):
    phone(manager)

    inside.post(REMOVE_PHONE)

    assert not Phone.objects.exists()
    assert log() == ["staff.phone_removed"]


def test_the_last_second_factor_stays(inside, manager, device):
    passkey = WebAuthnCredential.objects.get()
    second_factor.renew_backup_codes(manager)

    response = inside.post(removal(passkey), follow=True)

    assert "This is your only second step." in response.content.decode()
    assert WebAuthnCredential.objects.get() == passkey


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_that_are_removed_at_once_one_stays():
    user = make_user("manager", "Campaign managers")
    devices = [Device().given_to(user) for _ in range(2)]

    def remove(device: WebAuthnCredential) -> bool:
        try:
            second_factor.remove(device)
        except second_factor.LastFactor:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(remove, devices)) == [False, True]


def test_the_passkey_of_a_colleague_is_not_removed(inside):
    theirs = Device().given_to(make_user("colleague", "Campaign managers"))

    inside.post(removal(theirs))

    assert WebAuthnCredential.objects.filter(pk=theirs.pk).exists()


def test_an_administrator_takes_them_away_with_all_that_is_lost(inside, manager):
    second_factor.reset(manager, by=None)

    assert not WebAuthnCredential.objects.exists()
    assert inside.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


def test_where_the_second_step_is_off_there_are_none(inside, settings):
    settings.SECOND_FACTOR = False

    found = [
        inside.get(each).status_code
        for each in (ADD, REMOVE_PHONE, f"{OVERVIEW}passkeys/1/remove/")
    ]

    assert found == [404] * 3

"""A passkey is as good as a code, and nothing that only looks like a passkey is accepted."""

import json

import pytest
from axes.models import AccessAttempt
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import User
from django.test import Client
from django_otp_webauthn.models import WebAuthnCredential

from staff import recent_second_factor, second_factor
from tests.campaigns.cms.conftest import make_user
from tests.staff.conftest import LOGIN, code, enters, sign_in
from tests.staff.passkeys.device import PRESENT, VERIFIED, Device

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]

AGAIN = "/admin/second-factor/again/"
SET_UP = "/admin/second-factor/set-up/"
REFUSED = "This passkey was not accepted. Please try again, or enter a code instead."


def asked(client: Client, user: User) -> str:
    """The challenge on the page that follows the right password."""
    return sign_in(client, user).context["form"].question


def errors(response) -> list[str]:
    return response.context["form"].non_field_errors()


def test_the_passkey_is_asked_for_once_the_password_is_right(client, manager, device):
    before = client.get(LOGIN).content.decode()
    wrong = client.post(LOGIN, {"username": manager.username, "password": "x"}).content.decode()
    right = sign_in(client, manager)

    assert "data-passkey" not in before + wrong
    assert errors(right) == [
        "Your account has a second step. Please use your passkey, or enter a code."
    ]
    assert 'data-passkey="get"' in right.content.decode()
    question = json.loads(right.context["form"].question)
    assert (question["rpId"], question["userVerification"]) == ("testserver", "required")


def test_with_the_passkey_somebody_is_in_and_its_day_is_noted(client, manager, device):
    response = sign_in(client, manager, passkey=device.answer(asked(client, manager)))

    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert enters(client)
    assert WebAuthnCredential.objects.get().last_used_at is not None
    assert ", last used on " in client.get("/admin/second-factor/").content.decode()
    assert recent_second_factor.SHOWN_AT in client.session


def test_the_code_and_backup_codes_work_beside_it(client, manager, device, phone):
    app = phone(manager)
    first, *_ = second_factor.renew_backup_codes(manager)
    other = Client()

    sign_in(client, manager, code=code(app))
    sign_in(other, manager, code=first)

    assert (enters(client), enters(other)) == (True, True)


def test_an_answer_serves_once(client, manager, device):
    answer = device.answer(asked(client, manager))
    sign_in(client, manager, passkey=answer)
    client.post("/admin/logout/")

    again = sign_in(client, manager, passkey=answer)
    elsewhere = Client()
    asked(elsewhere, manager)
    there = sign_in(elsewhere, manager, passkey=answer)

    assert (errors(again), errors(there)) == ([REFUSED], [REFUSED])
    assert (enters(client), enters(elsewhere)) == (False, False)


def test_a_page_that_shows_an_error_does_not_repeat_the_answer(client, manager, device):
    page = sign_in(client, manager, passkey="x" * 40).content.decode()

    assert 'name="passkey"' in page
    assert "x" * 40 not in page


def test_what_no_browser_of_ours_would_answer_is_refused(manager, device):
    for wrong in (
        {"origin": "https://testserver.example"},
        {"host": "example.org"},
        {"flags": PRESENT},  # the holder was not verified
        {"flags": VERIFIED},  # the user was not present
        {"key": ec.generate_private_key(ec.SECP256R1())},
    ):
        client = Client()
        AccessAttempt.objects.all().delete()  # five wrong attempts would lock the account
        answer = device.answer(asked(client, manager), **wrong)

        assert errors(sign_in(client, manager, passkey=answer)) == [REFUSED], wrong
        assert not enters(client), wrong


def test_a_copy_of_the_device_that_counts_behind_is_refused(client, manager, device):
    sign_in(client, manager, passkey=device.answer(asked(client, manager)))
    copy = Client()
    device.count = 0

    response = sign_in(copy, manager, passkey=device.answer(asked(copy, manager)))

    assert errors(response) == [REFUSED]


def test_the_passkey_of_a_colleague_is_refused(client, manager, device):
    colleague, theirs = make_user("colleague", "Campaign managers"), Device()
    theirs.given_to(colleague)

    response = sign_in(client, manager, passkey=theirs.answer(asked(client, manager)))

    assert errors(response) == [REFUSED]
    assert not enters(client)


@pytest.mark.parametrize(
    "written",
    ["{", "5", "[]", "null", "{}", "[" * 100_000, '{"id": "x", "rawId": "x", "response": 1}']
    + [
        json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": each})
        for each in (
            {"clientDataJSON": "é", "authenticatorData": "A", "signature": "A"},
            {"clientDataJSON": "bnVsbA", "authenticatorData": "AAAA", "signature": ""},
            {
                "clientDataJSON": "W10",
                "authenticatorData": "AAAA",
                "signature": "",
                "userHandle": 1,
            },
        )
    ],
)
def test_what_nobody_can_read_is_refused(client, manager, device, written):
    asked(client, manager)

    assert errors(sign_in(client, manager, passkey=written)) == [REFUSED]


def test_wrong_passkeys_lock_the_account_like_wrong_codes(client, manager, device):
    for _ in range(5):
        response = sign_in(client, manager, passkey="{}")

    right = sign_in(client, manager)

    assert (response.status_code, right.status_code) == (429, 429)
    assert "{}" not in str(list(AccessAttempt.objects.values()))


def test_the_passkey_of_a_deactivated_account_opens_nothing(client, manager, device):
    question = asked(client, manager)
    User.objects.update(is_active=False)

    sign_in(client, manager, passkey=device.answer(question))

    assert "_auth_user_id" not in client.session


def test_under_another_host_the_code_alone_is_asked_for(client, manager, device, settings, phone):
    phone(manager)
    settings.BASE_URL = "https://example.org"

    response = sign_in(client, manager)

    assert response.context["form"].question == ""
    assert errors(response) == [
        "Your account has a second step. Please enter the code from your app."
    ]


def test_a_passkey_removed_meanwhile_ends_the_sessions_that_it_began(inside, manager, phone):
    phone(manager)
    second_factor.remove(WebAuthnCredential.objects.get())

    assert not enters(inside)
    assert inside.get(SET_UP)["Location"] == LOGIN


def test_an_export_asks_for_it_again(inside, device):
    session = inside.session
    session[recent_second_factor.SHOWN_AT] -= 15 * 60
    session.save()
    page = inside.get(AGAIN)

    wrong = inside.post(AGAIN, {"passkey": device.answer(page.context["form"].question, flags=1)})
    question = inside.get(AGAIN).context["form"].question
    right = inside.post(f"{AGAIN}?next=/admin/signatures/", {"passkey": device.answer(question)})

    assert wrong.context["form"].errors == {"code": [REFUSED]}
    assert right["Location"] == "/admin/signatures/"

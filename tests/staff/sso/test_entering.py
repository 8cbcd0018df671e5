"""Users of the provider who have an account on this site get in, and nobody else."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import ModelLogEntry

from staff import recent_second_factor
from tests.staff.conftest import LOGIN, code, enters
from tests.staff.passkeys.device import Device
from tests.staff.sso.conftest import SECOND_STEP, agree, begin, query, sign_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:.*get_jwt_config:DeprecationWarning"),  # the provider's own
]

UNKNOWN = (
    "There is no active account here for the email address that your organisation has confirmed."
)
ODD = "This sign-in took too long, or was not begun here. Please try again."


def told(client: Client, response) -> str:
    """What the sign-in page says after it was refused to sign somebody in."""
    assert response["Location"] == LOGIN
    return client.get(LOGIN).content.decode()


def test_who_has_an_account_with_the_same_email_gets_in(client, manager, ada):
    response = sign_in(client, ada, "/admin/signatures/")

    assert response["Location"] == "/admin/signatures/"
    assert enters(client)
    assert client.session.get_expire_at_browser_close()


def test_later_the_subject_counts_and_not_the_email(client, manager, knows):
    ada = knows("a" * 255, email="ada@example.org", email_verified=True)  # no longer one is allowed
    sign_in(Client(), ada)
    manager.email = "other@example.org"
    manager.save()
    knows(ada, email="married@example.org", email_verified=False)

    sign_in(client, ada)

    assert enters(client)
    actions = ModelLogEntry.objects.filter(action="staff.sso_linked")
    assert actions.count() == 1


def test_of_what_the_provider_says_the_subject_alone_is_stored(client, manager, ada, provider):
    sign_in(client, ada)

    assert list(SocialAccount.objects.values_list("user", "provider", "uid", "extra_data")) == [
        (manager.pk, provider, "ada", {})
    ]
    stored = (SocialApp, SocialToken, EmailAddress)
    assert [kind.objects.count() for kind in stored] == [0, 0, 0]
    manager.refresh_from_db()
    assert [group.name for group in manager.groups.all()] == ["Campaign managers"]
    assert manager.check_password("password")


def test_who_gets_the_email_of_somebody_who_has_left_does_not_get_their_account(
    client, manager, ada, knows
):
    sign_in(Client(), ada)
    knows("successor", email="ada@example.org", email_verified=True)

    response = sign_in(client, "successor")

    assert UNKNOWN in told(client, response)
    assert not enters(client)


def test_an_operator_unlinks_somebody_who_is_known_anew(client, manager, ada, knows):
    sign_in(Client(), ada)
    knows("ada2", email="ada@example.org", email_verified=True)

    call_command("unlink_sso", "manager", stdout=StringIO())
    sign_in(client, "ada2")

    assert enters(client)
    assert SocialAccount.objects.get().uid == "ada2"
    with pytest.raises(CommandError, match="no account with this name"):
        call_command("unlink_sso", "nobody")


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.org", "email_verified": True},
        {"email": "ada@example.org", "email_verified": False},
        {"email": "ada@example.org"},
        {"email": "ada@example.org", "email_verified": "true"},
        {"email": "", "email_verified": True},
        {},
    ],
    ids=["unknown", "unverified", "not said", "a word", "empty", "none"],
)
def test_nobody_else_gets_in_and_no_account_is_made(client, manager, knows, claims):
    response = sign_in(client, knows("somebody", **claims))

    assert UNKNOWN in told(client, response)
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert not enters(client)


def test_an_email_of_two_active_accounts_leads_into_neither(client, manager, ada, caplog):
    twin = User.objects.create_user("twin", "ADA@example.org")

    refused = told(client, sign_in(client, ada))
    User.objects.filter(pk=twin.pk).update(is_active=False)
    sign_in(client, ada)

    assert "More than one account here has the email address" in refused
    cause = f"SEVERAL (account {manager.pk}, {twin.pk})"
    assert f"Nobody got in through the provider: {cause}" in caplog.messages
    assert enters(client)


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_deactivated_account_stays_shut(client, manager, ada, is_linked):
    if is_linked:
        sign_in(Client(), ada)
    User.objects.update(is_active=False)

    assert UNKNOWN in told(client, sign_in(client, ada))
    assert not enters(client)


def test_a_domain_keeps_all_others_out_also_those_who_are_linked(client, manager, ada, settings):
    sign_in(Client(), ada)
    settings.SSO_MAIL_DOMAIN = "example.com"

    assert UNKNOWN in told(client, sign_in(client, ada))


def test_accounts_are_made_where_a_setting_says_so_and_have_no_rights(client, settings, knows):
    settings.SSO_MAIL_DOMAIN, settings.SSO_CREATES_ACCOUNTS = "example.org", True
    admin = {"groups": ["Administrators"], "is_superuser": True}

    sign_in(client, knows("new", email="new@example.org", email_verified=True, **admin))
    sign_in(Client(), knows("other", email="new@example.com", email_verified=True))

    user = User.objects.get()
    assert (user.username, user.email) == ("new@example.org", "new@example.org")
    assert not user.has_usable_password()
    assert (user.is_superuser, list(user.groups.all()), user.get_all_permissions()) == (
        False,
        [],
        set(),
    )


def test_the_state_must_be_that_of_this_browser(client, manager, ada):
    somebody_elses = agree(begin(Client()), ada)
    begin(client)

    assert ODD in told(client, client.get(somebody_elses))
    assert not enters(client)


def test_an_answer_serves_once(client, manager, ada):
    answer = agree(begin(client), ada)
    client.get(answer)
    client.post("/admin/logout/")

    assert ODD in told(client, client.get(answer))
    assert not enters(client)


def test_the_nonce_must_be_that_of_the_question(client, manager, ada):
    address = begin(client)
    changed = address.replace(query(address)["nonce"], "x" * 43)
    assert changed != address

    assert ODD in told(client, client.get(agree(changed, ada)))
    assert not enters(client)


def test_the_question_is_bound_to_its_browser_also_by_pkce(client):
    asked = query(begin(client))

    assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
    assert asked["redirect_uri"] == "http://testserver/admin/sso/answer/"
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}


def test_another_issuer_is_refused(client, manager, settings, provider):
    settings.SSO_ISSUER = f"{provider}/."  # the same server, which gives itself another name

    response = client.get("/admin/sso/")

    assert ODD in told(client, response)


def test_a_provider_that_is_down_is_said_kindly_and_passwords_still_work(client, manager, settings):
    settings.SSO_ISSUER = "http://localhost:9"

    response = client.get("/admin/sso/")

    assert "does not answer at the moment" in told(client, response)
    client.post(LOGIN, {"username": "manager", "password": "password"})
    assert enters(client)


def test_who_declines_at_the_provider_is_told_so(client):
    asked = query(begin(client))

    response = client.get(f"/admin/sso/answer/?error=access_denied&state={asked['state']}")

    assert "You have not signed in." in told(client, response)


def test_after_the_provider_the_second_step_is_asked_for(client, manager, ada, phone, settings):
    settings.SECOND_FACTOR = True
    device = phone(manager)

    response = sign_in(client, ada, "/admin/signatures/")
    entered_before = enters(client)
    wrong = client.post(SECOND_STEP, {"code": "000000"})
    type(device).objects.update(throttling_failure_count=0)
    right = client.post(SECOND_STEP, {"code": code(device)})

    assert (response["Location"], entered_before) == (SECOND_STEP, False)
    assert "This code is wrong" in wrong.content.decode()
    assert right["Location"] == "/admin/signatures/"
    assert enters(client)
    assert recent_second_factor.SHOWN_AT in client.session


def test_a_passkey_is_taken_there_too(client, manager, ada, settings):
    settings.SECOND_FACTOR = True
    device = Device()
    device.given_to(manager)
    sign_in(client, ada)
    question = client.get(SECOND_STEP).context["form"].question

    client.post(SECOND_STEP, {"passkey": device.answer(question)})

    assert enters(client)


def test_who_needs_a_second_step_and_has_none_sets_it_up(client, manager, ada, settings):
    settings.SECOND_FACTOR = True

    sign_in(client, ada)

    assert client.get("/admin/")["Location"] == "/admin/second-factor/set-up/"


def test_the_second_step_is_for_who_was_at_the_provider_just_now(
    client, manager, ada, phone, settings
):
    settings.SECOND_FACTOR = True
    device = phone(manager)
    assert client.post(SECOND_STEP, {"code": code(device)})["Location"] == LOGIN
    sign_in(client, ada)
    session = client.session
    session["sso_waiting"] |= {"at": session["sso_waiting"]["at"] - 11 * 60}
    session.save()

    response = client.post(SECOND_STEP, {"code": code(device)})

    assert response["Location"] == LOGIN
    assert not enters(client)


def test_wrong_codes_lock_the_account_here_too(client, manager, ada, phone, settings):
    settings.SECOND_FACTOR = True
    device = phone(manager)
    sign_in(client, ada)
    for _ in range(5):
        type(device).objects.update(throttling_failure_timestamp=None)
        wrong = client.post(SECOND_STEP, {"code": "000000"})
    type(device).objects.update(throttling_failure_count=0)

    right = client.post(SECOND_STEP, {"code": code(device)})
    again = sign_in(Client(), ada)

    assert [each.status_code for each in (wrong, right, again)] == [429, 429, 429]
    assert AccessAttempt.objects.get().username == "manager"


def test_nothing_about_somebody_is_logged(client, knows, caplog):
    sign_in(client, knows("canary", email="canary@example.org", email_verified=True))

    theirs = ("werkzeug", "urllib3", "oidc_provider_mock", "authlib")
    ours = [each.getMessage() for each in caplog.records if not each.name.startswith(theirs)]
    assert "Nobody got in through the provider: UNKNOWN (no account)" in ours
    assert "anary" not in str(ours)

"""A campaign manager adds a passkey to their phone's codes, and signs in with it."""

import pytest
from django.conf import settings
from django.test import Client
from django_otp_webauthn.models import WebAuthnCredential
from playwright.sync_api import Page, expect

from staff import second_factor as factor
from staff.models import Phone
from tests.journeys.conftest import PASSWORD
from tests.journeys.test_manager import findings
from tests.journeys.test_staff import make_manager
from tests.staff.conftest import LOGIN, code


@pytest.fixture(autouse=True)
def second_factor(settings) -> None:
    settings.SECOND_FACTOR = True


@pytest.fixture
def finger(page: Page) -> None:
    """A computer with a fingerprint reader, and the right finger on it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    reader = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": reader})


# Returns which of two presses of a form's button are let through.
TWICE = """form => [1, 2].map(() => form.dispatchEvent(
    new SubmitEvent("submit", {bubbles: true, cancelable: true})))"""


def with_the_code_of_the_phone(page: Page, site: str, device: Phone) -> None:
    """Sign in as in test_staff.py, and let the browser go on."""
    client, name = Client(), settings.SESSION_COOKIE_NAME
    answers = {"username": "manager", "password": PASSWORD, "code": code(device)}
    assert client.post(LOGIN, answers).status_code == 302
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


@pytest.mark.usefixtures("finger")
def test_a_passkey_is_added_used_and_removed(site, page):
    user = make_manager()
    device = Phone.objects.create(user=user, name="phone")
    factor.renew_backup_codes(user)
    overview, found = f"{site}/admin/second-factor/", {}

    with_the_code_of_the_phone(page, site, device)
    page.goto(overview)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("A name for the passkey").fill("Laptop")
    found["adding"] = findings(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey has been added.")).to_be_visible()
    expect(page.get_by_text("Passkey “Laptop”")).to_be_visible()
    expect(page.locator(".messages > ul")).to_have_css("opacity", "1")
    found["overview"] = findings(page)

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("A name for the passkey").fill("The same")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("No passkey was created.")).to_be_visible()

    page.context.clear_cookies()
    page.goto(overview)
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Please use your passkey, or enter a code.")).to_be_visible()
    expect(page.locator(".messages > ul")).to_have_css("opacity", "1")
    found["signing in"] = findings(page)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(overview)

    page.get_by_role("link", name="Remove “Laptop”").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Please sign in again, with your second step.")).to_be_visible()
    assert page.locator("form").evaluate(TWICE) == [True, False]
    assert not WebAuthnCredential.objects.exists()
    assert found == {"adding": [], "overview": [], "signing in": []}

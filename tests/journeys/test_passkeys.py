"""A campaign manager adds a passkey to their phone's codes, and signs in with it."""

import pytest
from django_otp_webauthn.models import WebAuthnCredential
from playwright.sync_api import Page, expect

from staff import second_factor as factor
from staff.models import Phone
from tests.journeys.test_accessibility import findings
from tests.journeys.test_staff import make_manager, sign_in
from tests.staff.conftest import code


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


@pytest.mark.usefixtures("finger")
def test_a_passkey_is_added_used_and_removed(site, page):
    user = make_manager()
    device = Phone.objects.create(user=user, name="phone")
    factor.renew_backup_codes(user)
    found = {}

    sign_in(page, site)
    page.get_by_label("Code of the second step").fill(code(device))
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{site}/admin/second-factor/")
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
    sign_in(page, site)
    expect(page.get_by_text("Please use your passkey, or enter a code.")).to_be_visible()
    expect(page.locator(".messages > ul")).to_have_css("opacity", "1")
    found["signing in"] = findings(page)
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(f"{site}/admin/signatures/")

    page.goto(f"{site}/admin/second-factor/")
    page.get_by_role("link", name="Remove “Laptop”").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Please sign in again, with your second step.")).to_be_visible()
    assert page.locator("form").evaluate(TWICE) == [True, False]
    assert not WebAuthnCredential.objects.exists()
    assert found == {"adding": [], "overview": [], "signing in": []}

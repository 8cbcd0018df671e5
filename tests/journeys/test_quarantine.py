"""A manager finds a replayed flood in the quarantine and invalidates it; a colleague undoes it."""

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from campaigns.counting import counting
from campaigns.models import ListEntry, Petition, Signature
from campaigns.signing import signing
from tests.factories import make_petition, make_signature
from tests.journeys.test_accessibility import sideways
from tests.journeys.test_cms_screens import found_on, look_at

HONEST, FAKE = 8, 30
# Each screen is loaded once in each language, in the first of these looks.
LOOKS = {"en": [(1280, "light"), (390, "dark")], "ar": [(320, "light")]}


@pytest.fixture
def flood(site, settings) -> Petition:
    """Honest people have signed; then one network sends names of one domain, again and again."""
    settings.SIGNING_BURST = 5
    petition = make_petition(title="Free the river")
    for number in range(HONEST):
        make_signature(petition, email=f"honest{number}@example.org", name=f"Honest {number}")
    for number in range(FAKE):
        signing.sign(
            petition,
            name=f"Fake {number}",
            email=f"fake{number}@fake.example",
            version=petition.version.pk,
            network="203.0.113.7/32",
        )
    Signature.objects.filter(moderation="quarantined").update(confirmed_at=timezone.now())
    counting.recount()
    return petition


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for moderation in Signature.objects.values_list("moderation", flat=True):
        found[moderation] = found.get(moderation, 0) + 1
    return found


def open_quarantine(page: Page) -> None:
    page.get_by_role("link", name="Look at them and decide").click()
    expect(page.get_by_role("heading", name="Free the river")).to_be_visible()


def test_a_flood_is_found_invalidated_and_a_colleague_undoes_it(site, flood, log_in):
    page = log_in("Campaign managers", name="anna", path="/admin/")
    caught = FAKE - 5
    before = {"": HONEST + 5, "quarantined": caught}
    assert states() == before

    expect(page.get_by_role("link", name=f"Quarantine ({caught})")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"{caught} signatures are quarantined. Groups: 1.")
    open_quarantine(page)
    part = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Network 1"))
    expect(part).to_contain_text("Fake ")
    part.get_by_role("link", name=f"Release or invalidate {caught} signatures").press("Enter")
    page.get_by_label("Reason").fill("Replayed by a program")
    page.get_by_role("button", name=f"Invalidate {caught} signatures").press("Enter")
    expect(page.get_by_text("Nothing is quarantined.")).to_be_visible()
    expect(page.get_by_role("link", name="Undo")).to_be_visible()
    assert states() == {"": HONEST + 5, "invalidated": caught}

    page.context.clear_cookies()
    page = log_in("Campaign managers", name="boris", path="/admin/")
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name="Free the river", exact=True).click()
    page.get_by_role("link", name="History").first.click()
    expect(page.locator("main")).to_contain_text("Reason: Replayed by a program")
    page.get_by_role("link", name="Undo this decision").click()
    page.get_by_role("button", name=f"Undo the decision for {caught} signatures").click()
    expect(page.get_by_role("link", name=f"Quarantine ({caught})")).to_be_visible()
    assert states() == before


def test_a_domain_is_blocked_from_its_group(site, flood, log_in):
    page = log_in("Moderators", path="/admin/")
    open_quarantine(page)

    page.get_by_role("link", name="Block this domain").press("Enter")
    expect(page.get_by_role("textbox", name="Pattern")).to_have_value("fake.example")
    assert "fake.example" not in page.url
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator(".messages .success")).to_be_visible()

    entry = ListEntry.objects.get()
    assert (entry.kind, entry.pattern, entry.effect) == ("domain", "fake.example", "block")


def test_the_limits_of_a_petition_are_set(site, flood, log_in):
    page = log_in("Campaign managers", path="/admin/")
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name="Free the river", exact=True).click()
    page.get_by_role("link", name="Set limits").click()
    burst = page.get_by_label("Signatures from one network within ten minutes")
    expect(burst).to_be_visible()
    assert found_on(page) == []
    burst.fill("60")
    page.get_by_role("button", name="Set limits").press("Enter")
    expect(page.locator(".messages .success")).to_be_visible()
    page.get_by_role("link", name="History").first.click()

    expect(page.locator("main")).to_contain_text(
        "Limits of a network: 60 signatures in ten minutes, 100 in a day"
    )


def test_axe_finds_nothing_in_the_quarantine(site, flood, log_in):
    Signature.objects.filter(moderation="quarantined").update(framed_by=F("email"))
    page = log_in("Moderators")
    profile = UserProfile.get_for_user(User.objects.get(username="moderators"))
    found = {}

    for language, looks in LOOKS.items():
        profile.preferred_language = language
        profile.save()
        for path in ("", "signatures/quarantine/", f"signatures/moderate/?group=reason.{key()}"):
            look_at(page, *looks[0])
            page.goto(f"{site}/admin/{path}")
            for look in looks:
                look_at(page, *look)
                wide = ["too wide"] if sideways(page) else []
                found[path, language, *look] = [*found_on(page), *wide]

    assert {where: what for where, what in found.items() if what} == {}


def key() -> str:
    return str(Signature.objects.filter(moderation="quarantined").values_list("pk", flat=True)[0])

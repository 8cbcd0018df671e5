"""A manager finds a replayed flood in the quarantine and invalidates it; a colleague undoes it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from campaigns.counting import counting
from campaigns.models import Decision, ListEntry, Petition, Signature
from campaigns.signing import signing
from tests import axe
from tests.factories import make_petition, make_signature
from tests.journeys.test_accessibility import sideways
from tests.journeys.test_cms_screens import Look, found_on, look_at

HONEST, FAKE, BURST = 8, 15, 5
CAUGHT = FAKE - BURST
# Each screen is loaded once in each language, in the first of these looks.
LOOKS: dict[str, list[Look]] = {"en": [(1280, "light"), (390, "dark")], "ar": [(320, "light")]}
# On a phone, Arabic screens are asked about all rules, and English ones about colours alone.
OF_DARK = {"runOnly": axe.COLOURS}


@pytest.fixture
def flood(site, settings) -> Petition:
    """Honest people have signed; then one network sends names of one domain, again and again."""
    settings.SIGNING_BURST = BURST
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


def test_a_flood_is_found_invalidated_and_a_colleague_undoes_it_the_next_day(site, flood, log_in):
    """On the way, axe looks at each screen."""
    page = log_in("Moderators", name="anna", path="/admin/")
    start = page.url
    before = {"": HONEST + BURST, "quarantined": CAUGHT}
    assert states() == before

    expect(page.get_by_role("link", name=f"Quarantine ({CAUGHT})")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"{CAUGHT} signatures are quarantined. Groups: 1.")
    Signature.objects.filter(moderation="quarantined").update(framed_by=F("email"))
    axe_finds_nothing(page, "en")
    page.get_by_role("link", name="Look at them and decide").click()
    expect(page.get_by_role("heading", name="Free the river")).to_be_visible()
    axe_finds_nothing(page, "en")
    quarantine = page.url
    part = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Network 1"))
    expect(part).to_contain_text("Fake ")
    a_domain_is_blocked_from_its_group(page)
    page.goto(quarantine)
    part.get_by_role("link", name=f"Release or invalidate {CAUGHT} signatures").press("Enter")
    page.get_by_label("Reason").wait_for()
    axe_finds_nothing(page, "en")
    axe_finds_nothing_in_arabic(page, start, quarantine, page.url)
    page.get_by_label("Reason").fill("Replayed by a program")
    page.get_by_role("button", name=f"Invalidate {CAUGHT} signatures").press("Enter")
    expect(page.get_by_text("Nothing is quarantined.")).to_be_visible()
    expect(page.get_by_role("link", name="Undo")).to_be_visible()
    assert states() == {"": HONEST + BURST, "invalidated": CAUGHT}
    a_day_passes(page)

    page = log_in(
        "Campaign managers", name="boris", path="/admin/signatures/?moderation=invalidated"
    )
    page.get_by_role("link", name=f"Fake {FAKE - 1}").first.click()
    page.get_by_role("link", name="History").first.click()
    expect(page.locator("main")).to_contain_text("Reason: Replayed by a program")
    assert found_on(page) == []
    page.get_by_role("link", name="Petitions", exact=True).click()
    page.get_by_role("link", name="Free the river", exact=True).click()
    the_limits_of_the_petition_are_set(page)
    page.get_by_role("link", name="History").first.click()
    expect(page.locator("main")).to_contain_text("Reason: Replayed by a program")
    expect(page.locator("main")).to_contain_text(f"{CAUGHT} signatures invalidated")
    expect(page.locator("main")).to_contain_text(
        "Limits of a network: 60 signatures in ten minutes, 100 in a day"
    )
    assert found_on(page) == []
    page.get_by_role("link", name="Undo this decision").click()
    page.get_by_role("button", name=f"Undo the decision for {CAUGHT} signatures").click()
    said = f"{CAUGHT} signatures are in their earlier states again."
    expect(page.locator("body")).to_contain_text(said)
    expect(page.get_by_role("link", name=f"Quarantine ({CAUGHT})")).to_be_visible()
    assert states() == before
    assert Decision.objects.get().undone_by.username == "boris"
    page.goto(f"{site}/admin/snippets/campaigns/petition/history/{flood.pk}/")
    expect(page.locator("main")).to_contain_text("Decision undone")
    expect(page.get_by_role("link", name="Undo this decision")).to_have_count(0)


def a_domain_is_blocked_from_its_group(page: Page) -> None:
    page.get_by_role("link", name="Block this domain").press("Enter")
    expect(page.get_by_role("textbox", name="Pattern")).to_have_value("fake.example")
    assert "fake.example" not in page.url
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator(".messages .success")).to_be_visible()

    entry = ListEntry.objects.get()
    assert (entry.kind, entry.pattern, entry.effect) == ("domain", "fake.example", "block")


def the_limits_of_the_petition_are_set(page: Page) -> None:
    page.get_by_role("link", name="Set limits").click()
    burst = page.get_by_label("Signatures from one network within ten minutes")
    expect(burst).to_be_visible()
    assert found_on(page) == []
    burst.fill("60")
    page.get_by_role("button", name="Set limits").press("Enter")
    expect(page.locator(".messages .success")).to_be_visible()


def axe_finds_nothing(page: Page, language: str) -> None:
    for look in LOOKS[language]:
        look_at(page, *look)
        asked = OF_DARK if look[1] == "dark" else {}
        assert found_on(page, **asked) == [], (page.url, language, look)
        assert not sideways(page), (page.url, language, look)
    look_at(page, *LOOKS[language][0])


def axe_finds_nothing_in_arabic(page: Page, *urls: str) -> None:
    """On each of the screens, of which the last is shown in English again afterwards."""
    profile = UserProfile.get_for_user(User.objects.get(username="anna"))
    profile.preferred_language = "ar"
    profile.save()
    look_at(page, *LOOKS["ar"][0])
    for url in urls:
        page.goto(url)
        axe_finds_nothing(page, "ar")
    profile.preferred_language = "en"
    profile.save()
    look_at(page, *LOOKS["en"][0])
    page.reload()


def a_day_passes(page: Page) -> None:
    """Make all that was done a day older, and sign out the person who did it."""
    day = timedelta(days=1)
    Decision.objects.update(made_at=F("made_at") - day)
    ModelLogEntry.objects.update(timestamp=F("timestamp") - day)
    page.context.clear_cookies()

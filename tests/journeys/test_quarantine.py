"""A manager finds a replayed flood in the quarantine and invalidates it; a colleague undoes it."""

from datetime import timedelta
from typing import Any

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
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_petition, make_signature
from tests.journeys.conftest import admit
from tests.journeys.test_accessibility import sideways
from tests.journeys.test_cms_screens import RULES, Look, found_on, look_at
from tests.walking import HOST, Person, said

HONEST, FAKE, BURST = 8, 15, 5
CAUGHT = FAKE - BURST
# Each screen is loaded once in each language, in the first of these looks.
LOOKS: dict[str, list[Look]] = {"en": [(1280, "light"), (390, "dark")], "ar": [(320, "light")]}
# On a phone, English screens are asked about colours alone, and Arabic ones about all else.
ASKED: dict[tuple[str, str], dict[str, Any]] = {
    ("en", "light"): {"rules": RULES},
    ("en", "dark"): {"runOnly": axe.COLOURS},
    ("ar", "light"): {"rules": RULES | axe.BUT_COLOURS},
}


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


def test_a_flood_is_found_invalidated_and_a_colleague_undoes_it_the_next_day(site, flood, page):
    """On the way, axe looks at each screen that a flood changes."""
    user = make_user("anna", "Moderators")
    anna = Person(user)
    before = {"": HONEST + BURST, "quarantined": CAUGHT}
    assert states() == before

    anna.goto("/admin/")
    start = anna.url
    assert f"Quarantine ({CAUGHT})" in anna.answer.content.decode()
    assert f"{CAUGHT} signatures are quarantined. Groups: 1." in anna.text
    Signature.objects.filter(moderation="quarantined").update(framed_by=F("email"))
    anna.click("Look at them and decide")
    quarantine = anna.url
    a_domain_is_blocked_from_its_group(anna)
    anna.goto(quarantine)
    part = next(each for each in anna.page.select("li") if "Network 1" in said(each))
    assert "Fake " in said(part)
    anna.click(f"Release or invalidate {CAUGHT} signatures")

    admit(page, site, user)
    axe_finds_nothing_in_arabic(
        page, user, *(each.replace(HOST, site) for each in (start, quarantine, anna.url))
    )
    page.goto(f"{site}/admin/")
    axe_finds_nothing(page, "en")
    page.get_by_role("link", name="Look at them and decide").click()
    expect(page.get_by_role("heading", name="Free the river")).to_be_visible()
    axe_finds_nothing(page, "en")
    part = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Network 1"))
    part.get_by_role("link", name=f"Release or invalidate {CAUGHT} signatures").press("Enter")
    page.get_by_label("Reason").wait_for()
    axe_finds_nothing(page, "en")
    page.get_by_label("Reason").fill("Replayed by a program")
    page.get_by_role("button", name=f"Invalidate {CAUGHT} signatures").press("Enter")
    expect(page.get_by_text("Nothing is quarantined.")).to_be_visible()
    expect(page.get_by_role("link", name="Undo")).to_be_visible()
    assert states() == {"": HONEST + BURST, "invalidated": CAUGHT}
    a_day_passes(page)

    user = make_user("boris", "Campaign managers")
    boris = Person(user)
    boris.goto("/admin/signatures/?moderation=invalidated")
    boris.click(f"Fake {FAKE - 1}")
    boris.click("History")
    assert "Reason: Replayed by a program" in boris.text
    boris.goto(f"/admin/snippets/campaigns/petition/set_limits/{flood.pk}/")
    boris.fill("Signatures from one network within ten minutes", "60")
    boris.press("Set limits")
    history = f"/admin/snippets/campaigns/petition/history/{flood.pk}/"
    boris.goto(history)
    assert f"{CAUGHT} signatures invalidated" in boris.text
    assert "Reason: Replayed by a program" in boris.text
    assert "Limits of a network: 60 signatures in ten minutes, 100 in a day" in boris.text
    admit(page, site, user)
    for path in (history, f"/admin/snippets/campaigns/petition/set_limits/{flood.pk}/"):
        page.goto(site + path)
        assert found_on(page) == [], path
    boris.click("Undo this decision")
    boris.press(f"Undo the decision for {CAUGHT} signatures")
    assert f"{CAUGHT} signatures are in their earlier states again." in said(boris.page)
    assert f"Quarantine ({CAUGHT})" in boris.answer.content.decode()
    assert states() == before
    assert Decision.objects.get().undone_by.username == "boris"
    boris.goto(history)
    assert "Decision undone" in boris.text
    assert "Undo this decision" not in boris.text


def a_domain_is_blocked_from_its_group(anna: Person) -> None:
    anna.click("Block this domain")
    assert anna.field("Pattern")["value"] == "fake.example"
    assert "fake.example" not in anna.url
    anna.press("Save")

    entry = ListEntry.objects.get()
    assert (entry.kind, entry.pattern, entry.effect) == ("domain", "fake.example", "block")


def axe_finds_nothing(page: Page, language: str) -> None:
    for look in LOOKS[language]:
        look_at(page, *look)
        asked = ASKED[language, look[1]]
        assert found_on(page, **asked) == [], (page.url, language, look)
        assert not sideways(page), (page.url, language, look)
    look_at(page, *LOOKS[language][0])


def axe_finds_nothing_in_arabic(page: Page, user: User, *urls: str) -> None:
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "ar"
    profile.save()
    look_at(page, *LOOKS["ar"][0])
    for url in urls:
        page.goto(url)
        axe_finds_nothing(page, "ar")
    profile.preferred_language = "en"
    profile.save()
    look_at(page, *LOOKS["en"][0])


def a_day_passes(page: Page) -> None:
    """Make all that was done a day older, and sign out the person who did it."""
    day = timedelta(days=1)
    Decision.objects.update(made_at=F("made_at") - day)
    ModelLogEntry.objects.update(timestamp=F("timestamp") - day)
    page.context.clear_cookies()

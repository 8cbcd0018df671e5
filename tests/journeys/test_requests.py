"""A manager answers a person who asks for their data."""

import json
import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from campaigns.counting import counting
from campaigns.models import ErasureReceipt, Petition, Signature
from tests.factories import make_petition, make_signature
from tests.journeys.test_manager import findings
from tests.walking import Person

EMAIL = "ada@example.org"


@pytest.fixture
def river(site) -> Petition:
    petition = make_petition(title="Free the river")
    make_signature(petition, name="Ada Lovelace", email=EMAIL)
    make_signature(petition, name="Grace Hopper", email="grace@example.org")
    counting.recount()
    return petition


def test_a_manager_hands_out_what_is_held_and_deletes_it(site, river, log_in):
    page = log_in("Campaign managers")
    manager = Person(User.objects.get(username="campaign"))
    reports = {}
    for name in ("Download all data as JSON", "Download all data, to read"):
        manager.goto("/admin/signatures/people/")
        manager.fill("Email", "ADA+anything@example.org")
        manager.press("Look up")
        assert ("Ada Lovelace" in manager.text, "Grace" in manager.text) == (True, False)
        manager.press(name)
        reports[name] = manager.answer.content.decode()
    visited: list[str] = []
    page.on("request", lambda request: visited.append(request.url))

    page.goto(f"{site}/admin/signatures/people/")
    page.get_by_label("Email").fill("ADA+anything@example.org")
    page.get_by_role("button", name="Look up").click()
    expect(page.locator("main")).to_contain_text("Ada Lovelace")
    assert findings(page) == []
    page.get_by_role("button", name="Delete this person’s data …").click()
    expect(page.locator("main")).to_contain_text("Delete 1 record of this person for good?")
    assert findings(page) == []
    page.get_by_role("button", name="Delete this person’s data").click()
    expect(page.locator("main")).to_contain_text("Free the river")
    assert findings(page) == []

    receipt = ErasureReceipt.objects.get()
    assert page.url == f"{site}/admin/signatures/people/receipts/{receipt.pk}/"
    report = json.loads(reports["Download all data as JSON"])
    assert [row["name"] for row in report["signatures"]] == ["Ada Lovelace"]
    assert "Name: Ada Lovelace" in reports["Download all data, to read"]
    assert list(Signature.objects.values_list("name", flat=True)) == ["Grace Hopper"]
    visited.append(manager.url)
    assert [url for url in visited if re.search("lovelace|anything|example", url, re.I)] == []

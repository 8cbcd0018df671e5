"""A manager answers a person who asks for their data."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from campaigns.counting import counting
from campaigns.models import ErasureReceipt, Petition, Signature
from tests.factories import make_petition, make_signature
from tests.journeys.test_manager import findings

EMAIL = "ada@example.org"


@pytest.fixture
def river(site) -> Petition:
    petition = make_petition(title="Free the river")
    make_signature(petition, name="Ada Lovelace", email=EMAIL)
    make_signature(petition, name="Grace Hopper", email="grace@example.org")
    counting.recount()
    return petition


def look_up(page: Page, email: str) -> None:
    page.get_by_role("link", name="Data requests").click()
    page.get_by_label("Email").fill(email)
    page.get_by_role("button", name="Look up").click()


def test_a_manager_hands_out_what_is_held_and_deletes_it(site, river, log_in, tmp_path: Path):
    page = log_in("Campaign managers", path="/admin/")
    visited: list[str] = []
    page.on("request", lambda request: visited.append(request.url))

    look_up(page, "ADA+anything@example.org")
    expect(page.locator("main")).to_contain_text("Ada Lovelace")
    expect(page.locator("main")).not_to_contain_text("Grace")
    assert findings(page) == []
    for name in ("Download all data as JSON", "Download all data, to read"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        download.value.save_as(tmp_path / name)
    page.get_by_role("button", name="Delete this person’s data …").click()
    expect(page.locator("main")).to_contain_text("Delete 1 record of this person for good?")
    assert findings(page) == []
    page.get_by_role("button", name="Delete this person’s data").click()
    expect(page.locator("main")).to_contain_text("Free the river")
    page.reload()  # without the message, which fades in
    assert findings(page) == []

    receipt = ErasureReceipt.objects.get()
    assert page.url == f"{site}/admin/signatures/people/receipts/{receipt.pk}/"
    report = json.loads((tmp_path / "Download all data as JSON").read_text())
    assert [row["name"] for row in report["signatures"]] == ["Ada Lovelace"]
    assert "Name: Ada Lovelace" in (tmp_path / "Download all data, to read").read_text()
    assert list(Signature.objects.values_list("name", flat=True)) == ["Grace Hopper"]
    assert [url for url in visited if re.search("lovelace|anything|example", url, re.I)] == []

"""The database accepts no writes for a moment: what somebody typed is not lost."""

import pytest
from django.db import OperationalError
from playwright.sync_api import Page, expect

from campaigns.models import Signature
from campaigns.prepared_statements import Statement
from tests.factories import make_campaign
from tests.journeys.test_visitor import fill

MOMENT = "One moment, please"


@pytest.mark.parametrize("way", ["reload", "go_back"])
def test_whoever_loads_again_or_goes_back_need_not_type_again(site, page: Page, monkeypatch, way):
    campaign = make_campaign(title="The last free river")

    def full(*args: object, **values: object) -> None:
        raise OperationalError("No space left on device")

    page.goto(site + campaign.url)
    with monkeypatch.context() as disk:
        disk.setattr(Statement, "run", full)
        fill(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(MOMENT)
    assert not Signature.objects.exists()
    if way == "reload":
        page.reload()
    else:
        page.go_back()
        form = page.locator("form.petition-form")
        expect(form.get_by_label("Name")).to_have_value("Ada Lovelace")
        expect(form.get_by_label("Email", exact=True)).to_have_value("ada@example.org")
        form.get_by_role("button").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("One click left")
    assert Signature.objects.get().name == "Ada Lovelace"

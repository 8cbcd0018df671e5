"""The database accepts no writes for a moment: what somebody typed is not lost."""

from django.db import OperationalError
from playwright.sync_api import Page, expect

from campaigns.models import Signature
from campaigns.prepared_statements import Statement
from tests.factories import make_campaign
from tests.journeys.test_visitor import fill

MOMENT = "One moment, please"


def test_whoever_loads_again_or_goes_back_need_not_type_again(site, page: Page, monkeypatch):
    campaign = make_campaign(title="The last free river")
    heading = page.get_by_role("heading", level=1)
    form = page.locator("form.petition-form")

    def full(*args: object, **values: object) -> None:
        raise OperationalError("No space left on device")

    for way in ("reload", "go_back"):
        page.goto(site + campaign.url)
        with monkeypatch.context() as disk:
            disk.setattr(Statement, "run", full)
            fill(page, email=f"{way}@example.org")
            expect(heading).to_have_text(MOMENT)
        assert not Signature.objects.filter(email=f"{way}@example.org").exists(), way
        getattr(page, way)()
        if way == "go_back":
            expect(form.get_by_label("Name")).to_have_value("Ada Lovelace")
            expect(form.get_by_label("Email", exact=True)).to_have_value("go_back@example.org")
            form.get_by_role("button").click()

        expect(heading).to_have_text("One click left")
        assert Signature.objects.get(email=f"{way}@example.org").name == "Ada Lovelace", way

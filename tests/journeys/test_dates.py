"""An editor types a date as she writes it."""

from playwright.sync_api import expect

from campaigns.models import Petition
from tests.factories import make_petition


def test_a_date_that_the_picker_cannot_read_stays_as_it_was_typed(site, log_in):
    petition = make_petition(live=False)
    page = log_in("Editors")
    page.goto(f"{site}/admin/snippets/campaigns/petition/edit/{petition.pk}/")
    page.get_by_role("tab", name="Settings").click()
    closes = page.get_by_role("textbox", name="Closes")

    closes.fill("31 March 2099 18:00")
    closes.press("Tab")
    expect(closes).to_have_value("31 March 2099 18:00")
    with page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()

    draft = Petition.objects.get(pk=petition.pk).get_latest_revision_as_object()
    assert draft.closes_at.year == 2099

"""An editor types a date as she writes it."""

from playwright.sync_api import expect

from campaigns.models import Petition
from tests.factories import make_petition


def test_a_date_that_the_picker_cannot_read_stays_as_it_was_typed(site, log_in):
    petition = make_petition(live=False)
    page = log_in("Editors")
    page.goto(f"{site}/admin/snippets/campaigns/petition/edit/{petition.pk}/#tab-settings")
    closes = page.get_by_label("closes")

    closes.fill("31 March 2099 18:00")
    page.get_by_label("goal", exact=True).click()
    expect(closes).to_have_value("31 March 2099 18:00")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("saved").first).to_be_visible()

    draft = Petition.objects.get(pk=petition.pk).get_latest_revision_as_object()
    assert draft.closes_at.year == 2099

"""A campaign manager exports; a manager of another collection tries and gets nothing."""

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from wagtail.models import Collection, ModelLogEntry

from campaigns.counting import counting
from campaigns.models import Petition
from tests import axe
from tests.campaigns.cms.conftest import allow_everything
from tests.factories import make_campaign, make_petition, make_signature
from tests.journeys.test_accessibility import rest
from tests.journeys.test_cms_policy import refused
from tests.journeys.test_cms_screens import cut_off

__all__ = ["refused"]  # the fixture


@pytest.fixture
def river(site):
    """A petition of the collection River with two signatures, one of them confirmed."""
    collection = Collection.get_first_root_node().add_child(name="River")
    petition = make_petition(title="Free the river", collection=collection)
    make_signature(petition, name="Ada Lovelace", email="ada@example.org")
    make_signature(petition, name="=Grace()", email="grace@example.org", confirmed_at=None)
    counting.recount()
    return petition


def findings(page: Page, **asked: Any) -> list[str]:
    rest(page)
    # Wagtail's own rich-text editor has no accessible name on a form: that cannot be fixed here.
    # The menu is the same on all screens, and looked at in test_cms_screens.py.
    without = {"exclude": [[".public-DraftEditor-content"], ["#wagtail-sidebar"]]}
    return axe.findings(page, without, **asked)


def test_a_manager_exports_what_the_filters_show(site, river, log_in, tmp_path: Path):
    allow_everything()
    page = log_in("Campaign managers", path="/admin/")
    page.get_by_role("link", name="Signatures", exact=True).click()
    expect(page.locator("main")).to_contain_text("ada@example.org")

    page.goto(f"{site}/admin/signatures/?petition={river.pk}&state=pending")
    expect(page.locator("main")).not_to_contain_text("ada@example.org")
    page.get_by_role("button", name="Actions", exact=True).first.click()
    page.get_by_role("link", name="Download CSV").click()
    an_error_is_read_with_its_field_and_the_first_one_gets_the_focus(page)
    page.get_by_role("radio", name="Everything").check()
    page.get_by_label("What is the file for?").fill("Handover to the minister")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "export.csv")

    rows = list(csv.DictReader(StringIO((tmp_path / "export.csv").read_text("utf-8-sig"))))
    assert [(row["Name"], row["Email"], row["State"]) for row in rows] == [
        ("'=Grace()", "grace@example.org", "pending")
    ]
    entry = ModelLogEntry.objects.get(action="petition.export")
    assert entry.user.username == "campaign"
    assert (entry.data["rows"], entry.data["state"]) == (1, "pending")
    assert entry.data["purpose"] == "Handover to the minister"


def an_error_is_read_with_its_field_and_the_first_one_gets_the_focus(page: Page) -> None:
    page.get_by_label("What is the file for?").evaluate(
        "field => { field.form.noValidate = true; field.form.requestSubmit(); }"
    )

    purpose = page.get_by_label("What is the file for?")
    expect(purpose).to_have_accessible_description(re.compile("This field is required"))
    expect(page.get_by_role("radio").first).to_be_focused()


def test_axe_finds_nothing_on_our_screens_of_the_cms(site, river, log_in, refused):
    """But for those of test_cms_screens.py, and for those of test_exports.py."""
    campaign = make_campaign(make_petition(title="Draft", live=False), live=False)
    campaign.save_revision()
    signature = river.tally.signatures.first()
    draft = Petition.objects.get(pk=river.pk)
    draft.close = "Let it flow."
    draft.save_revision()
    page = log_in("Moderators")
    petition = f"{site}/admin/snippets/campaigns/petition"
    screens = {
        "pause": f"{petition}/pause/{river.pk}/",
        "changed words": f"{petition}/explain/{river.pk}/",
        "history": f"{site}/admin/signatures/history/{signature.pk}/",
        "moderating": f"{site}/admin/signatures/moderate/?state=pending",
        "screening": f"{site}/admin/snippets/campaigns/listentry/add/",
        "publishing": f"{site}/admin/pages/{campaign.pk}/publish-with-petition/",
        "signature": f"{site}/admin/signatures/inspect/{signature.pk}/",
    }
    found = {}

    for name, address in screens.items():
        assert page.goto(address).status == 200, name
        found[name] = findings(page)

    page.set_viewport_size({"width": 390, "height": 844})
    for button in page.locator("#w-slim-header-buttons").locator("a, button").all():
        if button.is_visible():  # and not in a menu that is closed
            expect(button).to_be_in_viewport(ratio=1)
    for name, address in (
        ("petition", f"{petition}/inspect/{river.pk}/"),
        ("images", f"{site}/admin/images/"),
    ):
        assert page.goto(address).status == 200, name
        found[name] = cut_off(page)
    assert {name: what for name, what in found.items() if what} == {}
    assert refused == []

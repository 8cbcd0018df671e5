"""An editor types the demands of a letter one after another, or pastes a list of them."""

from playwright.sync_api import Page, expect

from campaigns.models import Petition
from tests.factories import make_campaign, make_petition

LIST = "•    re-criminalise libel\n- restrict public protests\n\n2. name people “foreign agents”\n"


def boxes(page: Page) -> list[str]:
    found = page.get_by_label("Demand", exact=True)
    return [found.nth(n).input_value() for n in range(found.count())]


def test_a_pasted_list_becomes_demands_and_enter_makes_the_next_one(log_in, site):
    campaign = make_campaign(make_petition(live=False, demands=[]), live=False)
    letter = log_in("Editors", path=f"/admin/pages/{campaign.pk}/edit/")
    demands = letter.locator("[data-contentpath=demands]")
    demands.get_by_role("button", name="Insert a block").click()

    letter.get_by_label("Demand", exact=True).evaluate(
        """(box, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const how = { clipboardData, bubbles: true, cancelable: true };
            box.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        LIST,
    )
    pasted = ["re-criminalise libel", "restrict public protests", "name people “foreign agents”"]
    assert boxes(letter) == pasted

    letter.get_by_label("Demand", exact=True).last.focus()
    letter.keyboard.press("Enter")
    letter.keyboard.type("free the river")
    assert boxes(letter) == [*pasted, "free the river"]

    # Type as on a computer so busy that all timers of the page are late: none leads back to a
    # demand before.
    focused = letter.evaluate(
        """async () => {
            const focused = [];
            addEventListener("focusin", ({ target }) => focused.push(target.name.slice(-7)));
            for (const text of ["plant trees", "count fish"]) {
                const how = { key: "Enter", bubbles: true, cancelable: true };
                document.activeElement.dispatchEvent(new KeyboardEvent("keydown", how));
                document.activeElement.value = text;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
            return focused;
        }"""
    )
    wanted = [*pasted, "free the river", "plant trees", "count fish"]
    assert boxes(letter) == wanted
    assert focused == ["4-value", "5-value"]

    with letter.expect_event("load"):
        letter.get_by_role("button", name="Save draft").first.click()
    expect(letter.locator(".messages .success")).to_be_visible()
    draft = Petition.objects.get().get_latest_revision_as_object()
    assert [each.value for each in draft.demands] == wanted

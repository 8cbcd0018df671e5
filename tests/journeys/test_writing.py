"""An editor writes: she types, and pastes lists and an email that other programs have written.

She saves all of it at once, and then reads what is still missing.
"""

import re

from playwright.sync_api import Locator, Page, expect

from campaigns.models import CampaignPage, Petition
from tests.factories import make_campaign, make_petition

DEMANDS = "•    re-criminalise libel\n- restrict public protests\n\n2. name “foreign agents”\n"
STORY = """Four laws have passed. Between them they

•    re-criminalise libel
•    restrict public protests
- name people “foreign agents”

12. May was the day.
What we ask:
1. Repeal them.
2) Free the prisoners.
"""


EMAIL = """<div dir="ltr">Dear all,<div><br></div><div>they have <b>decided</b>.</div>
<div><a href="https://example.org/law">Read it</a><br></div>
<ul><li><div>Repeal them.</div></li><li>Free the prisoners.</li></ul>
<blockquote class="gmail_quote"><div>Is it true?</div><div>It is.</div></blockquote>
<table><tbody><tr><td>2012</td><td>2013</td></tr><tr><td>one</td><td>two</td></tr></tbody></table>
</div>"""
ADDRESSES = """<h2>Our demands</h2><p>Not <s>this price</s>. Write to ada@example.org today.</p>
<p>· First</p><p>· Last</p>"""
DEFINITIONS = """<dl><dt>Well</dt><dd>A hole with water</dd>
<dt>Spring</dt><dd><p>Clear.</p><p>Cold.</p></dd></dl>
<figure><img src="data:,"><figcaption>The <b>river</b> in May</figcaption></figure><p>Last</p>"""
WORD = """<p class=MsoNormal>We <del cite="mailto:Ada">deleted </del><ins>kept</ins> this.<span
class=MsoCommentReference><a href="#_msocom_1">[A1]</a></span>
<a href="https://example.org/a?utm_source=news&amp;fbclid=IwAR0&amp;id=7#b">One</a>
<a href="https://www.google.com/url?q=https://example.org/x?a%3Db%26gclid%3D1&amp;sa=D">two</a>
<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Freal&amp;data=ada"
>three</a> <a href="https://example.org/?q=a%20b">four</a>
<a href="#_ftn1">the</a> <a href="/admin/pages/1/edit/">end</a>
of 2013<a href="#sdfootnote1sym"><sup>1</sup></a></p>
<p><span style="mso-list:Ignore">·<span>&nbsp;&nbsp; </span></span>First</p>
<p><span style="mso-list:Ignore">·<span>&nbsp;&nbsp; </span></span>Last</p>
<div style="mso-element:comment-list"><hr class=msocomoff><div id="_com_1" class=msocomtxt>
<p class=MsoCommentText><a name="_msocom_1"></a>Do not publish this name!</p></div></div>"""
LIST = {"plain": "* re-criminalise libel\n* restrict protests"}
LISTED = "<ul><li>re-criminalise libel</li><li>restrict protests</li></ul>"
# For each text of the story: what is typed, what is pasted, and what is saved.
CASES = {
    "a list pasted as plain text becomes a list": (
        "Read on.",
        {"plain": STORY},
        "<p>Read on.Four laws have passed. Between them they</p>"
        "<ul><li>re-criminalise libel</li><li>restrict public protests</li>"
        "<li>name people “foreign agents”</li></ul>"
        "<p>12. May was the day.</p><p>What we ask:</p>"
        "<ol><li>Repeal them.</li><li>Free the prisoners.</li></ol>",
    ),
    "a list alone begins with its first item": ("", LIST, LISTED),
    "a list alone begins with its first item after a word": ("They", LIST, f"<p>They</p>{LISTED}"),
    "what brings its own formatting keeps it": (
        "",
        {"plain": "- one\n- two", "html": "<p><b>- one</b></p><p>- two</p>"},
        "<p><b>- one</b></p><p>- two</p>",
    ),
    "the paragraphs of an email and the cells of a table stay apart": (
        "Read on: ",
        {"plain": "… two", "html": EMAIL},
        "<p>Read on: Dear all,</p><p>they have <b>decided</b>.</p>"
        '<p><a href="https://example.org/law">Read it</a></p>'
        "<ul><li>Repeal them.</li><li>Free the prisoners.</li></ul>"
        "<p>Is it true?</p><p>It is.</p><p>2012 2013</p><p>one two</p>",
    ),
    "a formatted text with an address in it loses what cannot be stored": (
        "",
        {"plain": "Our demands: ada@example.org … Last", "html": ADDRESSES},
        "<p>Our demands</p><p>Not this price. Write to "
        '<a href="mailto:ada@example.org">ada@example.org</a> today.</p>'
        "<ul><li>First</li><li>Last</li></ul>",
    ),
    "what is not meant for readers stays out of the story": (
        "",
        {"plain": "… Last", "html": WORD},
        '<p>We kept this. <a href="https://example.org/a?id=7#b">One</a> '
        '<a href="https://example.org/x?a=b">two</a> <a href="https://example.org/real">three</a> '
        '<a href="https://example.org/?q=a%20b">four</a> the end '
        "of 2013[1]</p>"
        "<ul><li>First</li><li>Last</li></ul>",
    ),
    "the words of a definition list stay apart, and the caption of a figure stays": (
        "",
        {"plain": "… Last", "html": DEFINITIONS},
        "<p>Well</p><p>A hole with water</p><p>Spring</p><p>Clear.</p><p>Cold.</p>"
        "<p>The <b>river</b> in May</p><p>Last</p>",
    ),
    "a single word that ends in an address is tidied, too": (
        "",
        {
            "plain": "(https://example.org/law",
            "html": "<p class=MsoNormal>(<del>old</del>https://example.org/law</p>",
        },
        '<p>(<a href="https://example.org/law">https://example.org/law</a></p>',
    ),
    "a plain text with an address in it keeps its lines": (
        "",
        {"plain": "1 < 2\n- see https://example.org/law\n- read\n12. May was the day."},
        '<p>1 &lt; 2</p><ul><li>see <a href="https://example.org/law">https://example.org/law</a>'
        "</li><li>read</li></ul><p>12. May was the day.</p>",
    ),
}


PASTE = """(box, kinds) => {
    const clipboardData = new DataTransfer();
    for (const kind in kinds) clipboardData.setData(`text/${kind}`, kinds[kind]);
    const how = { clipboardData, bubbles: true, cancelable: true };
    box.dispatchEvent(new ClipboardEvent("paste", how));
}"""
# The page handles the press of “Save draft” before everything else.
SAVE_AT_ONCE = """setTimeout(() => {
    const end = performance.now() + 600;
    while (performance.now() < end);
    document.querySelector("[data-edit-form] [type=submit]").click();
}, 50)"""
# All timers of the page are late.
TYPE_AT_ONCE = """async (texts) => {
    const focused = [];
    addEventListener("focusin", ({ target }) => focused.push(target.name.slice(-7)));
    for (const text of texts) {
        const how = { key: "Enter", bubbles: true, cancelable: true };
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", how));
        document.activeElement.value = text;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    return focused;
}"""


def test_what_an_editor_types_and_pastes_is_saved_and_the_checks_say_what_is_missing(log_in, site):
    petition = make_petition(live=False, demands=[], goal=100)
    story = [("text", "")] * (len(CASES) + 1)
    campaign = make_campaign(petition, body=story, live=False, listing_summary="")
    page = log_in("Editors", path=f"/admin/pages/{campaign.pk}/edit/")

    a_date_that_the_picker_cannot_read_stays_as_it_was_typed(page)
    demands = a_pasted_list_becomes_demands_and_enter_makes_the_next_one(page)
    for number, (typed, pasted, _) in enumerate(CASES.values()):
        editor(page, number).click()
        page.keyboard.type(typed)
        paste(page, number, **pasted)
    paste_and_save_in_one_moment(page, len(CASES), "All of it.")

    draft = CampaignPage.objects.get().get_latest_revision_as_object()
    saved = [re.sub(r' data-block-key="\w+"', "", each["value"]) for each in draft.body.raw_data]
    wanted = {case: html for case, (_, _, html) in CASES.items()}
    assert dict(zip(wanted, saved, strict=False)) == wanted
    assert "All of it." in saved[-1]
    letter = Petition.objects.get().get_latest_revision_as_object()
    assert (letter.closes_at.year, [each.value for each in letter.demands]) == (2099, demands)
    the_checks_name_what_is_missing_and_lead_there(page)


def a_date_that_the_picker_cannot_read_stays_as_it_was_typed(page: Page) -> None:
    closes = page.get_by_role("textbox", name="Closes")
    closes.fill("31 March 2099 18:00")
    closes.press("Tab")
    expect(closes).to_have_value("31 March 2099 18:00")


def a_pasted_list_becomes_demands_and_enter_makes_the_next_one(page: Page) -> list[str]:
    """Return the demands. However busy the computer is, none leads back to one before."""
    demands = page.locator("[data-contentpath=demands]")
    demands.get_by_role("button", name="Insert a block").click()
    demand = page.get_by_label("Demand", exact=True)

    demand.evaluate(PASTE, {"plain": DEMANDS})
    pasted = ["re-criminalise libel", "restrict public protests", "name “foreign agents”"]
    assert boxes(demand) == pasted

    demand.last.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("free the river")
    assert boxes(demand) == [*pasted, "free the river"]

    later = ["plant trees", "count fish"]
    assert page.evaluate(TYPE_AT_ONCE, later) == ["4-value", "5-value"]
    assert boxes(demand) == [*pasted, "free the river", *later]
    return boxes(demand)


def boxes(found: Locator) -> list[str]:
    return [box.input_value() for box in found.all()]


def editor(page: Page, number: int) -> Locator:
    texts = page.locator("[data-contentpath=body] [data-streamfield-child]")
    return texts.nth(number).locator("[contenteditable=true]")


def paste(page: Page, number: int, **kinds: str) -> None:
    editor(page, number).evaluate(PASTE, kinds)
    stored = page.locator(f"[data-contentpath=body] input[name=body-{number}-value]")
    expect(stored).to_have_value(re.compile(re.escape(kinds["plain"].split()[-1])))


def paste_and_save_in_one_moment(page: Page, number: int, text: str) -> None:
    """As on a busy machine."""
    with page.expect_event("load"):
        editor(page, number).evaluate(
            f"(box, kinds) => {{ ({PASTE})(box, kinds); {SAVE_AT_ONCE}; }}", {"plain": text}
        )
    expect(page.locator(".messages .success")).to_be_visible()


def the_checks_name_what_is_missing_and_lead_there(page: Page) -> None:
    page.get_by_role("button", name="Toggle checks").click()

    found = page.locator("#form-side-checks, [data-side-panel='checks']").first
    expect(found).to_contain_text("There is no lead", timeout=30_000)
    expect(found).to_contain_text("These notes are only advice: none of them stops you, except")
    expect(found).to_contain_text("The letter is addressed to nobody")
    expect(found).not_to_contain_text("There is no goal")
    note = page.locator("[data-content-checker-row]").filter(has_text="There is no lead")
    note.get_by_role("button").click()
    expect(page.get_by_role("textbox", name="Lead")).to_be_focused()

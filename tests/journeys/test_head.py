"""The first screen of a campaign has all that is needed for signing, and nothing is cut off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from wagtail.images.tests.utils import get_test_image_file

from campaigns.models import CampaignPage, CustomImage, Tally
from tests.factories import make_campaign, make_petition

PHONE, DESK = {"width": 390, "height": 664}, {"width": 1280, "height": 720}
HEIGHTS = (664, 817, 891)
LEAD = "A wall is to close the gorge. Behind it, one of the last rivers would become a lake."
# Where the bar is, and whether it covers anything that visitors use.
BAR = """() => {
  const bar = document.querySelector(".bar");
  const isOnTop = (x, y) => bar.contains(document.elementFromPoint(x, y));
  const whole = ({ top, bottom, left, right }) => bottom <= innerHeight
    && [top + 2, bottom - 2].every((y) => [left + 2, right - 2].every((x) => isOnTop(x, y)));
  if (bar.hidden) return "hidden";
  const { top } = bar.getBoundingClientRect();
  const used = document.activeElement.closest("main *");
  const form = document.querySelector(".petition-form").getBoundingClientRect();
  if (form.bottom > 0 && form.top < innerHeight) return "over the form";
  if (used && used.getBoundingClientRect().bottom > top) return "over what is used";
  return whole(bar.getBoundingClientRect()) ? "whole" : "cut";
}"""
# The browser notifies scripts of what is in view while it draws: wait three frames for the effect.
SETTLED = """(async (look) => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  return look();
})"""
# As after loading: the Tab key begins at the first element.
BACK_TO_THE_TOP = """() => {
  const start = document.createElement("span");
  start.tabIndex = -1;
  document.body.prepend(start);
  start.focus();
  start.remove();
  scrollTo(0, 0);
}"""
SCROLLED = f"""async (tops) => {{
  const found = [];
  for (const top of tops) {{
    scrollTo(0, top);
    found.push(await {SETTLED}({BAR}));
  }}
  return found;
}}"""


@pytest.fixture
def picture() -> CustomImage:
    # As large as a photograph of the demo, which takes much longer to draw.
    file = get_test_image_file(size=(1600, 1067))
    return CustomImage.objects.create(title="River", description="A river", file=file)


@pytest.fixture
def campaign(picture) -> CampaignPage:
    """A campaign with every field in its form, and a long story."""
    petition = make_petition(
        goal=5000,
        country_field="required",
        comment_field="optional",
        shows_signers=True,
        ask="Call on the Minister for Energy to stop the dam at Orlin gorge.",
    )
    Tally.objects.filter(petition=petition).update(total=3412)
    text = ("text", "<p>" + "A long story. " * 600 + "</p>")
    page = make_campaign(
        petition,
        title="Keep the Talva free",
        listing_summary=LEAD,
        listing_image=picture,
        body=[text],
    )
    page.make_preview_request()  # makes the renditions
    return page


@pytest.mark.parametrize("has_script", [True, False], ids=["with a script", "without a script"])
def test_from_the_first_screen_a_form_is_filled_in(has_script, site, browser: Browser, campaign):
    context = browser.new_context(java_script_enabled=has_script, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    reader, address = context.new_page(), site + campaign.url

    it_has_all_that_signing_begins_with(reader, address)
    if not has_script:
        there_is_no_bar(reader)
    the_rest_of_the_form_unfolds_when_it_is_used_and_stays(reader, address)
    who_presses_the_button_first_is_led_through_the_form(reader, address)
    errors_are_on_the_first_screen(reader, address)
    context.close()


def it_has_all_that_signing_begins_with(reader: Page, address: str) -> None:
    names = (
        ".head-picture",
        "h1",
        ".petition-ask",
        ".count-number",
        ".facts",
        "[name=name]",
        "[name=email]",
        ".petition-form .button",
    )
    outside = {}
    reader.goto(address)

    for size in (PHONE, DESK):
        reader.set_viewport_size(size)
        boxes = {name: reader.locator(name).first.bounding_box() for name in names}
        for name, box in boxes.items():
            is_inside = (
                box["y"] >= 0
                and box["y"] + box["height"] <= size["height"]
                and box["x"] + box["width"] <= size["width"]
            )
            if not is_inside:
                outside[name, size["width"]] = box
        lead = reader.get_by_text(LEAD).first.bounding_box()
        if size == PHONE:
            assert lead["y"] > boxes[".petition-form .button"]["y"]
        else:
            assert lead["y"] < size["height"]

    assert outside == {}
    assert reader.locator(".head .tally").inner_text().split() == (
        ["Actions", "taken", "3,412", "of", "5,000", "1,588", "to", "go"]
    )


def the_rest_of_the_form_unfolds_when_it_is_used_and_stays(reader: Page, address: str) -> None:
    consent, button = reader.get_by_label("I agree"), reader.locator(".petition-form .button")
    rest = reader.locator(".form-rest")

    for size in (DESK, PHONE):
        reader.set_viewport_size(size)
        if size == PHONE:  # At the desk, nobody has used the page that is open.
            reader.goto(address)
        assert rest.bounding_box()["height"] <= 1

        reader.get_by_label("Name").fill("Ada Lovelace")
        reader.locator("h1").click()

        order = [rest.bounding_box(), consent.bounding_box(), button.bounding_box()]
        assert order[0]["height"] > 100
        assert order[1]["y"] < order[2]["y"]
        # The box that must be ticked is the last thing before the button.
        last = reader.locator(".petition-form :is(input, select, textarea, summary):visible").last
        expect(last).to_have_attribute("name", "consent")


def who_presses_the_button_first_is_led_through_the_form(reader: Page, address: str) -> None:
    reader.set_viewport_size(PHONE)
    reader.goto(address)

    reader.locator(".petition-form .button").click()
    expect(reader.get_by_label("Name")).to_be_focused()
    reader.get_by_label("Name").fill("Ada Lovelace")
    reader.get_by_label("Email", exact=True).fill("ada@example.org")
    reader.get_by_label("Country").select_option("KE")
    reader.locator(".petition-form .button").click()

    expect(reader.get_by_label("I agree")).to_be_focused()
    expect(reader.get_by_label("I agree")).to_be_in_viewport()


def errors_are_on_the_first_screen(reader: Page, address: str) -> None:
    reader.set_viewport_size(PHONE)
    reader.goto(address)
    reader.get_by_label("Name").fill("Ada Lovelace")
    reader.get_by_label("Email", exact=True).fill("ada@localhost")
    reader.get_by_label("Country").select_option("KE")
    reader.get_by_label("I agree").check()
    reader.locator(".petition-form .button").click()

    summary = reader.get_by_role("alert")
    box = summary.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= PHONE["height"]


def there_is_no_bar(reader: Page) -> None:
    reader.locator(".site-foot").scroll_into_view_if_needed()

    expect(reader.locator(".bar")).to_be_hidden()


def test_where_there_is_room_the_whole_form_is_seen_and_all_parts_have_names(site, page, campaign):
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(site + campaign.url)

    expect(page.get_by_label("I agree")).to_be_in_viewport()
    expect(page.locator(".petition-form .button")).to_be_in_viewport()
    ask = campaign.petition.ask
    expect(page.get_by_role("heading", level=2, name=ask)).to_be_visible()
    expect(page.get_by_role("form", name=ask)).to_be_visible()
    expect(page.get_by_role("region", name=ask)).to_have_count(0)
    expect(page.get_by_role("heading", level=2, name="Open letter")).to_be_visible()
    expect(page.get_by_role("article", name="Open letter")).to_be_visible()

    page.set_viewport_size(PHONE)
    an_empty_form_does_not_fold_under_the_pointer(page)


def an_empty_form_does_not_fold_under_the_pointer(page: Page):
    name = page.get_by_label("Name")
    name.click()

    page.locator(".petition-form .button").click()

    expect(name).to_be_focused()


def bars(page: Page) -> Iterator[str]:
    """The states of the bar while somebody moves by keyboard through the page, then scrolls."""
    page.evaluate(BACK_TO_THE_TOP)
    for _ in range(12):
        page.keyboard.press("Tab")
        yield page.evaluate(f"() => {SETTLED}({BAR})")
    page.locator("h1").click()
    yield from page.evaluate(SCROLLED, list(range(0, 2400, 120)))


def test_the_bar_is_whole_or_hidden(site, page, campaign):
    found = {}

    for width in (390, 1280):
        page.goto(site + campaign.url)
        for height in HEIGHTS:
            page.set_viewport_size({"width": width, "height": height})
            found[width, height] = set(bars(page))

    assert found == {
        (width, height): {"hidden", "whole"} for width in (390, 1280) for height in HEIGHTS
    }


def test_the_country_is_proposed_where_it_must_be_given(site, context, page):
    # Many browsers do not have it, and some know the languages of their device by other names.
    older = (
        "delete globalThis.Temporal;"
        "Object.defineProperty(navigator, 'languages', { value: ['en_US.UTF-8', 'en-US'] })"
    )
    urls = {
        asked: site + make_petition(country_field=asked, slug=asked).url_path()
        for asked in ("required", "optional")
    }
    device, country = context.new_cdp_session(page), page.get_by_label("Country")

    for zone, asked, proposed, script in (
        ("Africa/Nairobi", "required", "KE", ""),
        ("Africa/Nairobi", "optional", "", ""),
        ("Europe/Zurich", "required", "CH", ""),
        ("UTC", "required", "", ""),
        ("Atlantic/Reykjavik", "required", "", ""),
        ("Africa/Nairobi", "required", "KE", older),
        ("UTC", "required", "", older),
    ):
        device.send("Emulation.setTimezoneOverride", {"timezoneId": zone})
        page.add_init_script(script)  # stays for all later pages
        page.goto(urls[asked])

        assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == zone
        expect(country).to_have_value(proposed)

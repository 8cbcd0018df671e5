"""The layout of pages, from phone to desktop, with the longest words and the largest number."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Picture
from playwright.sync_api import Browser, Page, expect
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Site

from campaigns.models import CampaignPage, CustomImage, Tally
from home.models import Identity
from tests.factories import (
    make_campaign,
    make_home,
    make_image,
    make_petition,
    make_signature,
    make_translated_page,
    make_translation,
)

WIDTHS = (320, 390, 768, 1280, 1920)
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"
# Elements that reach beyond the window, numbers that reach beyond their own element, and elements
# that Orca would scroll in Firefox, so that a part of them is cut off for good.
TOO_WIDE = """() => {
  const reaches = (element) => {
    const words = document.createRange();
    words.selectNodeContents(element);
    return words.getBoundingClientRect();
  };
  const beyond = ({ left, right }, around) => left < around.left - 1 || right > around.right + 1;
  const page = { left: 0, right: document.documentElement.clientWidth };
  const name = ({ tagName, className }) => `${tagName} ${className}`;
  const isScrolled = (element) => getComputedStyle(element).overflowX === "hidden"
    && element.clientWidth > 1 && element.scrollWidth > element.clientWidth;
  const isWide = document.documentElement.scrollWidth > window.innerWidth;
  return [
    ...(isWide ? ["the page"] : []),
    ...[...document.querySelectorAll("main *")].filter((element) =>
      isWide && beyond(reaches(element), page)).map(name),
    ...[...document.querySelectorAll(".count-number")].filter((number) =>
      beyond(reaches(number),
        number.closest(".bar, .tally, .head, .frame").getBoundingClientRect()))
      .map(name),
    ...[...document.querySelectorAll("main *")].filter(isScrolled).map(name),
  ];
}"""


@pytest.fixture
def campaign() -> CampaignPage:
    """A campaign with ten million signatures, and words that no line is long enough for."""
    words = {"title": LONG, "ask": f"{LONG} {LONG}", "salutation": f"{LONG},", "close": LONG}
    petition = make_petition(goal=20_000_000, slug="long", **words)
    Tally.objects.filter(petition=petition).update(total=10_000_000)
    body = [
        ("heading", LONG),
        ("text", f"<p>{LONG} {LONG}</p><ul><li>{LONG}</li></ul>"),
        ("quote", {"text": LONG, "attribution": LONG, "role": LONG}),
        ("fact", {"figure": "10,000,000", "text": LONG}),
        ("call_to_action", {"text": LONG, "label": LONG, "url": "https://example.org/"}),
        ("accordion", {"parts": [{"heading": LONG, "text": f"<p>{LONG}</p>"}]}),
    ]
    title = f"{LONG} {LONG} {LONG} {LONG}"
    return make_campaign(petition, title=title, slug="long", listing_summary=LONG, body=body)


def test_the_longest_words_and_the_largest_number_have_room(site, page, campaign):
    arabic = make_translated_page(campaign, make_translation(campaign.petition, "ar"))
    addresses = [make_home().url, campaign.url, campaign.petition.url_path(), arabic.url]
    addresses.append("/no-such-page/")
    out = BytesIO()
    Picture.new("RGB", (2000, 300), "green").save(out, "PNG")
    logo = CustomImage.objects.create(title="Logo", file=ContentFile(out.getvalue(), "logo.png"))
    name = "Bund für Umwelt und Naturschutz Landesverband Niedersachsen"
    Identity.objects.create(site=Site.objects.get(), name=name, logo=logo)
    wide = {}

    for address in addresses:
        page.goto(site + address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide[address, width] = page.evaluate(TOO_WIDE)

    assert {where: names for where, names in wide.items() if names} == {}


def box(page: Page, selector: str) -> dict[str, float]:
    return page.locator(selector).bounding_box()


def test_the_parts_of_a_campaign_stand_where_they_belong(site, page):
    image, text = make_image(), ("text", "<p>All.</p>")
    image.contextual_alt_text, image.decorative = "Red", False
    story = [
        *(text, ("fact", {"figure": "4 in 5", "text": "have heard it."}), text),
        *(("petition", {}), text, ("heading", "What it takes"), text),
        ("image", {"image": image, "caption": "The mast", "credit": "A. Person"}),
        ("video", {"url": "https://vimeo.com/1", "title": "A film about a river", "poster": image}),
    ]
    petition = make_petition(comment_field="optional", shows_comments=True)
    words = {"comment": "دعوا الماء يجري.", "comment_state": "shown", "comment_as": "كريم"}
    make_signature(petition, **words)
    page.goto(site + make_campaign(petition, title="Grundwasserschutz statt Beton", body=story).url)

    headings_stand_beside_their_text_on_a_desk_and_above_it_elsewhere(page)
    a_block_has_as_much_room_above_as_below(page)
    a_credit_does_not_run_into_a_caption_without_a_full_stop(page)
    a_comment_of_another_direction_stands_at_the_edge_of_its_name(page)
    boxes_to_tick_are_dark_in_the_dark(page)
    page.set_viewport_size({"width": 320, "height": 640})
    a_long_word_of_a_title_is_whole_on_the_smallest_phone(page)
    words_on_a_film_are_whole_with_text_at_200_percent(page)


def headings_stand_beside_their_text_on_a_desk_and_above_it_elsewhere(page: Page) -> None:
    places = {}

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        heading, text = box(page, ".block-heading"), box(page, ".block-heading + .block-text")
        is_beside = heading["x"] + heading["width"] <= text["x"] and heading["y"] == text["y"]
        is_above = heading["y"] + heading["height"] <= text["y"] and heading["x"] == text["x"]
        places[width] = {(True, False): "beside", (False, True): "above"}[is_beside, is_above]

    assert places == {320: "above", 390: "above", 768: "above", 1280: "beside", 1920: "beside"}


def a_block_has_as_much_room_above_as_below(page: Page) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        blocks = [each.bounding_box() for each in page.locator(".story > *").all()]

        ends = [block["y"] + block["height"] for block in blocks]
        gaps = [round(block["y"] - end) for block, end in zip(blocks[1:], ends, strict=False)]
        assert gaps[0] == gaps[1] < gaps[2] == gaps[3], width


def a_credit_does_not_run_into_a_caption_without_a_full_stop(page: Page) -> None:
    assert page.locator(".picture figcaption").inner_text() == "The mast\nA. Person"


def a_comment_of_another_direction_stands_at_the_edge_of_its_name(page: Page) -> None:
    expect(page.locator(".voices blockquote p")).to_have_css("text-align", "left")


def boxes_to_tick_are_dark_in_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark")

    box = page.locator(".petition-form [name=consent]")

    expect(box).to_have_css("color-scheme", "light dark")


def a_long_word_of_a_title_is_whole_on_the_smallest_phone(page: Page) -> None:
    title = page.locator("h1")

    lines = title.bounding_box()["height"] / title.evaluate(
        "title => parseFloat(getComputedStyle(title).lineHeight)"
    )
    assert round(lines) == 2


def words_on_a_film_are_whole_with_text_at_200_percent(page: Page) -> None:
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    frame, link = box(page, ".video-frame"), box(page, ".video-frame a")
    assert frame["y"] <= link["y"]


def test_what_is_chosen_is_seen_in_the_reader_s_own_colours(site, page):
    make_home()
    page.emulate_media(forced_colors="active")
    page.goto(site + "/search/")

    ground = "element => getComputedStyle(element).backgroundColor"
    chosen, around = page.locator(".filters [aria-current]").first, page.locator(".site-head")
    assert chosen.evaluate(ground) != around.evaluate(ground)


def test_on_paper_the_letter_stands_below_the_title_and_an_accordion_is_open(site, page):
    parts = [{"heading": f"Question {n}", "text": f"<p>Answer {n}</p>"} for n in (1, 2)]
    story = [("petition", {"petition": None}), ("text", "<p>Before.</p>"), ("heading", "After")]
    page.goto(site + make_campaign(body=[*story, ("accordion", {"parts": parts})]).url)
    expect(page.get_by_text("Answer 2")).to_be_hidden()

    page.set_viewport_size({"width": 718, "height": 1047})  # A4 without margins
    page.emulate_media(media="print")

    head, letter, text = (box(page, each) for each in (".head-title", ".letter", ".block-text"))
    assert head["y"] + head["height"] <= letter["y"]
    assert {head["x"], letter["x"], text["x"]} == {head["x"]}
    for n in (1, 2):
        assert page.get_by_text(f"Answer {n}").bounding_box()["height"] > 0
    # Firefox does not know break-after: a heading begins a page unless what follows has room, too.
    heading, follows = box(page, ".block-heading h2"), box(page, ".block-accordion")
    assert follows["y"] - heading["y"] < heading["height"] > 90


def test_no_component_shows_what_is_hidden(site, browser: Browser, page: Page):
    campaign = make_campaign(make_petition(postcode_field="required"))
    page.goto(site + campaign.url)
    page.get_by_label("Country").select_option("AE")
    expect(page.get_by_label("Postcode")).to_be_hidden()
    page.get_by_label("Country").select_option("GB")
    expect(page.get_by_label("Postcode")).to_be_visible()

    without_script = browser.new_context(java_script_enabled=False).new_page()
    without_script.goto(site + campaign.petition.url_path("thanks"))
    expect(without_script.get_by_role("link", name="WhatsApp")).to_be_visible()
    expect(without_script.get_by_text("Copy the link")).to_be_hidden()
    without_script.context.close()


# Whether the last row ends at the right edge of the list.
LAST_ROW = """list => {
  const boxes = [...list.children].map((each) => each.getBoundingClientRect());
  const last = boxes.filter(({ top }) => top === boxes.at(-1).top);
  const edge = Math.max(...last.map(({ right }) => right));
  return Math.abs(edge - list.getBoundingClientRect().right) < 1;
}"""


def test_no_card_leaves_a_hole_in_its_row_and_the_last_stands_apart_from_the_foot(site, page):
    for number in range(7):
        title = f"Campaign {number}"
        campaign = make_campaign(make_petition(title=title), title=title)
    cards, found = page.locator(".cards").first, {}
    page.goto(site + campaign.get_parent().url)
    card, foot = box(page, ".cards > li:last-child"), box(page, ".site-foot")
    assert card["y"] + card["height"] + 40 <= foot["y"]

    while number := cards.locator("> *").count():
        for width in (768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found[width, number] = cards.evaluate(LAST_ROW)
        cards.evaluate("list => list.lastElementChild.remove()")

    assert (len(found), set(found.values())) == (14, {True})


# By how much the picture is enlarged.
SCALE = """async (image) => {
  await image.decode();
  const { width, height } = image.getBoundingClientRect();
  const file = await createImageBitmap(await (await fetch(image.currentSrc)).blob());
  return Math.max(width / file.width, height / file.height);
}"""


def test_the_picture_of_the_front_page_is_not_enlarged(site, page):
    # As large as a photograph of the demo, which takes much longer to draw.
    file = get_test_image_file(size=(1600, 1067))
    image = CustomImage.objects.create(title="River", file=file)
    summary = "A wall is to close the gorge. Behind it, one of the last rivers would become a lake."
    make_campaign(make_petition(goal=10), listing_image=image, listing_summary=summary)
    make_home().make_preview_request()  # makes the renditions
    scales = {}

    for width, height in ((390, 664), (1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(site + make_home().url, wait_until="networkidle")
        scales[width] = page.locator(".featured-picture img").evaluate(SCALE)

    assert {width: scale for width, scale in scales.items() if scale > 1} == {}


def test_on_paper_no_drop_covers_the_words_of_a_message(site, page):
    page.goto(site + make_petition().url_path("thanks"))

    page.emulate_media(media="print")

    drop = "message => getComputedStyle(message, '::before').display"
    assert page.locator(".message").evaluate(drop) == "none"

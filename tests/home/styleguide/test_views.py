"""The page that shows the design: all of it, to insiders only."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from campaigns.blocks import StoryBlock
from home import stylesheets
from home.models import Identity
from home.styleguide import samples
from tests.factories import make_campaign, make_home, make_image

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
PAGE, SWATCHES, PRINT = (f"/_util/design/{name}" for name in ("", "swatches.css", "print.css"))
# Templates that are no components, or that are only shown on a page of their own.
UNSEEN = {
    "campaigns/includes/campaign.html",  # the page that its parts make
    "blocks/petition.html",  # a petition, in every state
    "campaigns/includes/letter_section.html",  # the letter, which the petitions show
    # Appeals have pages of their own, which need a list in the database.
    *(f"campaigns/includes/{name}.html" for name in ("appeal_areas", "appeal_written")),
    "campaigns/includes/message_form.html",
    "includes/checklist.html",
    "includes/draft_bar.html",  # above the page that a link for outsiders opens
    "includes/languages.html",  # at the top of every page, where there are several
    "includes/scripts.html",
}
# Classes of whole pages: heads, frames, previews, the search and appeals. Also classes of a file
# name and of the next campaign, which are shown only where there is one.
ELSEWHERE = {
    *(
        "block-petition",
        "campaign",
        "goes-on",
        "held-head",
        "petition-letter",
        "welcome",
        "welcome-words",
    ),
    *("appeal", "appeal-areas", "appeal-form", "appeal-lead", "appeal-one"),
    *("cut-off", "form-elsewhere", "form-why-not", "framed", "framed-foot"),
    *("document-kind", "filters", "nothing", "result", "result-picture", "result-promoted"),
    *(
        "result-words",
        "results",
        "search-form",
        "state-promoted",
        "suggestions",
        "unfolded",
    ),
}


@pytest.fixture
def development(settings) -> None:
    settings.DEBUG = True
    make_campaign(listing_image=make_image(credit="A photographer"))


def test_for_the_public_there_is_no_such_page(client):
    make_home()
    client.force_login(User.objects.create_user("nobody"))

    for address in (PAGE, SWATCHES, PRINT):
        assert client.get(address).status_code == 404, address


def test_staff_see_it_and_nobody_keeps_it(admin_client):
    for address in (PAGE, SWATCHES, PRINT):
        response = admin_client.get(address)
        assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    # The CMS leads to it.
    assert PAGE in admin_client.get("/admin/").content.decode()


def test_every_token_component_block_and_state_is_shown(client, development):
    page = client.get(PAGE)
    text, sheet = page.content.decode(), client.get(SWATCHES).content.decode()
    classes = {name for found in re.findall(r'class="([^"]*)"', text) for name in found.split()}

    it_is_a_page_like_those_of_the_public(page)
    every_token_and_every_pair_is_shown_and_has_a_class(sheet, classes)
    every_component_is_shown({template.name for template in page.templates})
    nothing_of_the_style_sheet_is_left_out(classes)
    every_block_and_every_state_is_shown(text)


def it_is_a_page_like_those_of_the_public(page):
    assert "style-src 'self'" in page["Content-Security-Policy"]
    assert '<meta name="robots" content="noindex">' in page.content.decode()
    assert re.findall(r'<style| style="| on\w+="', page.content.decode()) == []


def every_token_and_every_pair_is_shown_and_has_a_class(sheet, classes):
    sampled = set(re.findall(r"\.([\w-]+) \{", sheet))
    declared = set(re.findall(r"--([\w-]+):", stylesheets.read("tokens.css")))
    assert {name.split("-", 1)[1] for name in sampled if not name.startswith("pair-")} == declared
    assert sampled - classes == set()


def every_component_is_shown(shown):
    templates = ROOT / "templates"
    folders = ("blocks", "includes", "campaigns/includes")
    components = {
        str(path.relative_to(templates))
        for folder in folders
        for path in (templates / folder).glob("*.html")
    }
    assert components - UNSEEN - shown == set()


def nothing_of_the_style_sheet_is_left_out(classes):
    parts = stylesheets.IMPORT.findall((stylesheets.SOURCES / stylesheets.SHEET).read_text())
    components = (part for part in parts if part.startswith("components/"))
    sheet = re.sub(r"url\([^)]*\)|\d\.\d+", "", "".join(map(stylesheets.read, components)))
    styled = set(re.findall(r"\.([a-z][\w-]*)", sheet))
    assert styled - classes == ELSEWHERE


def every_block_and_every_state_is_shown(text):
    blocks = set(re.findall(r'class="w-block-\w+ block-(\w+)', text))
    states = set(re.findall(r'class="petition flood flood-(\w+)', text))
    assert blocks | {"petition"} == set(StoryBlock().child_blocks)
    assert states == {state.value for state in samples.STATES}
    assert "DatabaseDefault" not in text


def test_a_look_is_chosen_by_address_and_the_house_s_own_colour_is_worn(client, development):
    Identity.objects.create(site=make_home().get_site(), colour="#0b4f3a")

    light, dark, paper, odd = (
        client.get(PAGE, {"look": look}).content.decode()
        for look in ("light", "dark", "print", 'x"><b>')
    )

    assert ("styleguide-light" in light, "styleguide-dark" in dark) == (True, True)
    assert (f'href="{PRINT}"' in paper, f'href="{PRINT}"' in odd) == (True, False)
    assert ("#0b4f3a" in odd, "#2511c6" in odd) == (True, False)

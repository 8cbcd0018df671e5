"""Where signers came from is known to staff, and it follows nobody."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.counting import arrivals
from campaigns.models import Signature
from tests.campaigns.cms.petitions.test_arrivals import url
from tests.factories import make_campaign, make_home, make_petition, make_translation
from tests.journeys.test_visitor import PHONE, fill

ADVERT = "?utm_source=Newsletter&utm_medium=mail&utm_campaign=Spring"
CODE = "newsletter/spring"


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def phone(request, browser: Browser) -> Page:
    context = browser.new_context(viewport=PHONE, java_script_enabled=request.param)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def sources() -> list[str]:
    return list(Signature.objects.order_by("pk").values_list("source", flat=True))


def test_a_visitor_by_a_newsletter_errs_corrects_and_confirms(site, phone, links):
    campaign = make_campaign()

    phone.goto(f"{site}{campaign.url}{ADVERT}")
    phone.locator("form.petition-form").get_by_label("Name").fill("Ada Lovelace")
    fill(phone, email="ada@nowhere")
    expect(phone.locator(".error-summary")).to_be_visible()
    phone.get_by_label("Email", exact=True).fill("ada@example.org")
    phone.locator("form.petition-form").get_by_role("button").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("One click left")
    phone.goto(links()[0])
    phone.get_by_role("button", name="Confirm my signature").click()
    expect(phone).to_have_url(re.compile(rf"/thanks/[^?]*\?source={CODE}$"))

    assert sources() == [CODE]
    assert phone.context.cookies() == []


def share_address(phone: Page, network: str) -> str:
    """The URL that a friend gets when somebody shares on this network."""
    href = phone.locator(f"a.share-{network}").get_attribute("href")
    return phone.evaluate(
        "href => decodeURIComponent(href).match(/https?:\\/\\/[^/]*\\/\\S*source=[\\w-]+/)[0]", href
    )


@pytest.mark.parametrize("phone", [True], indirect=True, ids=["with JavaScript"])
def test_a_friend_by_a_share_is_counted_to_the_share_and_so_is_theirs(site, phone, links):
    make_campaign(make_petition(confirms_by_email=False))

    phone.goto(f"{site}/campaigns/keep-the-river-free/{ADVERT}")
    fill(phone)
    for email in ("grace@example.org", "alan@example.org", "mary@example.org"):
        phone.wait_for_url("**/thanks/**")
        address = share_address(phone, "whatsapp")
        phone.goto(site + address.removeprefix(address[: address.index("/", 8)]))
        fill(phone, email=email)
    phone.wait_for_url("**/thanks/**")

    assert sources() == [CODE, "whatsapp", "whatsapp-2", "whatsapp-3"]


def test_without_javascript_a_share_is_counted_to_its_network(site, browser):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    phone = context.new_page()
    make_campaign(make_petition(confirms_by_email=False))

    phone.goto(f"{site}/campaigns/keep-the-river-free/?source=telegram")
    fill(phone)
    phone.wait_for_url("**/thanks/**")
    href = phone.locator("a.share-whatsapp").get_attribute("href")

    assert "source%3Dwhatsapp" in href
    assert "whatsapp-2" not in href
    assert sources() == ["telegram"]
    context.close()


@pytest.mark.parametrize("phone", [True], indirect=True, ids=["with JavaScript"])
def test_the_code_goes_over_the_front_page_and_the_other_language_to_staff(
    site, phone, log_in, worker
):
    home = make_home()
    petition = make_petition(confirms_by_email=False)
    campaign = make_campaign(petition, title="The last free river")
    make_translation(petition, "fr")

    phone.goto(f"{site}{home.url}{ADVERT}")
    phone.goto(phone.get_by_role("link", name=campaign.title).first.evaluate("link => link.href"))
    phone.goto(f"{site}{petition.url_path()}?{phone.url.split('?')[1]}")
    phone.locator(".languages summary").click()
    phone.locator(".languages a[hreflang=fr]").click()
    phone.wait_for_url("**/fr/**")
    form = phone.locator("form.petition-form")
    form.locator("[name=name]").fill("Ada Lovelace")
    form.locator("[name=email]").fill("ada@example.org")
    form.locator("[name=consent]").check()
    form.get_by_role("button").click()
    phone.wait_for_url("**/thanks/**")

    assert list(Signature.objects.values_list("source", "language")) == [(CODE, "fr")]
    worker()
    arrivals.roll_up()
    staff = log_in("Campaign managers")
    staff.goto(site + url("arrivals", petition))
    table = staff.get_by_role("table").filter(has_text="Source").first
    expect(table.get_by_role("row", name=f"{CODE} 1")).to_be_visible()

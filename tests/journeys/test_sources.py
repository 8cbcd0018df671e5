"""Where signers came from is known to staff, and it follows nobody."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.counting import arrivals
from campaigns.models import Signature
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.petitions.test_arrivals import url
from tests.factories import make_campaign, make_home, make_petition, make_translation
from tests.journeys.test_visitor import PHONE, fill
from tests.walking import Person, said

ADVERT = "?utm_source=Newsletter&utm_medium=mail&utm_campaign=Spring"
CODE = "newsletter/spring"
FORM = "form.petition-form"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def sources() -> list[str]:
    return list(Signature.objects.order_by("pk").values_list("source", flat=True))


def share_address(phone: Page, network: str) -> str:
    """The URL that a friend gets when somebody shares on this network."""
    href = phone.locator(f"a.share-{network}").get_attribute("href")
    return phone.evaluate(
        "href => decodeURIComponent(href).match(/https?:\\/\\/[^/]*\\/\\S*source=[\\w-]+/)[0]", href
    )


def err_and_sign(phone: Page, address: str) -> None:
    phone.goto(address)
    fill(phone, email="ada@nowhere")
    expect(phone.locator(".error-summary")).to_be_visible()
    phone.get_by_label("Email", exact=True).fill("ada@example.org")
    phone.locator("form.petition-form").get_by_role("button").click()


def test_a_friend_by_a_share_is_counted_to_the_share_and_so_is_theirs(site, phone, links):
    """The first came by a newsletter, erred and corrected it."""
    campaign = make_campaign(make_petition(confirms_by_email=False))

    err_and_sign(phone, f"{site}{campaign.url}{ADVERT}")
    for email in ("grace@example.org", "alan@example.org"):
        phone.wait_for_url("**/thanks/**")
        address = share_address(phone, "whatsapp")
        phone.goto(site + address.removeprefix(address[: address.index("/", 8)]))
        fill(phone, email=email)
    phone.wait_for_url("**/thanks/**")

    assert sources() == [CODE, "whatsapp", "whatsapp-2"]
    assert "source%3Dwhatsapp-3" in phone.locator("a.share-whatsapp").get_attribute("href")
    assert phone.context.cookies() == []


def test_without_javascript_the_code_outlives_a_mistake_and_a_share_is_counted_to_its_network(
    site, browser
):
    """The browser says which page it left, and keeps nothing."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    phone = context.new_page()
    campaign = make_campaign(make_petition(confirms_by_email=False))

    err_and_sign(phone, f"{site}{campaign.url}{ADVERT}")
    expect(phone).to_have_url(re.compile(rf"/thanks/[^?]*\?source={CODE}$"))
    href = phone.locator("a.share-whatsapp").get_attribute("href")

    assert "source%3Dwhatsapp" in href
    assert "whatsapp-2" not in href
    assert sources() == [CODE]
    assert context.cookies() == []
    context.close()


def test_the_code_goes_by_the_email_over_the_confirmation(links):
    campaign, visitor = make_campaign(), Person()

    visitor.goto(f"{campaign.url}{ADVERT}")
    visitor.fill("Name", "Ada Lovelace", within=FORM)
    visitor.fill("Email", "ada@example.org", within=FORM)
    visitor.tick("I agree", within=FORM)
    visitor.press("Add my name", within=FORM)
    assert visitor.heading == "One click left"
    visitor.goto(links()[0])
    visitor.press("Confirm my signature")

    assert re.search(rf"/thanks/[^?]*\?source={CODE}$", visitor.url)
    assert (sources(), [*visitor.client.cookies]) == ([CODE], [])


def test_the_code_goes_over_the_front_page_and_the_other_language_to_staff(site, phone, worker):
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
    staff = Person(make_user("manager", "Campaign managers"))
    staff.goto(url("arrivals", petition))
    table = next(each for each in staff.page.select("table") if "Source" in said(each))
    assert f"{CODE} 1" in [" ".join(said(row).split()[:2]) for row in table.select("tr")]

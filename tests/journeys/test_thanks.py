"""The minutes after signing: the number, the email of thanks, and sharing."""

import re

from playwright.sync_api import expect

from campaigns.models import Signature
from tests.factories import make_article, make_campaign, make_petition, make_signature
from tests.journeys.test_visitor import fill

PHONE = {"width": 390, "height": 844}


def test_a_signer_reads_their_number_is_thanked_once_and_a_friend_lands_on_the_story(
    site, page, links, worker, smtp_server
):
    petition = make_petition(goal=10)
    make_signature(petition, email="ben@example.org")
    campaign = make_campaign(petition, title="The last free river")
    make_campaign(make_petition(slug="other"), title="Spare the forest", slug="other")
    worker()

    page.set_viewport_size(PHONE)
    page.goto(f"{site}{campaign.url}?source=poster")
    fill(page)
    confirm, *_ = links()
    assert page.evaluate("sessionStorage.length") == 1
    page.goto(confirm)
    page.get_by_role("button", name="Confirm my signature").click()

    expect(page.locator(".thanks-number")).to_contain_text(re.compile(r"You are number\s+2"))
    # Nothing that was typed stays. The script runs after loading.
    page.wait_for_function("sessionStorage.length === 0")
    page.reload()
    expect(page.locator(".thanks-number")).to_contain_text(re.compile(r"You are number\s+2"))
    expect(page.get_by_role("link", name="Read and sign")).to_have_attribute(
        "href", re.compile(r"\?source=poster$")
    )
    shared = page.locator(".share-whatsapp").get_attribute("href")
    assert "http" in shared
    page.goto(confirm)  # the link once more

    worker()
    worker()
    subjects = [message["Subject"].partition(":")[0] for message in smtp_server.messages]
    assert subjects == ["Please confirm your signature", "Thank you for signing"]
    mail = smtp_server.messages[-1].get_body(("plain",)).get_content()
    assert f"{site}{campaign.url}" in mail
    assert "Ada" not in mail

    friend = re.search(r"http\S+", page.evaluate("url => decodeURIComponent(url)", shared)[20:])
    page.goto(friend[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("The last free river")
    assert page.url == f"{site}{campaign.url}?source=whatsapp"


def test_who_waits_finds_the_mailbox_and_corrects_the_email(site, page):
    campaign = make_campaign(make_petition(country_field="optional", shows_signers=True))
    page.goto(f"{site}{campaign.url}?source=poster")
    page.locator("form.petition-form").get_by_label("Country").select_option("KE")
    page.get_by_text("Say more, if you like").press("Enter")
    page.get_by_label("Show everybody that I have signed").check()
    email = page.locator("form.petition-form").get_by_label("Email", exact=True)
    email.fill("ada@faß.de")
    expect(email).to_have_value("ada@faß.de")  # some browsers would send fass.de
    fill(page, email="adda@gmail.com")

    expect(page.get_by_text("You typed this email address: adda@gmail.com")).to_be_visible()
    expect(page.get_by_role("link", name="Open Gmail")).to_have_attribute(
        "href", "https://mail.google.com/"
    )
    assert "adda" not in page.url
    expect(page.get_by_text("Until it is closed, it keeps what you typed.")).to_be_visible()
    page.get_by_role("link", name="Correct the email address").click()

    expect(page).to_have_url(f"{site}{campaign.url}?source=poster")
    form = page.locator("form.petition-form")
    expect(form.get_by_label("Name")).to_have_value("Ada Lovelace")
    expect(form.get_by_label("Country")).to_have_value("KE")
    expect(form.get_by_label("Email", exact=True)).to_be_focused()
    expect(form.get_by_label("I agree")).not_to_be_checked()
    # It is seen that this has to be ticked again, too.
    expect(form.get_by_label("Show everybody that I have signed")).to_be_visible()
    expect(form.get_by_label("Show everybody that I have signed")).not_to_be_checked()
    fill(page, email="ada@example.org")
    expect(page.get_by_text("You typed this email address: ada@example.org")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Open"))).to_have_count(0)
    assert list(Signature.objects.values_list("source", flat=True)) == ["poster"] * 2


def test_an_article_is_shared_and_what_is_typed_into_its_second_form_is_remembered(site, page):
    petitions = [make_petition(), make_petition(title="Spare the forest", slug="forest")]
    article = make_article(body=[("petition", {"petition": each}) for each in petitions])

    page.goto(site + article.url)
    expect(page.locator(".share-address")).to_have_text(f"{site}{article.url}")
    form = page.locator("form.petition-form").last
    form.get_by_label("Name").fill("Ada Lovelace")
    form.get_by_label("Email", exact=True).fill("ada@example.org")
    form.get_by_label("I agree").check()
    form.get_by_role("button").click()

    expect(page.get_by_text("You typed this email address: ada@example.org")).to_be_visible()


def test_a_phone_offers_its_own_sharing_with_the_editors_message(site, browser):
    petition = make_petition(share_message="Look at this: {title}")
    campaign = make_campaign(petition)
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    context.add_init_script("navigator.share = async (data) => { window.shared = data; };")
    phone = context.new_page()
    phone.goto(site + campaign.url)

    phone.get_by_role("button", name="Share").click()

    phone.wait_for_function("window.shared")
    assert phone.evaluate("window.shared") == {
        "url": f"{site}{campaign.url}?source=link",
        "title": campaign.title,
        "text": f"Look at this: {campaign.title}",
    }
    # A sheet that was closed is nothing to speak of; one that could not be opened is.
    said = []
    for error in ("AbortError", "NotAllowedError"):
        phone.evaluate(
            "name => { navigator.share = async () => { throw new DOMException('', name); }; }",
            error,
        )
        phone.get_by_role("button", name="Share").click()
        said.append(phone.locator(".share [aria-live]").inner_text())
    assert said == ["", "That did not work. Please copy the link below."]
    context.close()

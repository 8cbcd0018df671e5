"""Text that was typed when a session ended is not lost: its author signs in again and saves it."""

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from campaigns.models import Petition, Tally
from staff import recent_second_factor
from staff.models import Phone
from staff.sessions import SessionStore
from tests.factories import make_petition
from tests.journeys.conftest import PASSWORD
from tests.journeys.test_approval import enter, look_at_it, press, sign_in
from tests.staff.conftest import code

__all__ = ["enter"]  # the fixture

LINES = ["The river is ours.", "", "It must run free."]


def edit_url(site: str, petition: Petition) -> str:
    return f"{site}/admin/snippets/campaigns/petition/edit/{petition.pk}/"


def opening() -> list[str]:
    text: str = Petition.objects.get().get_latest_revision_as_object().opening
    return text.splitlines()


@pytest.mark.parametrize("button", ["Save draft", None])
def test_what_was_written_when_the_session_had_ended_is_saved(button, site, enter):
    page = enter("Editors")
    petition = make_petition(live=False)
    edit = edit_url(site, petition)
    page.goto(edit)
    look_at_it(page)
    Session.objects.all().delete()

    page.locator("[name=opening]").fill("\n".join(LINES))
    if button:
        press(page, button)
        page.wait_for_url("**/login/**")
    else:  # Only autosave has noticed that the session has ended, and says so above the form.
        press(page, "Sign in again")
        page.wait_for_url("**/login/**")
    sign_in(page, site, "editors")
    expect(page).to_have_url(edit)
    expect(page.locator("[name=opening]")).not_to_have_value("The river is ours.")
    press(page, "Save what I wrote")

    expect(page.locator(".messages .success")).to_be_visible()
    assert opening() == LINES
    expect(page.get_by_text("Save what I wrote")).to_have_count(0)


def test_the_words_of_a_question_are_put_back_and_not_sent(site, enter):
    page = enter("Moderators")
    petition = make_petition()
    question = f"{site}/admin/snippets/campaigns/petition/declare_victory/{petition.pk}/"
    page.goto(question)
    Session.objects.all().delete()

    page.locator("[name=words]").fill("\n".join(LINES))
    press(page, "Declare victory")
    page.wait_for_url("**/login/**")
    sign_in(page, site, "moderators")
    page.goto(question)
    press(page, "Put it back into the form")

    expect(page.locator("[name=words]")).to_have_value("\n".join(LINES))
    expect(page.get_by_text("Put it back into the form")).to_have_count(0)
    assert Tally.objects.get().won_at is None


@pytest.mark.parametrize("status", [403, 503])
def test_what_the_site_could_not_take_is_offered_again(status, site, enter):
    page = enter("Editors")
    edit = edit_url(site, make_petition(live=False))
    page.goto(edit)
    look_at_it(page)
    if status == 403:  # Signing in in another tab, too, makes the form's token useless.
        page.context.clear_cookies(name="csrftoken")
    else:
        page.route(edit, lambda route: route.fulfill(status=503, body="One moment, please"))

    page.locator("[name=opening]").fill("\n".join(LINES))
    press(page, "Save draft")
    if status == 403:
        page.get_by_role("link", name="Back to the form").click()
    else:
        expect(page.get_by_text("One moment, please")).to_be_visible()
        page.unroute(edit)
        page.goto(f"{site}/admin/")
        page.goto(edit)
    press(page, "Save what I wrote")

    expect(page.locator(".messages .success")).to_be_visible()
    assert opening() == LINES
    expect(page.get_by_text("Save what I wrote")).to_have_count(0)


def test_whoever_has_a_second_factor_shows_it_and_saves_what_they_wrote(site, page, settings):
    settings.SECOND_FACTOR = True
    user = User.objects.create_user("editors", "editors@example.org", PASSWORD)
    user.groups.add(Group.objects.get(name="Editors"))
    phone = Phone.objects.create(user=user, name="phone")
    edit = edit_url(site, make_petition(live=False))
    page.goto(edit)
    show_code(page, site, code(phone))
    expect(page).to_have_url(edit)
    look_at_it(page)
    Session.objects.all().delete()

    page.locator("[name=opening]").fill("\n".join(LINES))
    press(page, "Save draft")
    page.wait_for_url("**/login/**")
    phone.refresh_from_db()  # an earlier, late code has set the drift of this phone
    show_code(page, site, code(phone, steps=1 + phone.drift))
    expect(page).to_have_url(edit)
    press(page, "Save what I wrote")

    expect(page.locator(".messages .success")).to_be_visible()
    assert opening() == LINES


def test_what_was_typed_about_an_account_is_saved_after_the_second_step(site, page, settings):
    settings.SECOND_FACTOR = True
    user = User.objects.create_user("editors", "e@example.org", PASSWORD, last_name="Lovelace")
    user.groups.add(Group.objects.get(name="Editors"))
    phone = Phone.objects.create(user=user, name="phone")
    page.goto(f"{site}/admin/account/")
    show_code(page, site, code(phone))
    expect(page).to_have_url(f"{site}/admin/account/")
    long_ago()

    page.locator("[name=name_email-first_name]").fill("Ada")
    page.locator("[name=name_email-email]").fill("ada@example.org")
    press(page, "Save")
    phone.refresh_from_db()
    page.get_by_label("Code of the second step").fill(code(phone, steps=1 + phone.drift))
    press(page, "Continue")
    expect(page.locator("[name=name_email-email]")).to_have_value("e@example.org")
    press(page, "Save what I wrote")

    expect(page.locator(".messages .success")).to_be_visible()
    user.refresh_from_db()
    assert (user.first_name, user.email) == ("Ada", "ada@example.org")


def long_ago() -> None:
    """Let the second step have been shown a quarter of an hour ago."""
    session, store = Session.objects.get(), SessionStore()
    data = store.decode(session.session_data)
    data[recent_second_factor.SHOWN_AT] -= 15 * 60
    session.session_data = store.encode(data)
    session.save()


def show_code(page: Page, site: str, number: str) -> None:
    """Sign in with the password, and then with the code."""
    page.get_by_label("Username").fill("editors")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_text("Please enter the code from your app")).to_be_visible()
    page.get_by_label("Code of the second step").fill(number)
    press(page, "Sign in")


def test_a_translated_sentence_is_saved_after_signing_in_again(site, enter):
    petition = make_petition(opening="It runs free.")
    translate_object(petition, [Locale.objects.create(language_code="ru")])
    edit = edit_url(site, Translation.objects.get().get_target_instance())
    page = enter("Editors")
    page.goto(edit)
    Session.objects.all().delete()

    segment = page.locator("li.incomplete").filter(has_text="It runs free.").first
    segment.get_by_role("button", name="Translate").click()
    page.locator("li textarea").fill("Она свободна.")
    press(page, "Save")
    # It is inserted, so only as an alert is it read out.
    page.get_by_role("alert").get_by_role("button", name="Sign in again").click()
    page.wait_for_url("**/login/**")
    sign_in(page, site, "editors")
    expect(page).to_have_url(edit)
    assert not StringTranslation.objects.exists()
    with page.expect_event("load"):
        page.get_by_role("alert").get_by_role("button", name="Save what I wrote").click()

    expect(page.get_by_text("Translated manually").first).to_be_visible()
    assert StringTranslation.objects.get().data == "Она свободна."
    expect(page.get_by_text("Save what I wrote")).to_have_count(0)


def test_neither_a_password_nor_a_file_is_kept(site, enter):
    page = enter("Editors")
    page.goto(edit_url(site, make_petition(live=False)))
    look_at_it(page)
    secret = "<input type=password name=secret value=hidden-word><input type=file name=picture>"
    page.evaluate(
        "html => document.querySelector('[data-edit-form]').insertAdjacentHTML('beforeend', html)",
        secret,
    )
    file = {"name": "river.txt", "mimeType": "text/plain", "buffer": b"A river."}
    page.locator("[name=picture]").set_input_files(file)
    Session.objects.all().delete()

    page.locator("[name=opening]").fill("A new opening.")
    press(page, "Save draft")
    page.wait_for_url("**/login/**")

    stored = page.evaluate("JSON.stringify({...sessionStorage})")
    assert ("A new opening." in stored, "hidden-word" in stored) == (True, False)
    # The answer to what is sent later asks for the file again.
    assert ('[\\"unsent_file\\",\\"picture\\"]' in stored, "river.txt" in stored) == (True, False)

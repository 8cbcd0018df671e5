"""Text that was typed when a session ended is not lost: its author signs in again and saves it."""

from django.contrib.auth.models import User
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

# Fields that the form of a petition does not have.
SECRETS = "<input type=password name=secret value=hidden-word><input type=file name=picture>"


def edit_url(site: str, petition: Petition) -> str:
    return f"{site}/admin/snippets/campaigns/petition/edit/{petition.pk}/"


def test_what_was_written_when_the_session_had_ended_is_saved(site, enter, settings):
    """So is what the site could not take. Each part begins with what the last one has saved."""
    page = enter("Editors")
    phone = Phone.objects.create(user=User.objects.get(), name="phone")
    edit = edit_url(site, make_petition(live=False))
    page.goto(edit)

    only_autosave_has_noticed_the_end_of_the_session(page, site, edit)
    the_token_of_the_form_has_become_useless(page, edit)
    the_site_could_not_answer(page, site, edit)
    settings.SECOND_FACTOR = True
    the_form_was_sent_and_a_second_factor_is_shown(page, edit, phone)
    what_was_typed_about_an_account_is_saved_after_the_second_step(page, site, phone)


def only_autosave_has_noticed_the_end_of_the_session(page: Page, site: str, edit: str) -> None:
    look_at_it(page)
    Session.objects.all().delete()

    written = write(page, "only autosave has noticed")
    press(page, "Sign in again")  # Autosave says so above the form.
    page.wait_for_url("**/login/**")
    sign_in(page, site, "editors")

    it_is_offered_and_saved(page, edit, written)


def the_token_of_the_form_has_become_useless(page: Page, edit: str) -> None:
    look_at_it(page)
    page.context.clear_cookies(name="csrftoken")  # as signing in in another tab does

    written = write(page, "the token is of no use")
    press(page, "Save draft")
    page.get_by_role("link", name="Back to the form").click()

    it_is_offered_and_saved(page, edit, written)


def the_site_could_not_answer(page: Page, site: str, edit: str) -> None:
    look_at_it(page)
    page.route(edit, lambda route: route.fulfill(status=503, body="One moment, please"))

    written = write(page, "the site does not answer")
    press(page, "Save draft")
    expect(page.get_by_text("One moment, please")).to_be_visible()
    page.unroute(edit)
    page.goto(f"{site}/admin/")
    page.goto(edit)

    it_is_offered_and_saved(page, edit, written)


def the_form_was_sent_and_a_second_factor_is_shown(page: Page, edit: str, phone: Phone) -> None:
    look_at_it(page)
    page.evaluate(
        "html => document.querySelector('[data-edit-form]').insertAdjacentHTML('beforeend', html)",
        SECRETS,
    )
    file = {"name": "river.txt", "mimeType": "text/plain", "buffer": b"A river."}
    page.locator("[name=picture]").set_input_files(file)
    Session.objects.all().delete()

    written = write(page, "the session has ended")
    press(page, "Save draft")
    page.wait_for_url("**/login/**")
    neither_a_password_nor_a_file_is_kept(page)
    show_code(page, code(phone))

    it_is_offered_and_saved(page, edit, written)


def neither_a_password_nor_a_file_is_kept(page: Page) -> None:
    stored = page.evaluate("JSON.stringify({...sessionStorage})")
    assert ("the session has ended" in stored, "hidden-word" in stored) == (True, False)
    # The answer to what is sent later asks for the file again.
    assert ('[\\"unsent_file\\",\\"picture\\"]' in stored, "river.txt" in stored) == (True, False)


def write(page: Page, line: str) -> list[str]:
    """Write an opening of several lines, and return them."""
    lines = [line, "", "It must run free."]
    page.locator("[name=opening]").fill("\n".join(lines))
    return lines


def it_is_offered_and_saved(page: Page, edit: str, written: list[str]) -> None:
    """The form is as it was saved last. One press saves what was written."""
    expect(page).to_have_url(edit)
    expect(page.locator("[name=opening]")).not_to_have_value("\n".join(written))
    press(page, "Save what I wrote")

    expect(page.locator(".messages .success")).to_be_visible()
    assert Petition.objects.get().get_latest_revision_as_object().opening.splitlines() == written
    expect(page.get_by_text("Save what I wrote")).to_have_count(0)


def what_was_typed_about_an_account_is_saved_after_the_second_step(
    page: Page, site: str, phone: Phone
) -> None:
    user = User.objects.get()
    User.objects.update(last_name="Lovelace")  # without which the form cannot be saved
    page.goto(f"{site}/admin/account/")
    long_ago()

    page.locator("[name=name_email-first_name]").fill("Ada")
    page.locator("[name=name_email-email]").fill("ada@example.org")
    press(page, "Save")
    phone.refresh_from_db()  # an earlier, late code has set the drift of this phone
    page.get_by_label("Code of the second step").fill(code(phone, steps=1 + phone.drift))
    press(page, "Continue")
    expect(page.locator("[name=name_email-email]")).to_have_value(user.email)
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


def show_code(page: Page, number: str) -> None:
    """Sign in with the password, and then with the code."""
    page.get_by_label("Username").fill("editors")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_text("Please enter the code from your app")).to_be_visible()
    page.get_by_label("Code of the second step").fill(number)
    press(page, "Sign in")


def test_a_translated_sentence_and_the_words_of_a_question_outlive_the_session(site, enter):
    petition = make_petition(opening="It runs free.")
    translate_object(petition, [Locale.objects.create(language_code="ru")])
    edit = edit_url(site, Translation.objects.get().get_target_instance())
    page = enter("Moderators")
    page.goto(edit)
    Session.objects.all().delete()

    segment = page.locator("li.incomplete").filter(has_text="It runs free.").first
    segment.get_by_role("button", name="Translate").click()
    page.locator("li textarea").fill("Она свободна.")
    press(page, "Save")
    # It is inserted, so only as an alert is it read out.
    page.get_by_role("alert").get_by_role("button", name="Sign in again").click()
    page.wait_for_url("**/login/**")
    sign_in(page, site, "moderators")
    expect(page).to_have_url(edit)
    assert not StringTranslation.objects.exists()
    with page.expect_event("load"):
        page.get_by_role("alert").get_by_role("button", name="Save what I wrote").click()

    expect(page.get_by_text("Translated manually").first).to_be_visible()
    assert StringTranslation.objects.get().data == "Она свободна."
    expect(page.get_by_text("Save what I wrote")).to_have_count(0)
    the_words_of_a_question_are_put_back_and_not_sent(page, site, petition)


def the_words_of_a_question_are_put_back_and_not_sent(
    page: Page, site: str, petition: Petition
) -> None:
    question = f"{site}/admin/snippets/campaigns/petition/declare_victory/{petition.pk}/"
    page.goto(question)
    Session.objects.all().delete()

    page.locator("[name=words]").fill("The river\n\nis free.")
    press(page, "Declare victory")
    page.wait_for_url("**/login/**")
    sign_in(page, site, "moderators")
    page.goto(question)
    press(page, "Put it back into the form")

    expect(page.locator("[name=words]")).to_have_value("The river\n\nis free.")
    expect(page.get_by_text("Put it back into the form")).to_have_count(0)
    assert Tally.objects.get().won_at is None

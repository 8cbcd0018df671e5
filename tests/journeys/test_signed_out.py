"""Text that was typed when a session ended is not lost: its author signs in again and saves it."""

import re

from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from campaigns.models import Petition, Tally
from staff import recent_second_factor
from staff.models import Phone
from staff.sessions import SessionStore
from tests.factories import make_campaign, make_petition
from tests.journeys.conftest import PASSWORD, admit
from tests.journeys.test_approval import (
    enter,
    nothing_is_lost_that_is_typed_at_once_or_while_it_saves,
    press,
    sign_in,
)
from tests.staff.conftest import code

__all__ = ["enter"]  # the fixture

# A field that no form of the CMS has beside longer texts.
SECRET = "<input type=password name=secret value=hidden-word>"
BEGIN = "/admin/campaigns/new/"


def test_what_was_written_when_the_session_had_ended_is_saved(site, enter, settings):
    """So is what the site could not take. On the way, autosave saves all that is typed."""
    page = enter("Editors")
    phone = Phone.objects.create(user=User.objects.get(), name="phone")
    make_campaign()  # which is in a list for others
    edit = f"{site}/admin/snippets/campaigns/petition/edit/{make_petition(live=False).pk}/"

    nothing_is_lost_that_is_typed_at_once_or_while_it_saves(page, edit, lambda: draft().title)
    only_autosave_has_noticed_the_end_of_the_session(page, site, edit)
    who_may_edit_it_no_longer_is_told_to_copy_it(page, edit)
    what_the_site_could_not_take_is_offered(page, site + BEGIN, settings, phone)
    what_was_typed_about_an_account_is_saved_after_the_second_step(page, site, phone)


def draft() -> Petition:
    return Petition.objects.get(live=False).get_latest_revision_as_object()


def only_autosave_has_noticed_the_end_of_the_session(page: Page, site: str, edit: str) -> None:
    Session.objects.all().delete()

    written = write(page, "opening", "only autosave has noticed")
    press(page, "Sign in again")  # Autosave says so above the form.
    page.wait_for_url("**/login/**")
    sign_in(page, site, "editors")
    expect(page).to_have_url(edit)
    expect(page.locator("[name=opening]")).not_to_have_value("\n".join(written))
    press(page, "Save what I wrote")

    expect(page.locator(".messages .success")).to_be_visible()
    assert draft().opening.splitlines() == written
    expect(page.get_by_text("Save what I wrote")).to_have_count(0)


def who_may_edit_it_no_longer_is_told_to_copy_it(page: Page, edit: str) -> None:
    user, note = User.objects.get(), page.get_by_text("Please copy what you wrote before")

    user.groups.set(Group.objects.filter(name="Campaign managers"))
    write(page, "opening", "they may not edit it any more")
    expect(note).to_be_visible()
    expect(page.get_by_text("Sign in again")).to_have_count(0)

    user.groups.set(Group.objects.filter(name="Editors"))
    page.goto(edit)
    press(page, "Throw it away")
    Tally.objects.filter(petition__live=False).delete()
    Petition.objects.filter(live=False).delete()
    write(page, "opening", "somebody has deleted it")
    expect(note).to_be_visible()


def what_the_site_could_not_take_is_offered(page: Page, form: str, settings, phone: Phone) -> None:
    """It is sent four times: each button sends what was written at first."""
    page.goto(form)
    page.evaluate(
        "html => document.querySelector('[data-edit-form]').insertAdjacentHTML('beforeend', html)",
        SECRET,
    )
    file = {"name": "river.txt", "mimeType": "text/plain", "buffer": b"A river."}
    page.locator("[name=picture]").set_input_files(file)
    written = write(page, "letter", "nobody takes it")

    page.context.clear_cookies(name="csrftoken")  # as signing in in another tab does
    press(page, "Create the draft")
    page.get_by_role("link", name="Back to the form").click()
    it_is_offered(page, form)
    neither_a_password_nor_a_file_is_kept(page)

    page.route(form, lambda route: route.fulfill(status=503, body="One moment, please"))
    press(page, "Save what I wrote")
    expect(page.get_by_text("One moment, please")).to_be_visible()
    page.unroute(form)
    page.goto(form)
    it_is_offered(page, form)

    settings.SECOND_FACTOR = True
    Session.objects.all().delete()
    press(page, "Save what I wrote")
    page.wait_for_url("**/login/**")
    show_code(page, code(phone))
    it_is_offered(page, form)

    press(page, "Save what I wrote")
    expect(page.get_by_text("The draft has not been created yet.")).to_be_visible()
    expect(page.locator("[name=letter]")).to_have_value("\n".join(written))
    expect(page.get_by_text("Please choose the picture again").first).to_be_visible()
    expect(page.get_by_text("Save what I wrote")).to_have_count(0)


def it_is_offered(page: Page, form: str) -> None:
    expect(page).to_have_url(form)
    expect(page.locator("[name=letter]")).to_have_value("")
    expect(page.get_by_role("button", name="Save what I wrote")).to_be_visible()


def neither_a_password_nor_a_file_is_kept(page: Page) -> None:
    stored = page.evaluate("JSON.stringify({...sessionStorage})")
    assert ("nobody takes it" in stored, "hidden-word" in stored) == (True, False)
    # The answer to what is sent later asks for the file again.
    assert ('[\\"unsent_file\\",\\"picture\\"]' in stored, "river.txt" in stored) == (True, False)


def write(page: Page, field: str, line: str) -> list[str]:
    """Write a text of several lines, and return them."""
    lines = [line, "", "It must run free."]
    page.locator(f"[name={field}]").fill("\n".join(lines))
    return lines


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
    """Shift and Enter begin a paragraph in the sentence."""
    petition = make_petition(opening="The river is the last one.\r\n\r\nIt runs free.")
    translate_object(petition, [Locale.objects.create(language_code="ru")])
    russian = Translation.objects.get().get_target_instance()
    edit = f"{site}/admin/snippets/campaigns/petition/edit/{russian.pk}/"
    page = enter("Moderators")
    page.goto(edit)
    Session.objects.all().delete()

    two_paragraphs_are_typed_for_one(page)
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
    assert StringTranslation.objects.get().data == "Это последняя река.¶Она одна."
    expect(page.get_by_text("Save what I wrote")).to_have_count(0)
    expect(page.get_by_text("Enter saves.")).to_have_count(0)
    what_a_colleague_translates_meanwhile_is_replaced_only_after_asking(page)
    who_may_translate_it_no_longer_is_told_to_copy_it(page)
    the_words_of_a_question_are_put_back_and_not_sent(page, site, petition)


def two_paragraphs_are_typed_for_one(page: Page) -> None:
    text = page.locator("li.incomplete").filter(has_text="The river is the last one.").first
    page.get_by_role("button", name="Toggle status").click()  # which does not cover the buttons
    expect(page.get_by_text("Anyone can edit this petition")).to_be_in_viewport(ratio=1)

    text.get_by_role("button", name="Translate").click()
    box = page.locator("li textarea")
    box.fill("Это последняя река.")
    expect(page.get_by_text("Enter saves.")).to_have_count(1)
    expect(box).to_have_accessible_description(re.compile("Enter saves. Shift.Enter begins"))
    box.press("Shift+Enter")
    box.press_sequentially("Она одна.")


def what_a_colleague_translates_meanwhile_is_replaced_only_after_asking(page: Page) -> None:
    colleague = User.objects.create_user("colleague")
    theirs = {"data": "Река наша.", "last_translated_by": colleague, "updated_at": timezone.now()}
    StringTranslation.objects.update(**theirs)

    page.locator("li.complete").get_by_role("button", name="Edit").first.click()
    page.locator("li textarea").fill("Река одна.")
    press(page, "Save")
    note = page.get_by_role("alert").filter(has_text="a colleague has translated the same")
    expect(note.get_by_text("Река наша.")).to_have_attribute("lang", "ru")
    assert StringTranslation.objects.get().data == "Река наша."
    with page.expect_event("load"):
        note.get_by_role("button", name="Save what I wrote").click()

    assert StringTranslation.objects.get().data == "Река одна."
    expect(note).to_have_count(0)
    colleague.delete()


def who_may_translate_it_no_longer_is_told_to_copy_it(page: Page) -> None:
    User.objects.get().groups.set(Group.objects.filter(name="Campaign managers"))

    page.locator("li.complete").get_by_role("button", name="Edit").first.click()
    page.locator("li textarea").fill("Река большая.")
    press(page, "Save")

    expect(page.get_by_text("Please copy what you wrote before")).to_be_visible()
    expect(page.get_by_text("Sign in again")).to_have_count(0)
    User.objects.get().groups.set(Group.objects.filter(name="Moderators"))


def the_words_of_a_question_are_put_back_and_not_sent(
    page: Page, site: str, petition: Petition
) -> None:
    question = f"{site}/admin/snippets/campaigns/petition/declare_victory/{petition.pk}/"
    page.goto(question)
    Session.objects.all().delete()

    page.locator("[name=words]").fill("The river\n\nis free.")
    press(page, "Declare victory")
    page.wait_for_url("**/login/**")
    admit(page, site, User.objects.get())
    page.goto(question)
    press(page, "Put it back into the form")

    expect(page.locator("[name=words]")).to_have_value("The river\n\nis free.")
    expect(page.get_by_text("Put it back into the form")).to_have_count(0)
    assert Tally.objects.get().won_at is None
    a_dialog_that_is_refused_says_so(page)


def a_dialog_that_is_refused_says_so(page: Page) -> None:
    press(page, "Choose an image")
    dialog = page.locator(".modal-body")
    dialog.get_by_role("tab", name="Upload").click()
    file = {"name": "river.png", "mimeType": "image/png", "buffer": b"A river."}
    dialog.locator("[type=file]").set_input_files(file)
    dialog.get_by_label("Title").fill("The river")
    Session.objects.all().delete()

    press(page, "Upload")
    expect(dialog.get_by_role("alert").filter(has_text="This did not work")).to_have_count(1)
    press(page, "Close")
    expect(dialog).to_have_count(0)
    press(page, "Choose an image")

    expect(page.get_by_role("button", name="Sign in again")).to_be_visible()

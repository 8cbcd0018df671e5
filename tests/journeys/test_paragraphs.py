"""A translator turns one paragraph into two."""

import re

from playwright.sync_api import expect
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from tests.factories import make_petition


def test_shift_and_enter_begin_a_paragraph(site, log_in):
    petition = make_petition(opening="The river is the last one.\r\n\r\nIt runs free.")
    translate_object(petition, [Locale.objects.create(language_code="ru")])
    russian = Translation.objects.get().get_target_instance()
    page = log_in("Editors")
    page.goto(f"{site}/admin/snippets/campaigns/petition/edit/{russian.pk}/")
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
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Translated manually").first).to_be_visible()
    expect(page.get_by_text("Enter saves.")).to_be_hidden()

    assert StringTranslation.objects.get().data == "Это последняя река.¶Она одна."

"""A whole story: how it is shown, what it costs, and what a draft of it may lack."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.documents.models import Document
from wagtail.rich_text import RichText, expand_db_html

from campaigns.models import CampaignPage, CustomImage
from home.checklist import answers
from tests.factories import (
    make_article,
    make_campaign,
    make_image,
    make_petition,
    make_translated_page,
    make_translation,
)

pytestmark = pytest.mark.django_db

BODY = CampaignPage._meta.get_field("body").stream_block


def make_picture(title: str) -> CustomImage:
    return make_image(title=title, description=f"{title}.", credit="©")


def make_document(title: str) -> Document:
    return Document.objects.create(title=title, file=ContentFile(b"%PDF-1", name=f"{title}.pdf"))


def story(number: int) -> list[tuple[str, Any]]:
    """A story with each new block, `number` times."""
    blocks: list[tuple[str, Any]] = [
        ("related", {"heading": "", "campaigns": [], "number": 3}),
    ]
    for n in range(number):
        image, page = make_picture(f"Picture {n}"), make_article(title=f"Article {n}")
        cells = [{"type": "text", "heading": "Year"}, {"type": "figure", "heading": "Cases"}]
        rows = [{"values": ["2025", "61"]}]
        both = [{"image": image, "caption": "One"}, {"image": image, "caption": "Two"}]
        blocks += [
            ("image", {"image": image, "caption": "Seen", "size": "full"}),
            ("gallery", {"images": both}),
            ("fact", {"figure": "4 in 5", "text": "agree."}),
            ("table", {"table": {"caption": "Cases", "columns": cells, "rows": rows}}),
            ("accordion", {"parts": [{"heading": "Who?", "text": "<p>We.</p>"}]}),
            ("document", {"document": make_document(f"Paper {n}")}),
            ("call_to_action", {"label": "Read", "page": page, "url": "", "text": ""}),
            ("actions_taken", None),
        ]
    return blocks


def test_a_longer_story_asks_the_database_no_more_often(rf, settings):
    settings.CACHE_SECONDS = 60

    def queries(number: int) -> int:
        campaign = make_campaign(make_petition(title=f"River {number}"), body=story(number))
        campaign.make_preview_request()  # makes the renditions
        page = CampaignPage.objects.get(pk=campaign.pk)
        request = rf.get("/")
        with CaptureQueriesContext(
            connection,
        ) as found:
            page.body.render_as_block({"page": page, "request": request})
        return len(found)

    make_campaign(make_petition(title="Another"))
    queries(1)  # queries that a process makes only once

    assert queries(4) == queries(2)


def test_the_same_picture_keeps_each_alternative_text():
    image = make_picture("River")
    block = BODY.child_blocks["image"]
    values = [
        block.to_python({"image": {"image": image.pk, "alt_text": text, "decorative": False}})
        for text in ("A dam", "A river")
    ]
    body = BODY.to_python([])
    body.extend([("image", value) for value in values])

    text = str(body.render_as_block({}))

    assert 'alt="A dam"' in text
    assert 'alt="A river"' in text


def test_a_block_with_nothing_in_it_is_kept_and_shown_in_a_draft():
    campaign, found = make_campaign(), {}
    names = [name for name in BODY.child_blocks if name != "petition"]

    for name in names:
        campaign.body = [(name, BODY.child_blocks[name].get_default())]
        campaign.save_revision(clean=False)
        draft = campaign.get_latest_revision_as_object()
        kept = [block.block_type for block in draft.body]
        found[name] = kept, draft.make_preview_request().status_code

    assert found == {name: ([name], 200) for name in names}


@pytest.mark.parametrize("name", ["image", "gallery", "fact", "accordion", "document", "video"])
def test_what_would_break_the_page_is_asked_for_before_publishing(name):
    block = BODY.child_blocks[name]

    with pytest.raises(ValidationError):
        block.clean(block.get_default())


@pytest.mark.parametrize("name", ["image", "gallery", "fact", "accordion", "document", "video"])
def test_a_draft_may_lack_it(name):
    block = BODY.child_blocks[name]
    block.defer_required_validation()

    try:
        block.clean(block.get_default())
    finally:
        block.restore_deferred_validation()


def test_chosen_campaigns_come_in_their_order_and_only_those_the_public_may_see():
    first, second = make_campaign(make_petition(title="A")), make_campaign(make_petition(title="B"))
    draft = make_campaign(make_petition(title="C"), live=False)
    body = BODY.to_python([])
    body.append(("related", {"heading": "", "campaigns": [second, draft, first], "number": 3}))

    text = str(body.render_as_block({}))

    assert text.index(second.url) < text.index(first.url)
    assert text.count("<article") == 2


def test_chosen_campaigns_are_shown_in_the_language_of_the_reader_where_they_are_public_in_it():
    both, one = make_campaign(make_petition(title="A")), make_campaign(make_petition(title="B"))
    french = make_translated_page(both, make_translation(both.petition, "fr"), title="Rivière")
    make_translated_page(one, make_translation(one.petition, "fr"), title="Vallée", live=False)
    body = BODY.to_python([])
    body.append(("related", {"heading": "", "campaigns": [one, both, french], "number": 3}))

    with translation.override("fr"):
        text = str(body.render_as_block({}))

    assert text.index(one.url) < text.index(french.url)
    assert text.count("<article") == 2


def test_a_table_has_a_caption_and_headings_for_columns_and_rows():
    cells = [{"type": "text", "heading": "Year"}, {"type": "figure", "heading": "Cases"}]
    table = {"caption": "Cases", "columns": cells, "rows": [{"values": ["2025", "<61>"]}]}
    body = BODY.to_python([{"type": "table", "id": "x", "value": {"table": table}}])

    text = " ".join(str(body.render_as_block({})).split())

    assert '<caption id="caption-x">Cases</caption>' in text
    assert '<th scope="col" class="cell-figure">Cases</th>' in text
    assert '<th scope="row">2025</th>' in text
    assert '<td class="cell-figure">&lt;61&gt;</td>' in text


def test_in_a_page_without_a_petition_the_newest_campaigns_are_of_its_language(client):
    english = make_campaign(title="English")
    russian = make_campaign(make_translation(english.petition, "ru"), title="Русская")
    CampaignPage.objects.filter(pk=russian.pk).update(locale=russian.petition.locale)
    article = make_article(body=[("related", {"heading": "", "campaigns": [], "number": 3})])

    text = client.get(article.url).content.decode()

    assert ("English" in text, "Русская" in text) == (True, False)


def test_a_picture_brings_its_credit_unless_the_block_has_one():
    picture = make_picture("River").pk
    block = BODY.child_blocks["image"]
    image = {"image": picture, "alt_text": "", "decorative": True}

    texts = [
        str(block.render(block.to_python({"image": image, "credit": credit})))
        for credit in ("", "Somebody else")
    ]

    assert ['class="credit" dir="auto">©<' in text for text in texts] == [True, False]
    assert 'class="credit" dir="auto">Somebody else<' in texts[1]


def test_a_document_is_shown_with_its_kind_and_size():
    value = {"document": make_document("Report").pk, "text": "", "title": ""}
    block = BODY.child_blocks["document"]

    text = block.render(block.to_python(value))

    assert ">Report</a>" in text
    assert ">PDF, 6\xa0bytes<" in text


def rendered(kind: str, value: dict[str, Any]) -> str:
    return str(BODY.to_python([{"type": kind, "id": "x", "value": value}]).render_as_block({}))


def test_a_picture_that_is_mere_ornament_is_passed_over():
    image = {"image": make_picture("River").pk, "alt_text": "A river", "decorative": True}

    assert 'alt=""' in rendered("image", {"image": image})


def test_the_pictures_of_a_gallery_are_cropped_to_one_shape():
    image = {"image": make_picture("River").pk, "alt_text": "", "decorative": True}

    text = rendered("gallery", {"shape": "square", "images": [{"image": image}] * 2})

    assert [text.count(each) for each in ("<picture", 'width="250"', 'height="250"')] == [2] * 3, (
        text
    )


def test_a_picture_that_was_deleted_takes_its_caption_with_it():
    gone = {"image": {"image": 0, "alt_text": "", "decorative": True}, "caption": "The river."}

    texts = [rendered("image", gone), rendered("gallery", {"images": [gone] * 2})]

    assert ["The river." in text for text in texts] == [False, False]


def test_a_link_to_a_page_that_is_not_public_is_no_link():
    page = make_article(live=False)
    text = f'<p>Read <a linktype="page" id="{page.pk}">this</a>.</p>'
    call = {"label": "Go on", "page": page.pk, "url": "", "text": "", "is_quiet": False}
    story = [("text", RichText(text)), ("call_to_action", {**call, "page": page})]
    article = make_article(title="Another", body=story)

    def seen() -> tuple[str, bool, bool]:
        button = "Go on" in rendered("call_to_action", call)
        return expand_db_html(text), button, answers(article, privacy_url="")["link"]

    before = seen()
    page.save_revision().publish()
    after = seen()

    assert before == ("<p>Read <a>this</a>.</p>", False, False)
    assert after == (f'<p>Read <a href="{page.url}">this</a>.</p>', True, True)


def test_the_name_below_a_quote_links_to_its_source():
    said = {"text": "No.", "attribution": "Ada", "source_url": "https://example.org/said"}

    assert '<a href="https://example.org/said"><b>Ada</b></a>' in rendered("quote", said)


def test_opening_one_part_of_an_accordion_closes_the_others_where_that_is_chosen():
    parts = [{"heading": heading, "text": "<p>We.</p>"} for heading in ("Who?", "Why?")]

    texts = [rendered("accordion", {"parts": parts, "one_at_a_time": one}) for one in (True, False)]

    assert [text.count(' name="accordion-x"') for text in texts] == [2, 0]


def test_a_quiet_button_is_an_outline():
    call = {"text": "", "label": "Read", "page": None, "url": "https://example.org/"}

    texts = [rendered("call_to_action", {**call, "is_quiet": quiet}) for quiet in (True, False)]

    assert ["button-quiet" in text for text in texts] == [True, False]


def test_related_campaigns_stand_in_a_story_once_only():
    twice = BODY.to_python([])
    twice.extend([("related", {"heading": "", "campaigns": [], "number": 3})] * 2)

    with pytest.raises(ValidationError):
        BODY.clean(twice)

"""What is typed or pasted into rich text can be stored."""

import json

from wagtail.admin.rich_text import get_rich_text_editor_widget


def test_half_a_character_is_left_out():
    block = {"key": "00000", "type": "unstyled", "depth": 0, "text": "Half \ud83d, whole 🌊"}
    block |= {"inlineStyleRanges": [], "entityRanges": []}
    sent = {"text": json.dumps({"blocks": [block], "entityMap": {}})}
    widget = get_rich_text_editor_widget(features=["bold"])

    assert widget.value_from_datadict(sent, {}, "text") == (
        '<p data-block-key="00000">Half , whole 🌊</p>'
    )
    assert widget.value_from_datadict({}, {}, "text") is None


def test_text_with_an_address_is_filtered_also_where_there_are_no_lists():
    widget = get_rich_text_editor_widget(features=["link"])

    scripts = str(widget.media)
    assert scripts.index("page-chooser-modal.js") < scripts.index("js/pasted-lists.js")

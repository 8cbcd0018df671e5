"""The blocks with which editors compose: each has a description and a preview."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents.models import Document

from campaigns.blocks import StoryBlock
from campaigns.blocks.onward import CallToActionBlock
from campaigns.blocks.pictures import GalleryBlock, VideoBlock, player_url
from campaigns.models import CampaignPage
from tests.factories import make_appeal, make_campaign, make_image, make_petition

STORY = StoryBlock().child_blocks


@pytest.mark.parametrize("name", STORY)
def test_each_block_has_an_icon_a_description_and_a_template(name):
    meta = STORY[name].meta

    assert meta.icon != "placeholder"
    assert str(meta.description).endswith(".")
    assert meta.template.startswith("blocks/")
    assert STORY[name].is_previewable


@pytest.mark.django_db
@pytest.mark.parametrize("name", STORY)
def test_each_block_is_previewed_with_something_in_it(admin_client, name):
    """With pictures that are public: all staff see the preview, and uploads are their team's."""
    picture = make_image(title="River", description="A river.")
    make_campaign(make_petition(title="Keep the valley"), listing_image=picture)
    make_campaign(make_petition(), listing_image=make_image(description="Secret."), live=False)
    Document.objects.create(title="Secret.", file=ContentFile(b"words", name="secret.txt"))
    make_appeal()
    block = CampaignPage._meta.get_field("body").stream_block.child_blocks[name]

    response = admin_client.get(
        reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}
    )

    text = response.content.decode()
    assert response.status_code == 200
    assert "css/site" in text
    seen = {
        "heading": "What the new laws do",
        "text": "ban most street protests",
        "image": "seen from the church",
        "gallery": "Three days in January.",
        "fact": "4 in 5",
        "table": "Charged under the new laws",
        "accordion": "Who sees my name?",
        "document": "What we found in the archives",
        "related": "Keep the valley",
        "quote": "They came for the snowballs",
        "video": "The march, in two minutes",
        "call_to_action": "Write to your member of parliament",
        "petition": "Dear Minister,",
        "appeal": "Write to your member of parliament",
        "actions_taken": "Actions taken",
        "curve": "Chart of the signatures",
    }
    assert name in seen, "Say in `seen` what the preview of the new block shows."
    assert seen[name] in text
    shown = set(re.findall(r'/media/images/([^."]+)', text))
    assert shown <= {Path(picture.file.name).stem}
    assert bool(shown) is (name in ("image", "gallery", "video", "related"))
    assert "ecret." not in text


def test_a_gallery_begins_with_room_for_two():
    block = GalleryBlock()

    state = block.get_form_state(block.get_default())

    empty = {"image": None, "alt_text": None, "decorative": None}
    assert [each["value"]["image"] for each in state["images"]] == [empty, empty]
    assert state["size"] == ["wide"]


@pytest.mark.parametrize(
    ("address", "player"),
    [
        (
            "https://www.youtube.com/watch?v=abc123_-XYZ",
            "https://www.youtube-nocookie.com/embed/abc123_-XYZ",
        ),
        ("https://youtu.be/abc123_-XYZ?t=5", "https://www.youtube-nocookie.com/embed/abc123_-XYZ"),
        (
            "https://m.youtube.com/shorts/abc123_-XYZ",
            "https://www.youtube-nocookie.com/embed/abc123_-XYZ",
        ),
        ("https://vimeo.com/12345", "https://player.vimeo.com/video/12345?dnt=1"),
        ("https://tube.example.org/w/xyz", "https://tube.example.org/videos/embed/xyz"),
        ("https://elsewhere.example/w/xyz", ""),
        (
            "https://vimeo.com/12345/0a1b2c3d4e",
            "https://player.vimeo.com/video/12345?h=0a1b2c3d4e&dnt=1",
        ),
        ("https://vimeo.com/about", ""),
        ("https://www.youtube.com/playlist?list=PLabc123", ""),
        ("https://www.youtube.com/@thefirstriver", ""),
        ("https://www.youtube.com/embed/videoseries?list=PLabc123", ""),
        ("https://vimeo.com/channels/rivers/12345", "https://player.vimeo.com/video/12345?dnt=1"),
        ("https://vimeo.com/showcase/12345", ""),
        ("https://vimeo.com/album/12345/", ""),
        ("https://tube.example.org/w/p/xyz", ""),
        ("https://tube.example.org/videos/watch/playlist/xyz", ""),
        ("https://www.youtube.com/", ""),
        ("https://example.org/", ""),
    ],
)
def test_the_player_behind_an_address(settings, address, player):
    settings.VIDEO_HOSTS = ["tube.example.org"]

    assert player_url(address) == player


@pytest.mark.django_db
def test_a_film_is_asked_for_by_no_tag_of_the_page():
    film = {"url": "https://vimeo.com/12345", "title": "March", "poster": make_image().pk}
    page = make_campaign(body=[("video", VideoBlock().to_python(film))])

    text = page.make_preview_request().render().content.decode()

    assert 'data-video="https://player.vimeo.com/video/12345?dnt=1"' in text
    assert re.findall(r"<(?:iframe|embed|object|video)", text) == []
    assert re.findall(r'(?:src|srcset)="[^"]*vimeo', text) == []


def test_a_film_nobody_can_play_is_refused():
    block = VideoBlock(required=False)
    value = block.to_python({"url": "https://example.org/", "title": "Film", "poster": None})

    with pytest.raises(ValidationError):
        block.clean(value)


@pytest.mark.parametrize("url", ["", "https://example.org/"])
def test_a_call_to_action_leads_to_one_place(url):
    block = CallToActionBlock()
    value = block.to_python({"text": "", "label": "Act", "page": None, "url": url})

    if url:
        assert block.clean(value).link_url == url
    else:
        with pytest.raises(ValidationError):
            block.clean(value)


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["evil", "", "-1", "1 OR 1=1", "9" * 30, "٣"])
@pytest.mark.parametrize("kind", ["document", "page"])
def test_a_link_that_was_posted_by_hand_takes_no_page_away(client, kind, number):
    text = f'<p>Read <a linktype="{kind}" id="{number}">this</a>.</p>'
    page = make_campaign(body=[("text", text)])

    response = client.get(page.url)

    assert response.status_code == 200
    assert "<p>Read <a>this</a>.</p>" in response.content.decode()

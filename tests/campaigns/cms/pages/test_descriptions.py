"""Each field for a description or an alternative text says what it is for."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Collection

from campaigns.blocks import StoryBlock
from campaigns.models import CustomImage
from guide import help_links
from tests.campaigns.cms.pages.test_images import ADD, MANY, packed
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db

SAID = "Say what it shows, in one sentence: “Police in helmets stand in a line before a church.”"


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("square.png", packed("PNG"), content_type="image/png")


def test_every_form_of_a_picture_explains_its_description(admin_client):
    image = CustomImage.objects.create(title="Square", file=picture())
    sent = {"title": "Two", "collection": Collection.get_first_root_node().pk, "files[]": picture()}

    many = admin_client.post(MANY, sent)
    chooser = admin_client.get("/admin/images/chooser/")
    pages = [
        admin_client.get(ADD).content.decode(),
        admin_client.get(f"/admin/images/{image.pk}/").content.decode(),
        many.json()["form"],
        chooser.json()["html"],
    ]

    for page in pages:
        assert SAID in page
        assert help_links.link("pictures") in page


def test_the_block_of_a_story_explains_its_alternative_text():
    for name in ("image", "gallery"):
        block = StoryBlock().child_blocks[name]
        if name == "gallery":
            block = block.child_blocks["images"].child_block
        fields = block.child_blocks["image"].child_blocks

        assert "For readers who cannot see the picture" in str(fields["alt_text"].field.help_text)
        assert "purely decorative" in str(fields["decorative"].field.help_text)


def test_the_picture_of_a_page_says_where_its_words_come_from(admin_client):
    page = admin_client.get(f"/admin/pages/{make_campaign().pk}/edit/").content.decode()

    assert "Readers who cannot see it are told its description" in page

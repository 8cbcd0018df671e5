"""A mailing says the same as text and as HTML, addresses people by name, and tracks nobody."""

import email
import re
from email import policy
from io import BytesIO

import pytest
from PIL import Image
from wagtail.rich_text import RichText

from campaigns.blocks.plain_text import plain
from campaigns.mail import posting
from campaigns.mailings import composing
from campaigns.mailings.mailing import Mailing, Recipient
from campaigns.models import Signature
from tests.campaigns.mail.test_posting import assert_same
from tests.factories import (
    make_campaign,
    make_image,
    make_mailing,
    make_petition,
    make_signature,
    make_translation,
)

pytestmark = pytest.mark.django_db


def parts(mail) -> tuple[str, str]:
    return mail.body, mail.alternatives[0].content


def test_all_blocks_are_in_both_parts_with_whole_addresses():
    river = make_petition()
    page = make_campaign(river, live=False)  # it may be live once the mailing is sent
    story = f'<p>Read <a linktype="page" id="{page.pk}">the story</a>.</p><ul><li>One</li></ul>'
    mailing = make_mailing(
        river,
        body=[
            ("text", RichText(story)),
            ("heading", "What comes next"),
            (
                "quote",
                {"text": "We won.", "attribution": "Ada", "source_url": "https://a.example/"},
            ),
            (
                "call_to_action",
                {"text": "Please", "label": "Give", "page": None, "url": "https://example.org/a"},
            ),
        ],
    )
    signature = make_signature(river)

    text, html = parts(composing.compose(mailing, signature, Recipient(pk=1)))

    for part in (text, html):
        for words in ("What comes next", "We won.", "Ada", "Please", "https://example.org/a"):
            assert words in part
        assert f"http://testserver{page.url}" in part
        assert "signed “Keep the river free” and asked to be kept informed" in part
        assert "/signatures/unsubscribe/" in part
        assert "/signatures/manage/" in part
        assert "{" not in re.sub(r"<style>.*?</style>", "", part, flags=re.DOTALL)
    assert "- One" in text
    assert "— Ada (https://a.example/)" in text
    assert re.search('<a class="link" href="https://a.example/"[^>]*>Ada</a>', html)
    # No remote picture, and no link through our server.
    assert "<img" not in html
    assert 'href="https://example.org/a"' in html


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Amina Wanjiru Kamau", "Amina"),
        ("王小明", "friend"),
        ("Mrs Jane Doe", "friend"),
        ("DR Anna Meier", "friend"),
        ("Frau Meier", "friend"),
        ("Mme Dupont", "friend"),
        ("Г-н Иванов", "friend"),
        ("Ma José Pérez", "Ma"),
        ("عبد الرحمن خليل", "عبد الرحمن"),
        ("أبو بكر", "أبو بكر"),
        ("ABD el-Kader Mansour", "ABD el-Kader"),
        ("Abd el Kader Mansour", "friend"),
        ("Abdul K.", "friend"),
        ("عبد", "friend"),
        ("12 Monkeys", "friend"),
        ("{manage_url} Eve", "friend"),
    ],
)
def test_it_calls_people_by_their_first_name_or_by_the_word_instead(name, called):
    river = make_petition()
    signature = make_signature(river, name=name)

    text, html = parts(composing.compose(make_mailing(river), signature, Recipient(pk=1)))

    assert f"Dear {called}, the dam" in text
    assert f"Dear {called}, the dam" in html


def test_no_text_carries_the_links_of_a_signer_to_another_site():
    river = make_petition()
    places = ("{manage_url}", "\ue000manage_url\ue001", "{name}", "{na\ue000me}")
    words = " ".join(f"https://elsewhere.example/{place}" for place in places)
    words += " elsewhere.example/?who={name} {name}@elsewhere.example {name}.elsewhere.example/"
    pictured = {"image": make_image(description=words), "caption": words}
    quote = {"text": "We won.", "attribution": words, "role": words, "source_url": ""}
    mailing = make_mailing(
        river, body=[("image", pictured), ("heading", words[:80]), ("quote", quote)]
    )
    signature = make_signature(river)

    for part in parts(composing.compose(mailing, signature, Recipient(pk=1))):
        found = re.findall(r"elsewhere\.example/\S*", part)
        assert found
        assert not [link for link in found if "signatures/" in link]
        assert "Ada" not in part


def test_it_is_in_the_language_of_the_mailing():
    river = make_petition()
    signature = make_signature(river, language="en")

    _text, html = parts(
        composing.compose(make_mailing(river, language="ar"), signature, Recipient(pk=1))
    )

    assert 'lang="ar" dir="rtl"' in html


def test_a_line_break_in_the_heading_of_an_update_breaks_no_subject():
    river = make_petition()
    mailing = make_mailing(river, subject="The dam\nis off")

    mail = composing.compose(mailing, make_signature(river), Recipient(pk=1))

    assert mail.message()["Subject"] == "The dam is off"


def test_the_preview_names_the_petition_as_its_signers_read_it():
    river = make_petition()
    make_translation(river, "fr", title="Libérez la rivière")
    mailing = make_mailing(river, language="fr")

    preview = composing.sample(mailing, name="", email="a@b.example")
    sent = composing.compose(mailing, make_signature(river, language="fr"), Recipient(pk=1))

    for mail in (preview, sent):
        assert "Libérez la rivière" in mail.body


def test_rich_text_becomes_plain_text():
    html = (
        '<p>One &amp; <b>two</b><br/>three <a href="https://a.example/">here</a></p>'
        "<ol><li>first</li><li>second</li></ol><hr/><p>https://b.example/</p>"
    )

    assert plain(html) == (
        "One & two\nthree here (https://a.example/)\n\n1. first\n2. second\n\nhttps://b.example/"
    )


def test_a_picture_is_part_of_the_mail_in_the_width_of_the_text():
    river = make_petition()
    value = {"image": make_image(title="The river", description="A bend"), "caption": "At noon"}
    mailing = make_mailing(river, body=[("image", value)])

    mail = composing.compose(mailing, make_signature(river), Recipient(pk=1))

    sent = email.message_from_bytes(mail.message().as_bytes(), policy=policy.default)
    html = sent.get_body(("html",)).get_content()
    [found] = [part for part in sent.walk() if part.get_content_type() == "image/jpeg"]
    assert 'src="cid:picture-1"' in html
    assert found["Content-ID"] == "<picture-1>"
    assert Image.open(BytesIO(found.get_content())).width > 300  # the picture, and not a logo
    assert "At noon" in html
    assert "At noon" in mail.body
    assert 'alt="A bend"' in html
    value["image"].delete()
    assert (
        "At noon" not in composing.sample(Mailing.objects.get(), name="", email="a@b.example").body
    )


def test_what_is_sent_says_the_same_as_what_python_would_write():
    river = make_petition(title="Keep the “river” & free")
    long = "<p>" + "Dear {name}, the dam will not be built. " * 40 + "</p>"
    mailing = make_mailing(river, subject="Über {name}", body=[("text", RichText(long))])
    for name in ("Zoë Łukasz", "ليلى بنت", "O'B & <i> %s {day}", "=41 From .", "王小明"):
        mail = composing.compose(mailing, make_signature(river, name=name), Recipient(pk=3))
        Signature.objects.all().delete()

        assert_same(mail)
        assert "quoted-printable" in str(posting.as_bytes(mail))

"""The text of an email, in the language of its signer."""

import re
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from PIL import Image
from wagtail.models import Site

from campaigns.mail import composing, sending
from campaigns.mail.inline import Mail
from campaigns.models import Petition, Signature
from home.models import Identity
from tests.factories import (
    make_home,
    make_image,
    make_mail,
    make_petition,
    make_signature,
    make_translation,
)

pytestmark = pytest.mark.django_db


def test_mails_are_in_the_signers_language_and_direction():
    english = make_petition()
    arabic = make_translation(english, "ar", title="ليبقَ النهر حرًّا")
    signature = make_signature(arabic, name="ليلى", confirmed_at=None)

    message = composing.compose(make_mail(signature))
    Petition.objects.filter(pk=arabic.pk).update(live=False)
    taken_down = composing.compose(make_mail(Signature.objects.get(), kind="reminder"))

    assert message.subject == "يُرجى تأكيد توقيعك: ليبقَ النهر حرًّا"
    assert taken_down.subject == "توقيعك في انتظارك: Keep the river free"
    assert "You " not in taken_down.body  # of the original, only the title
    html = message.alternatives[0].content
    assert '<html lang="ar" dir="rtl">' in html
    # Gmail on the web drops the elements around the outer table.
    left = html.partition("<body")[2]
    assert '<table role="presentation" lang="ar" dir="rtl" ' in left
    assert '<td class="sheet" dir="rtl" align="right" ' in left
    assert '<td class="soft" dir="rtl" align="right" ' in left
    assert "/ar/" not in english.url_path()
    assert "Confirm" not in html + message.body


def test_the_foot_leads_to_the_home_page_in_the_signers_language():
    home = make_home()
    arabic = make_translation(make_petition(), "ar")
    copy = home.copy_for_translation(arabic.locale)
    copy.live = True
    copy.save()
    french = make_translation(arabic.original, "fr")
    signatures = [
        make_signature(each, email=f"ada@{each.locale.language_code}.example")
        for each in (arabic, french)
    ]

    there, missing = (composing.compose(make_mail(each)) for each in signatures)

    assert there.body.endswith(f"\n{settings.BASE_URL}/ar/\n\n")
    assert f'<a class="link" href="{settings.BASE_URL}/ar/"' in there.alternatives[0].content
    assert missing.body.endswith(f"\n{settings.BASE_URL}\n\n")


@pytest.mark.parametrize("kind", ["confirm", "thanks", "already", "reminder"])
def test_all_mails_look_like_the_site_and_say_the_same_in_plain_text(kind):
    signature = make_signature(make_petition(confirms_by_email=kind != "thanks"))

    message = composing.compose(make_mail(signature, kind=kind))

    html, text = message.alternatives[0].content, message.body
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "<img" not in html  # without a logo, the drop is drawn without an image
    assert "mso-hide: all" in html
    for part in (html, text):
        assert "Keep the river free" in part
        assert "Lastdrop" in part
        for purpose in ("manage", "withdraw"):
            assert composing.link(purpose, signature) in part
    assert "<" not in text


@pytest.mark.parametrize("kind", ["confirm", "thanks", "already", "reminder"])
def test_no_text_of_the_cms_carries_the_links_of_a_signer_to_another_site(kind):
    places = " ".join(
        f"https://elsewhere.example/{before}{name}\ue001"
        for name in ("manage_url", "confirm_url", "code", "name", "nonsense")
        for before in ("\ue000", "\ue000manage_url\ue001:", "{")
    )
    fields = ("confirm_text", "already_text", "reminder_text", "thanks_mail_text")
    petition = make_petition(title=f"River {places[:80]}", **dict.fromkeys(fields, places))
    signature = make_signature(petition)

    message = composing.compose(make_mail(signature, kind=kind))

    for part in (message.subject, message.body, message.alternatives[0].content):
        found = re.findall(r"elsewhere\.example/\S*", part)
        assert not [link for link in found if "signatures/" in link or signature.name in link]
    assert "elsewhere.example" in message.body


def test_the_reminder_and_the_mail_about_a_second_signature_say_what_editors_write():
    petition = make_petition(
        reminder_subject="Still there?",
        reminder_text="You signed on {day}.",
        already_subject="Twice is kind",
        already_text="We have your name.",
    )
    signed_at = datetime(2026, 3, 1, 23, 30, tzinfo=ZoneInfo(settings.TIME_ZONE))
    signature = make_signature(petition, confirmed_at=None, signed_at=signed_at)

    messages = [
        composing.compose(make_mail(signature, kind=kind)) for kind in ("reminder", "already")
    ]

    assert [message.subject for message in messages] == [
        "Still there? Keep the river free",
        "Twice is kind: Keep the river free",
    ]
    for message, heading, text in zip(
        messages,
        ["Still there?", "Twice is kind"],
        ["You signed on 1 March 2026.", "We have your name."],
        strict=True,
    ):
        html = message.alternatives[0].content
        assert text in message.body
        assert f">{heading}</h1>" in html
        assert html.count(text) == 2  # also as the preview in the list of emails


def test_a_logo_takes_the_place_of_the_drop():
    make_home()
    logo = make_image(title="Our sign")
    Identity.objects.create(site=Site.objects.get(is_default_site=True), logo=logo)

    html = composing.compose(make_mail(make_signature(make_petition()))).alternatives[0].content

    assert f'<img src="{settings.BASE_URL}' in html
    assert 'height="38"' in html


def test_what_is_sent_has_the_logo_with_it_and_asks_our_server_for_nothing(smtp_server):
    make_home()
    logo = make_image(title="Our sign")
    Identity.objects.create(site=Site.objects.get(is_default_site=True), logo=logo)
    make_mail(make_signature(make_petition()), kind="thanks", outcome="")

    sending.deliver()

    (message,) = smtp_server.messages
    related = message.get_payload()[1]
    html, picture = related.get_payload()
    assert (message.get_content_type(), related.get_content_type()) == (
        "multipart/alternative",
        "multipart/related",
    )
    assert 'src="cid:picture-1"' in html.get_content()
    assert 'src="http' not in html.get_content()
    assert picture["Content-ID"] == "<picture-1>"
    assert picture.get_content_disposition() == "inline"
    with Image.open(BytesIO(picture.get_content())) as shown:
        assert (shown.format, shown.height) == ("PNG", 76)


def test_a_logo_whose_file_is_missing_leaves_no_hole(smtp_server):
    html = f'<p><img src="{settings.BASE_URL}{settings.MEDIA_URL}images/gone.png" alt=""></p>'
    message = Mail("Subject", "Text", to=["ada@example.org"])
    message.attach_alternative(html, "text/html")

    sent = message.message()

    assert [part.get_content_type() for part in sent.walk()][1:] == ["text/plain", "text/html"]
    assert "<p></p>" in sent.as_string()
    assert message.alternatives[0].content == html


def test_an_arabic_mail_runs_from_right_to_left():
    arabic = make_translation(make_petition(), "ar")

    html = composing.compose(make_mail(make_signature(arabic))).alternatives[0].content

    assert 'align="right"' in html
    assert 'align="left"' not in html

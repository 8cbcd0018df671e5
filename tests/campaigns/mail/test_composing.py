"""What a mail says, in the language of its signer."""

import pytest
from django.conf import settings
from wagtail.models import Site

from campaigns.mail import composing
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

    assert message.subject == "يُرجى تأكيد توقيعك: ليبقَ النهر حرًّا"
    html = message.alternatives[0].content
    assert '<html lang="ar" dir="rtl">' in html
    assert "/ar/" not in english.url_path()
    assert "Confirm" not in html + message.body


@pytest.mark.parametrize("kind", ["confirm", "thanks", "already", "reminder"])
def test_all_mails_look_like_the_site_and_say_the_same_in_plain_text(kind):
    signature = make_signature(make_petition(confirms_by_email=kind != "thanks"))

    message = composing.compose(make_mail(signature, kind=kind))

    html, text = message.alternatives[0].content, message.body
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "<img" not in html  # without a logo the drop is drawn
    assert "mso-hide: all" in html
    for part in (html, text):
        assert "Keep the river free" in part
        assert "Lastdrop" in part
        for purpose in ("manage", "withdraw"):
            assert composing.link(purpose, signature) in part
    assert "<" not in text


def test_a_logo_takes_the_place_of_the_drop():
    make_home()
    logo = make_image(title="Our sign")
    Identity.objects.create(site=Site.objects.get(is_default_site=True), logo=logo)

    html = composing.compose(make_mail(make_signature(make_petition()))).alternatives[0].content

    assert f'<img src="{settings.BASE_URL}' in html
    assert 'height="38"' in html


def test_an_arabic_mail_runs_from_right_to_left():
    arabic = make_translation(make_petition(), "ar")

    html = composing.compose(make_mail(make_signature(arabic))).alternatives[0].content

    assert 'align="right"' in html
    assert 'align="left"' not in html

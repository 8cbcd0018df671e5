"""What a mail says, in the language of its signer."""

import pytest

from campaigns.mail import composing
from tests.factories import make_mail, make_petition, make_signature, make_translation

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

"""The pictures that are attached to emails."""

from django.conf import settings

from campaigns.mail import inline


def test_a_picture_that_is_missing_is_said_once(caplog):
    inline.tell_missing.cache_clear()
    html = f'<p><img src="{settings.BASE_URL}/media/images/lost.png"></p>'

    sent = [inline.embedded(html) for _ in range(3)]

    assert sent == [("<p></p>", [])] * 3
    assert caplog.messages == [
        "Emails are sent without the picture images/lost.png: FileNotFoundError"
    ]

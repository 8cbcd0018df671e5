"""What nginx and gunicorn write down of a request."""

import pytest

from campaigns.signatures import tokens
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_no_token_no_address_and_no_query_is_written_down(site, app):
    signature = make_signature(make_petition(), confirmed_at=None)
    token = tokens.make("confirm", signature.pk)
    reset = "/admin/password_reset/confirm/MQ/set-password-token-5f3a/"
    asked = ("/signatures/confirm/{}/", "/fr/signatures/withdraw/{}/", "/x/{}", "/search/?query={}")
    source = "127.0.0.77"

    answers = [site.ask(path.format(token), source=source) for path in asked]
    site.ask(reset, source=source)
    for _ in range(14):  # limits are written down too
        site.post("/admin/login/", {}, source=source)
    app.stop()
    for path in asked:
        site.ask(path.format(token), source=source)
    site.process.end()

    assert answers[0].status == 200
    assert "/signatures/confirm/*" in site.logs()
    assert "app=502" in site.logs()
    for secret in (token, token.split(".")[1], "set-password-token", source, "query", "ada@"):
        assert secret not in site.logs() + app.log.read_text(), secret

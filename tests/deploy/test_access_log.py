"""What nginx and gunicorn log of a request."""

import re

import pytest

from campaigns.signatures import tokens
from campaigns.signing import thanks_page
from tests.deploy.conftest import LIGHT, fields, flood
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_no_token_no_address_and_no_query_is_written_down(site, app):
    signature = make_signature(make_petition(), confirmed_at=None)
    token = tokens.make("confirm", signature.pk)
    reset = "/admin/password_reset/confirm/MQ/set-password-token-5f3a/"
    draft = "Zk3rT0ken-of-a-draft_0123456789abcdefghijklm"
    asked = ("/signatures/confirm/{}/", "/fr/signatures/withdraw/{}/", "/x/{}", "/search/?query={}")
    source = "127.0.0.77"
    begun = app.log.stat().st_size

    answers = [site.ask(path.format(token), source=source) for path in asked]
    site.ask(reset, source=source)
    site.ask(f"/fr/drafts/{draft}/", source=source)
    for _ in range(14):  # refusals are logged, too
        site.post("/admin/login/", {}, source=source)
    app.stop()
    for path in asked:
        site.ask(path.format(token), source=source)
    site.process.end()

    assert answers[0].status == 200
    assert "/signatures/confirm/*" in site.logs()
    assert "app=502" in site.logs()
    written = site.logs() + app.log.read_bytes()[begun:].decode()
    for secret in (
        draft,
        token,
        token.split(".")[1],
        "set-password-token",
        source,
        "query",
        "ada@",
    ):
        assert secret not in written, secret


def test_of_signing_neither_a_second_nor_any_part_of_an_address_is_written_down(site):
    petition = make_petition()
    token = tokens.make("confirm", make_signature(petition, confirmed_at=None).pk)
    path, source = petition.url_path("sign"), "127.0.0.78"

    site.ask(petition.get_absolute_url(), source=source)
    site.post(path, fields(petition), source=source)
    site.ask(petition.url_path("check_your_email"), source=source)
    flood(site, *[{"path": LIGHT, "method": "POST"}] * 100, source=source)  # some are refused
    site.post(f"/signatures/confirm/{token}/", {}, source=source)
    site.ask(petition.url_path("thanks"), source=source)
    number = thanks_page.mark(thanks_page.Thanked(petition, 3413))
    site.ask(f"{petition.url_path('thanks')}{number}/?source=poster", source=source)
    site.ask("/petitions/x/%73ign/", source=source)
    site.process.end()
    reading = (site.folder / "access.log").read_text().splitlines()
    signing = (site.folder / "signing.log").read_text().splitlines()

    assert [line.split('"')[1] for line in reading] == [f"GET {petition.get_absolute_url()}"]
    assert len(signing) == 106
    assert not [line for line in signing if "3413" in line or "poster" in line]
    assert "429" in {line.split('" ')[1].split()[0] for line in signing}
    assert {re.sub(r"\d", "0", line.split(' "')[0]) for line in signing} == {"- [0000-00-00T00]"}

"""A signer types the short code of an email instead of following its link."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.mail import composing, sending
from campaigns.models import CodeTry, OutgoingMail, Petition, Signature
from campaigns.privacy import retention
from campaigns.signatures import short_codes
from campaigns.signatures.daily_keys import network_hash
from campaigns.signatures.short_codes import MOST_OF_ALL, MOST_TRIES, STILL
from campaigns.signing import signing, withdrawing
from tests.campaigns.signing.test_signing import sign
from tests.database import taken_back
from tests.factories import days_ago, make_mail, make_petition, make_signature

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.org"
CODE = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}")


def mailed(kind: str = "confirm", **fields: object) -> tuple[Signature, str]:
    """A signature, and the code in an email that was sent to its signer."""
    signature = make_signature(make_petition(**fields), confirmed_at=None)
    if kind in ("thanks", "already"):
        Signature.objects.update(confirmed_at=signature.signed_at)
    make_mail(signature, kind=kind, outcome="")
    sending.deliver()
    signature.refresh_from_db()
    mail = OutgoingMail.objects.select_related("signature__tally").get()
    (code,) = CODE.findall(composing.compose(mail).body)
    return signature, code


def typed(client: Client, code: str, email: str = EMAIL, **more: object):
    return client.post("/code/", {"email": email, "code": code}, **more)


def test_the_code_of_each_mail_leads_to_where_its_link_leads(client, smtp_server):
    for kind, purpose in (
        ("confirm", "confirm"),
        ("reminder", "confirm"),
        ("thanks", "manage"),
        ("already", "manage"),
    ):
        smtp_server.messages.clear()
        with taken_back():
            signature, code = mailed(kind)

            answer = typed(client, code)

            target = f"/signatures/{purpose}/{signature.token(purpose)}/"
            assert (answer.status_code, answer["Location"]) == (303, target), kind
            assert client.get(target).status_code == 200, kind
            (message,) = smtp_server.messages
            assert code in message.get_body(("html",)).get_content(), kind
            assert "http://testserver/code/" in message.get_body(("plain",)).get_content(), kind


def test_case_spaces_hyphens_and_the_keyboard_do_not_matter(client, smtp_server):
    _signature, code = mailed()
    email = "A.D.A+x@Example.org ".replace(".D.", "d")

    for changed in (
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        "  " + code.replace("-", "\u2013") + ". ",
        code.translate(str.maketrans("CHKMPTX34679", "СНКМРТХ٣٤٦٧٩")),
    ):
        assert typed(client, changed, email).status_code == 303, changed


def test_a_wrong_email_and_a_wrong_code_get_the_same_answer(client, smtp_server):
    _signature, code = mailed()
    wrong = "".join("C" if sign == "D" else "D" for sign in code)

    answers = [
        typed(client, code, "grace@example.org"),
        typed(client, wrong),
        typed(client, wrong, "grace@example.org"),
    ]

    texts = {
        re.sub(r'value="[^"]*"', "", answer.content.decode()).partition("<main")[2]
        for answer in answers
    }
    assert {answer.status_code for answer in answers} == {422}
    assert len(texts) == 1
    assert "We found nothing for this email address and this code." in texts.pop()


def test_what_was_typed_stays_and_nothing_of_it_is_in_the_url(client):
    answer = typed(client, "CDF-GHJ-KMN")

    page = answer.content.decode()
    assert "<title>Please check: Type the code" in page
    assert ('value="ada@example.org"' in page, 'value="CDF-GHJ-KMN"' in page) == (True, True)
    assert 'action="/code/"' in page
    assert typed(client, "", "").status_code == 422
    assert typed(client, "x" * 61, "no email").status_code == 422
    # In French, a space that ends no line comes before the colon.
    french = client.post("/fr/code/", {"email": "", "code": ""}).content.decode()
    assert (
        "E-mail\u00a0: " in BeautifulSoup(french, "html.parser").select_one(".error-summary").text
    )


def test_the_database_holds_no_code(smtp_server):
    _signature, code = mailed()

    text = repr([*Signature.objects.values(), *OutgoingMail.objects.values()]).upper()
    assert (EMAIL.upper() in text, code in text, code.replace("-", "") in text) == (
        (True,) + (False,) * 2
    )


def test_a_wrong_email_is_the_same_work_as_a_wrong_code(monkeypatch, smtp_server):
    _signature, code = mailed()
    worked_out: list[str] = []
    letters = short_codes.letters
    monkeypatch.setattr(short_codes, "letters", lambda *of: worked_out.append("") or letters(*of))

    numbers = []
    for email, typed_code in ((EMAIL, "CDFGHJKMN"), ("grace@example.org", short_codes.plain(code))):
        worked_out.clear()
        with CaptureQueriesContext(connection) as asked:
            assert short_codes.link_of(email, typed_code) is None
        numbers.append((len(asked), len(worked_out)))

    assert numbers == [(2, 2 * short_codes.LEAST)] * 2


def test_tries_are_bounded_for_a_network_and_the_right_code_is_refused_then_too(
    client, smtp_server, settings
):
    settings.LIMITS_LOOPBACK = True
    _signature, code = mailed()
    statuses = [typed(client, "CDF-GHJ-KMN").status_code for _ in range(MOST_TRIES)]

    assert statuses == [422] * MOST_TRIES
    assert typed(client, code).status_code == 429
    assert typed(client, code, REMOTE_ADDR="203.0.113.9").status_code == 303
    assert CodeTry.objects.count() == MOST_TRIES
    # Only an HMAC with the daily key is stored, not the network itself.
    of_today = network_hash("127.0.0.1/32", days_ago(0).date())
    assert {bytes(each.network_key) for each in CodeTry.objects.all()} == {of_today}

    CodeTry.objects.update(tried_at=days_ago(1))
    assert typed(client, code).status_code == 303


def test_tries_are_bounded_over_all_networks(client, smtp_server):
    """A network without recent attempts always has a few attempts left."""
    _signature, code = mailed()
    now = days_ago(0)
    CodeTry.objects.bulk_create(CodeTry(tried_at=now) for _ in range(MOST_OF_ALL))

    # Many networks cannot keep everybody from their codes.
    assert typed(client, code, REMOTE_ADDR="203.0.113.9").status_code == 303
    wrong = [typed(client, "CCC-CCC-CCC", REMOTE_ADDR="203.0.113.9") for _ in range(STILL + 1)]

    assert [answer.status_code for answer in wrong] == [422] * STILL + [429]
    assert typed(client, code, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert CodeTry.objects.count() == MOST_OF_ALL + STILL


@pytest.mark.parametrize(("length", "most"), [(56, 4 * MOST_TRIES), (48, 16 * MOST_TRIES)])
def test_one_home_with_many_networks_cannot_use_up_the_tries_of_all(
    client, smtp_server, length, most
):
    _signature, code = mailed()
    step = 2 ** (64 - length) // 32  # networks all over the range
    networks = [f"2001:db8:0:{number * step:x}::1" for number in range(32)]
    keys = [network_hash(f"{each[:-1]}/64", days_ago(0).date()) for each in networks]
    made = [CodeTry(tried_at=days_ago(0), network_key=keys[n % 32]) for n in range(most)]
    CodeTry.objects.bulk_create(made)

    assert typed(client, code, REMOTE_ADDR="2001:db8:0:ff::1").status_code == 429
    assert typed(client, code, REMOTE_ADDR="2001:db8:1::1").status_code == 303
    assert typed(client, code, REMOTE_ADDR="203.0.113.9").status_code == 303


def test_the_code_is_found_among_all_petitions_that_its_signer_signed(client, smtp_server):
    for slug in "abc":
        make_signature(make_petition(slug=slug), confirmed_at=None)
    signature = Signature.objects.order_by("pk")[1]

    answer = typed(client, short_codes.code_of("confirm", signature))

    assert answer["Location"] == f"/signatures/confirm/{signature.token('confirm')}/"


def test_what_is_found_is_no_try(client, smtp_server):
    _signature, code = mailed()

    assert [typed(client, code).status_code for _ in range(MOST_TRIES + 1)] == [303] * 11
    assert CodeTry.objects.count() == 0


def test_old_tries_are_forgotten_and_new_ones_are_not():
    CodeTry.objects.create(tried_at=days_ago(1))
    CodeTry.objects.create(tried_at=days_ago(0))

    retention.run()

    assert CodeTry.objects.count() == 1


def test_a_code_lives_as_long_as_its_link(client, smtp_server):
    signature, code = mailed()
    signing.confirm(signature.token("confirm"))
    assert client.get(typed(client, code)["Location"]).status_code == 303  # to the thanks

    withdrawing.withdraw(signature.token("withdraw"))
    assert typed(client, code).status_code == 422


def test_a_code_confirms_only_what_was_typed_when_its_mail_was_written(client, smtp_server):
    petition = make_petition()
    sign(petition, name="Ada Lovelace")
    sending.deliver()
    (code,) = set(CODE.findall(smtp_server.messages[0].get_body(("plain",)).get_content()))
    sign(petition, name="Somebody Else")

    assert typed(client, code).status_code == 422


def test_a_mail_that_is_sent_again_shows_the_same_code(smtp_server):
    signature, code = mailed()

    make_mail(signature, kind="reminder", outcome="")
    sending.deliver()

    assert short_codes.code_of("confirm", signature) == code


def test_codes_of_two_signatures_and_of_two_purposes_differ():
    petition = make_petition()
    signatures = [make_signature(petition, email=f"a{n}@example.org") for n in range(2)]

    found = {short_codes.code_of(p, s) for s in signatures for p in ("confirm", "manage")}

    assert len(found) == 4
    assert set("".join(found)) <= set(short_codes.LETTERS) | {"-"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
        ({"content_type": "text/plain", "data": "hello"}, 413),
        ({"data": {"email": EMAIL, "code": "x" * 70_000}}, 413),
    ],
)
def test_what_is_no_form_of_ours_is_refused(client, sent, status):
    assert client.post(
        "/code/", **{"data": {"email": EMAIL, "code": "CDF"}} | sent
    ).status_code == (status)
    assert CodeTry.objects.count() == 0


def test_what_is_too_long_is_shown_again_as_far_as_a_code_can_be(client):
    answer = client.post("/code/", {"email": EMAIL, "code": "CDF " * 20_000})

    page = answer.content.decode()
    assert (answer.status_code, "far longer than a code" in page) == (413, True)
    kept = [f'value="{typed}"' in page for typed in (EMAIL, " ".join(["CDF"] * 15))]
    assert kept == [True, True]


def test_the_page_that_follows_signing_and_that_of_a_broken_link_lead_to_it(client):
    petition: Petition = make_petition()

    for address in (petition.url_path("check_your_email"), "/signatures/confirm/x/"):
        assert 'href="/code/"' in client.get(address).content.decode()
    assert "no-store" not in client.get("/code/")["Cache-Control"]

"""Whatever is sent to the form, it gives a clear answer: no 500, and no lost or duplicate row."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import OutgoingMail, Signature
from tests.factories import make_petition

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reads_once")]

CORPUS = [
    "",
    " ",
    "a" * 2000,
    "\x00",
    "a\x00b",
    "a\x08\x0b\x1b[31mb",
    "\x85\x9f",
    "a\r\nBcc: eve@example.org",
    "a\nSubject: x",
    "\u200b\u200d\ufeff",
    "\u202eevila",
    "\u2066a\u2069",
    "\ufffe\uffff",
    "\ufdd0",
    "\ue000",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "Z̸̡̢̛͚a̵l̶g̷o̴",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% debug %}",
    "${7*7}",
    '=HYPERLINK("https://evil.example","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1",
    "' OR 1=1 --",
    "%s %(name)s {0}",
    "../../etc/passwd",
    "https://evil.example",
    "eve@example.org",
    "ada@example.org\u2028",
    "ﷺ" * 100,
    "9" * 30,
    "-9" * 3,
    "None",
    "true",
    "[]",
    "\\u0000",
]
FIELDS = [
    "name",
    "email",
    "country",
    "postcode",
    "comment",
    "updates",
    "is_shown",
    "consent",
    "version",
    "page",
]
# Percent-encoded bytes that are not text: half a surrogate pair, an overlong slash, cut letters.
RAW = [b"%ED%A0%80", b"%C0%AF", b"%E2%82", b"%FF%FE", b"%00", b"%", b"%zz", b"%u0041", b"+"]


def test_an_address_of_the_cms_that_no_database_takes(admin_client):
    for address in (
        "/admin/snippets/campaigns/petition/edit/%00/",
        "/admin/images/chooser/results/?q=%00",
        "/admin/api/main/pages/?search=%00",
        "/admin/signatures/?search=%00&country=%00&p=%00",
    ):
        response = admin_client.get(address)

        assert response.status_code == 400, address
        assert "<h1" in response.content.decode(), address


@pytest.fixture
def petition():
    return make_petition(
        country_field="optional",
        postcode_field="optional",
        comment_field="optional",
        shows_signers=True,
    )


def right(petition) -> dict[str, object]:
    return {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "consent": "on",
        "version": petition.version.pk,
    }


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM campaigns_outgoingmail; DELETE FROM campaigns_signature")


def check(response, sent: object) -> None:
    """Assert that the response is one of the form's, and agrees with the rows."""
    assert response.status_code in (303, 422), (sent, response.status_code)
    rows = list(Signature.objects.values_list("pk", flat=True))
    assert len(rows) == (1 if response.status_code == 303 else 0), sent
    assert OutgoingMail.objects.count() == len(rows), sent
    if response.status_code == 422:
        text = response.content.decode()
        assert 'role="alert"' in text, sent
        assert "petition-form" in text, sent


def send(petition, post: Callable[[dict], HttpResponse], odd: dict[str, object], sent: object):
    """Send odd values in all fields at once, then in those alone whose field had no error."""
    while True:
        empty()
        response = post(right(petition) | odd)
        check(response, sent)
        if response.status_code == 303:
            return
        errors = set(response.context["form"].errors)
        # The error about another version stands above the form: nobody types into that field.
        refused = odd.keys() & (errors | ({"version"} if "__all__" in errors else set()))
        assert refused, (sent, errors)
        odd = {name: value for name, value in odd.items() if name not in refused}


def test_the_corpus_in_every_field(client, petition):
    def post(values: dict) -> HttpResponse:
        return client.post(petition.url_path("sign"), values)

    for value in CORPUS:
        send(petition, post, dict.fromkeys(FIELDS, value), value)


def test_bytes_that_are_no_text(client, petition):
    def post(values: dict) -> HttpResponse:
        pairs = [
            name.encode() + b"=" + (value if isinstance(value, bytes) else f"{value}".encode())
            for name, value in values.items()
        ]
        kind = "application/x-www-form-urlencoded"
        return client.generic("POST", petition.url_path("sign"), b"&".join(pairs), kind)

    for raw in RAW:
        send(petition, post, dict.fromkeys(FIELDS, raw), raw)


def test_parameters_in_odd_shapes(client, petition):
    def post(values: dict) -> HttpResponse:
        files = [each for each in values.values() if isinstance(each, ContentFile)]
        for each in files:
            each.seek(0)
        return client.post(petition.url_path("sign"), values)

    usual = right(petition)
    shapes = {
        "twice": {field: ["one", "two"] for field in FIELDS},
        "file": {field: ContentFile("Ada", name="a.txt") for field in FIELDS},
        "unknown": {f"{field}__gt": "1" for field in FIELDS} | {"next": "//evil.example"},
        "array": {f"{field}[]": usual.get(field, "x") for field in FIELDS},
    }
    for shape, odd in shapes.items():
        send(petition, post, odd, shape)
    for field in FIELDS:
        array = {f"{name}[]" if name == field else name: usual[name] for name in usual}
        empty()
        check(client.post(petition.url_path("sign"), array), field)


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@settings(
    max_examples=75,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=st.dictionaries(st.sampled_from(FIELDS), text, min_size=1, max_size=4))
def test_any_text_in_any_fields(client, petition, changes):
    empty()

    check(client.post(petition.url_path("sign"), right(petition) | changes), changes)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.binary(max_size=400))
def test_any_bytes_for_a_body(client, petition, body):
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = client.generic("POST", petition.url_path("sign"), body, kind)
        # Without a body there is no content type either.
        assert response.status_code in (400, 422) or (response.status_code, body) == (415, b"")


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(token=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=90))
def test_any_text_for_a_link(client, db, token):

    for purpose in ("confirm", "withdraw"):
        response = client.post(f"/signatures/{purpose}/{quote(token, safe='')}/")
        assert response.status_code in (400, 404)

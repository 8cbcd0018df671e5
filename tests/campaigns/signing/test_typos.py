"""Probable typos in email addresses: the form asks about them, and never refuses them."""

import pytest
from django.core import mail

from campaigns.canonical_emails import normalise
from campaigns.models import Signature
from campaigns.signing import typos
from campaigns.signing.fields import PlainEmailField
from campaigns.signing.forms import SignForm
from tests.factories import make_petition

# The journeys test the same email addresses in the browser.
MEANT = {
    "ada@gmial.com": "ada@gmail.com",
    "ada@gamil.com": "ada@gmail.com",
    "ada@gmal.com": "ada@gmail.com",
    "ada@gmaill.com": "ada@gmail.com",
    "ada@gmail.con": "ada@gmail.com",
    "ada@gmail.co": "ada@gmail.com",
    "ada@gmail.cm": "ada@gmail.com",
    "ada@gmailcom": "ada@gmail.com",
    "ada@gmail": "ada@gmail.com",
    " Ada@GMIAL.com ": "Ada@gmail.com",
    "ada+river@gmial.com": "ada+river@gmail.com",
    '"a@b"@gmial.com': '"a@b"@gmail.com',
    "ada@hotmial.com": "ada@hotmail.com",
    "ada@hotnail.con": "ada@hotmail.com",
    "ada@hotmail.co": "ada@hotmail.com",
    "ada@hotmail.co.ku": "ada@hotmail.co.uk",
    "ada@yaho.com": "ada@yahoo.com",
    "ada@outlok.com": "ada@outlook.com",
    "ada@iclud.com": "ada@icloud.com",
    "ada@protonmail.con": "ada@protonmail.com",
    "ada@t-onlin.de": "ada@t-online.de",
    "ada@gail.com": "ada@gmail.com",  # as close to mail.com, which is further down
    "ada@dol.com.br": "ada@uol.com.br",
}
RIGHT = [
    "",
    "ada",
    "@gmial.com",
    "ada@",
    "ada@gmail.com",
    "ada@googlemail.com",
    "ada@mail.com",
    "ada@email.com",
    "ada@ymail.com",
    "ada@mailo.com",
    "ada@hotmail.nl",  # that of another country
    "ada@yahoo.se",
    "ada@outlook.at",
    "ada@live.se",
    "ada@gmx.li",
    "ada@web.se",
    "ada@example.org",
    "ada@university.ac.ke",
    "ada@пример.рф",
    "ada@" + "g" * 300 + ".com",
]


@pytest.mark.parametrize(("typed", "meant"), MEANT.items())
def test_a_mistyped_email_is_asked_about(typed, meant):
    assert typos.meant(typed) == meant


@pytest.mark.parametrize("typed", [*RIGHT, *(f"ada@{domain}" for domain in typos.DOMAINS)])
def test_nothing_is_asked_of_a_good_one_or_one_of_its_own(typed):
    assert typos.meant(typed) == ""


def test_each_domain_stands_there_once():
    assert len(set(typos.DOMAINS)) == len(typos.DOMAINS)


@pytest.mark.django_db
class TestForm:
    def post(self, client, **typed: str):
        petition = make_petition()
        given = {"name": "Ada Lovelace", "consent": "on", "version": petition.version.pk}
        return client.post(petition.url_path("sign"), given | typed)

    def test_the_form_asks_when_it_comes_back_for_another_reason(self, client):
        response = self.post(client, name="", email="ada@gmial.com")

        page = response.content.decode()
        assert response.status_code == 422
        assert 'Did you mean <bdi dir="ltr">ada@gmail.com</bdi>?' in page
        assert 'value="ada@gmial.com"' in page

    def test_the_form_helps_with_an_email_that_is_none(self, client):
        page = self.post(client, email="ada@gmail").content.decode()

        assert 'Did you mean <bdi dir="ltr">ada@gmail.com</bdi>?' in page

    def test_a_mistyped_email_signs_like_every_other(self, client):
        response = self.post(client, email="ada@gmial.com")

        assert response.status_code == 303
        assert Signature.objects.get().email == "ada@gmial.com"

    def test_what_was_typed_is_text_in_the_question_too(self, client):
        page = self.post(client, email='<i>"@gmial.com').content.decode()

        assert "&lt;i&gt;&quot;@gmail.com" in page
        assert "<i>" not in page

    def test_an_empty_form_asks_nothing(self):
        assert SignForm(make_petition()).meant == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada@faß.de", "Ada@xn--fa-hia.de"),
        ("ada@fass.de", "ada@fass.de"),
        ("ada@münchen.de", "ada@münchen.de"),
    ],
)
def test_a_domain_with_a_sharp_s_is_not_that_of_somebody_else(typed, kept, smtp_server):
    email = PlainEmailField().clean(typed)
    mail.EmailMessage("S", "T", to=[typed]).send()

    written = f"ada@{kept.rpartition('@')[2].encode('idna').decode()}"
    assert (email, smtp_server.envelopes[0].rcpt_tos[0].lower()) == (kept, written)
    assert normalise(email) == normalise(typed) == written

"""One mailbox has one key, however its owner spells the email address."""

import pytest

from campaigns.canonical_emails import normalise
from campaigns.signatures.email_keys import email_key


@pytest.mark.parametrize(
    "spellings",
    [
        ["ada@example.org", "ADA@Example.ORG", " ada@example.org ", "ada+river@example.org"],
        ["ada@faß.de", "ada@xn--fa-hia.de", " Ada+x@FAß.de"],
        ["ada@παράδειγμας.gr", "ada@xn--hxajbheg2az3als.gr"],
        ["a.b+x@gmail.com", "AB@googlemail.com", "ab@gmail.com"],
        ["ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai", "Ada@ПРИМЕР.РФ"],
        ["ada.l@proton.me", "ada_l@pm.me", "adal@protonmail.com"],
        ["ada@icloud.com", "ada@me.com"],
        ["ada.l@yandex.com", "ada-l@ya.ru", "Ada.L+x@yandex.com.tr", "ada.l@narod.ru"],
        ["ada@yahoo.com", "ada-news@yahoo.com", "ada+news@yahoo.com"],
        ["ada@yahoo.co.uk", "ada-news@yahoo.co.uk"],
        ["ada@ymail.com", "ada-news@ymail.com"],
        ["ada@fastmail.com", "ada+x@fastmail.com", "any@ada.fastmail.com", "b@c.ADA.fastmail.com"],
        ["ada_l@fastmail.fm", "any+thing@ada-l.fastmail.fm"],
        ["ada@fastmail.co.uk", "any@ada.fastmail.co.uk"],
        ["ada@pobox.com", "ada+x@pobox.com", "any@ada.pobox.com"],
        ["ada@example.org", '"ada"@example.org', r'"a\da"@example.org', '"Ada+x"@example.org'],
        ["ada@gmail.com", '"a.da"@gmail.com', "ada@\uff47mail\u3002com"],
    ],
)
def test_spellings_of_one_mailbox_have_one_key(spellings):
    assert len({email_key(1, email) for email in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.b@example.org", "ab@example.org"),
        ("a-b@example.org", "a@example.org"),
        ("ada@example.org", "ada@example.com"),
        ("ada@faß.de", "ada@fass.de"),
        ("ada@παράδειγμας.gr", "ada@παράδειγμασ.gr"),
        ("any@ada.example.org", "any@grace.example.org"),
        ("any@ada.example.org", "ada@example.org"),
        ("ada.l@yandex.ru", "adal@yandex.ru"),
        ("ada.l@yahoo.com", "adal@yahoo.com"),
        ("ada@yahoo.com", "ada@yahoo.co.uk"),
        ("ada-x@yahoo.example.org", "ada@yahoo.example.org"),
        ("ada@fastmail.com", "ada@fastmail.fm"),
        ("any@ada.fastmail.com", "any@grace.fastmail.com"),
        ("any@ada.yahoo.com", "any@grace.yahoo.com"),
        ("+a@example.org", "+b@example.org"),
    ],
)
def test_two_mailboxes_have_two_keys(one, other):
    assert email_key(1, one) != email_key(1, other)


def test_a_mailbox_is_never_nothing():
    assert [normalise(email) for email in ("+@gmail.com", "...@gmail.com")] == [
        "+@gmail.com",
        "...@gmail.com",
    ]


def test_the_key_needs_the_secret(settings):
    before = email_key(1, "ada@example.org")

    settings.SIGNATURE_KEY = "another"

    assert (len(before), email_key(1, "ada@example.org") == before) == (32, False)

"""Names in many scripts, and links that look like names."""

import pytest
from django.core.exceptions import ValidationError

from campaigns.moderation import web_addresses
from campaigns.signing.fields import NameField, refuse_links

NAMES = """
J.R. Smith | J.R.R. Tolkien | St.John | Dr.No | Anna.Maria | anna.maria | J.Kim | (J.Kim)
J.de Vries | M.la Rosa | Ma.José | Dr.med.Anna Schmidt | Prof. Dr. h.c. Ada | Dipl.Ing.Meier
Ada M.Sc. | Ada B.Com | Ada Ph.D. | Ada Lovelace, M.D. | John Smith Jr.MD | Martin L. King Jr.
А.С.Пушкин | А. С. Пушкин | И.О.Мон | Св.Анна | Md.Ali | डॉ.भारत कुमार | के.भारत | د.سليم | م.عمان
อ.ส.ไทย | 김.철수 | 李白 | Marcel·lí | Ravi a/l Kumar | T.J. O’Brien | Ada ... Lovelace | Ada...
""".replace("\n", "|")
LINKS = """
t.me/scam | T.ME/scam | T.Me/scam | t.me | EVIL.IO | Evil.Io | зло.рф | ЗЛО.РФ | пример.рус
evil.top | evil.shop! | (evil.io) | Ada evil.co.uk | bit.ly/x | go.win:8080 | J.Kim/x | a.ck
诈骗.中国 | example.भारत | شر.عمان | evil.xn--p1ai | EVIL.XN--P1AI | evil。com | evil．io
ＥＶＩＬ．ＩＯ | 192.0.2.1 | http://x | x@y | www.x
=?utf-8?q?Visit_evil=2Etld?= | =?utf-8?b?d3d3LmV2aWwuZXhhbXBsZQ==?= | Ada =?utf-8?q?evil?=
""".replace("\n", "|")


def each(texts: str) -> list[str]:
    return [text.strip() for text in texts.split("|") if text.strip()]


@pytest.mark.parametrize("name", each(NAMES))
def test_a_name_is_no_link(name):
    refuse_links(name)


@pytest.mark.parametrize("name", each(LINKS))
def test_a_link_is_no_name(name):
    with pytest.raises(ValidationError):
        refuse_links(name)


@pytest.mark.parametrize("name", ["Mary.Kim", "Ch.Li"])
def test_whose_name_ends_like_a_domain_is_told_what_to_do(name):
    with pytest.raises(ValidationError, match="write a space after the dot"):
        refuse_links(name)

    refuse_links(name.replace(".", ". "))


def test_each_part_of_a_long_word_is_looked_at_once(monkeypatch):
    """Else a few names of sixty kilobytes would keep all workers busy for minutes."""
    seen = []
    known = web_addresses.is_short

    def see(label: str) -> bool:
        seen.append(label)
        return known(label)

    monkeypatch.setattr(web_addresses, "is_short", see)

    refuse_links("Fr." * 500)

    assert len(seen) == 500


def test_a_name_that_is_too_long_is_refused_before_it_is_looked_at(monkeypatch):
    monkeypatch.setattr(web_addresses, "is_short", lambda label: pytest.fail("It was read."))

    with pytest.raises(ValidationError, match="at most 120 characters") as raised:
        NameField().clean("Fr." * 21_000)

    assert raised.value.error_list[0].code == "max_length"

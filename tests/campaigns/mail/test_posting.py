"""Emails from the fast writer equal those that Python's library writes."""

import email
import re
from email import policy
from email.generator import BytesGenerator
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from io import BytesIO

import django
import pytest
from django.core import mail as django_mail
from django.core.mail import get_connection
from django.core.mail.utils import DNS_NAME
from wagtail.models import Site

from campaigns.mail import composing, posting, sending, smtp
from campaigns.mail.inline import Mail
from campaigns.models import OutgoingMail
from config import env
from home.models import Identity
from tests.campaigns.mail.test_sending import sign
from tests.factories import (
    make_home,
    make_image,
    make_mail,
    make_petition,
    make_signature,
    make_translation,
)

NAMES = [
    "Ada Lovelace",
    "Zoë Przybyłowska-Ångström",
    "ليلى بنت أحمد",
    "ดวงใจ 王小明 नमस्ते 👩‍👩‍👧",
    'O\'Brien & <b>Sons</b> "Ltd" \\ %s %(name)s {name} {day} {{ name }}',
    "=?utf-8?q?Eve?= From . .. =41 --",
    "ö" * 120,
]
TEXTS = ["From here\n.\n..x\n\ttab \nend", "One line", "", "a\r\nb\rc\n", "long " * 300 + "\n=20 é"]

# As an operator may write the name of an organisation, and as readers see it.
SENDERS = {
    "us@example.org": "",
    "<us@example.org>": "",
    "The river <us@example.org>": "The river",
    "River: now <us@example.org>": "River: now",
    "A\\B; C <us@example.org>": "A\\B; C",
    "Fluss, Land & Leute e.V. <us@example.org>": "Fluss, Land & Leute e.V.",
    "Grüne Liste (Süd), [test] <us@example.org>": "Grüne Liste (Süd), [test]",
    '"Fluss, Land" <us@example.org>': "Fluss, Land",
    '"Said \\"now\\"" <us@example.org>': 'Said "now"',
    'Say "now" <us@example.org>': 'Say "now"',
    "نهرنا، الآن <us@example.org>": "نهرنا، الآن",
}


def said(content: bytes) -> tuple[dict[str, str], list[tuple[str, str, bytes]]]:
    """The headers of a message, and the content type, content ID and content of each part."""
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    message = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not [each.defects for each in message.walk() if each.defects]
    headers = {name: str(value).strip() for name, value in message.items()}
    headers.pop("Content-Type")  # its boundary is random
    parts = []
    for each in message.walk():
        content = each.get_payload(decode=True) or b""
        if each.get_content_maintype() == "text":
            # Django 6 also ends the last line, and writes long lines as base64, with "\n" in it.
            content = b"\n".join(content.splitlines())
        parts.append((each.get_content_type(), each.get("Content-ID", ""), content))
    return headers, parts


def assert_same(mail: Mail) -> None:
    headers, parts = said(posting.as_bytes(mail))
    slowly = BytesIO()
    BytesGenerator(slowly, mangle_from_=False).flatten(mail.message(), linesep="\r\n")
    others, slow = said(slowly.getvalue())
    assert headers | {"Date": ""} == others | {"Date": ""}
    assert headers["Date"]
    assert parts == slow


def test_headers_and_parts_are_those_of_the_library():
    emails = ["ada@example.org", "zoë@exämple.org", '"a b,c"@example.org', "x" * 64 + "@a.example"]
    for place, name in enumerate(NAMES):
        mail = Mail(
            f"{name}: {name}",
            f"{name}\n{TEXTS[place % len(TEXTS)]}",
            to=[emails[place % len(emails)]],
            from_email=["Lastdrop <noreply@localhost>", "Zoë <zoe@example.org>"][place % 2],
            headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<{place}@example.org>"},
        )
        mail.extra_headers["List-Unsubscribe"] = f"<https://example.org/{'x' * 200}/>"
        mail.extra_headers["X-Mailin-custom"] = '{"lastdrop": "%s"}' % ("a" * 60)
        mail.attach_alternative(f"<p>{name}</p>\n{TEXTS[-place % len(TEXTS)]}", "text/html")

        assert_same(mail)


def test_no_header_and_no_email_can_begin_another_line():
    for field in ({"to": ["ada@example.org\nBcc: eve@example.org"]}, {"subject": "A\r\nB: c"}):
        mail = Mail(**({"subject": "A", "body": "B", "to": ["ada@example.org"]} | field))
        mail.attach_alternative("<p>", "text/html")
        with pytest.raises(ValueError, match="newlines"):
            posting.as_bytes(mail)


@pytest.mark.django_db
def test_a_mail_with_a_logo_carries_it(smtp_server):
    make_home()
    Identity.objects.create(site=Site.objects.get(is_default_site=True), logo=make_image())
    mail = composing.compose(make_mail(make_signature(make_petition())))

    assert_same(mail)
    backend = get_connection()
    backend.open()
    posting.post(mail, backend)
    backend.close()

    sent = smtp_server.messages[0]
    assert [part.get_content_type() for part in sent.walk()][-1] == "image/png"
    assert smtp_server.envelopes[0].mail_from == "noreply@localhost"


@pytest.mark.django_db
def test_each_signer_reads_their_own_name_links_and_code(settings):
    """The compiled templates keep nothing of another signer, for whom they were rendered before."""
    river = make_petition(reminder_text="Since {day}: 100 % of {name}")
    french = make_translation(river, "fr", title="L’eau & <le> fleuve", reminder_text="{day} ?")
    mails, written = [], []
    for place, name in enumerate(NAMES):
        for kinds, confirmed in ((("confirm", "reminder"), False), (("already", "thanks"), True)):
            signer = make_signature(
                (river, french)[place % 2],
                name=name,
                email=f"{place}{confirmed}@example.org",
                **({} if confirmed else {"confirmed_at": None}),
            )
            mails += [make_mail(signer, kind=kind) for kind in kinds]

    alone = [composing.compose(mail) for mail in mails]
    settings.CACHE_SECONDS = 60
    shared = [composing.compose(mail) for mail in mails]

    for mail, first, second in zip(mails, alone, shared, strict=True):
        assert vars(first) == vars(second)
        assert composing.link("manage", mail.signature) in second.body
        assert (f" {mail.signature.name},\n" in second.body) == (mail.kind == "already")
        assert_same(second)
        written.append(second.alternatives[0].content)
    named = [html for html in written if "&lt;b&gt;Sons" in html]
    assert len(named) == 1
    assert "O&#x27;Brien &amp; &lt;b&gt;Sons&lt;/b&gt; &quot;Ltd&quot; \\ %s" in named[0]
    assert all("\ue000" not in html for html in written)


def test_each_sender_that_the_settings_accept_is_written_and_read(monkeypatch, smtp_server):
    with get_connection() as backend:
        for value in SENDERS:
            monkeypatch.setenv("DEFAULT_FROM_EMAIL", value)
            sender = env.sender("DEFAULT_FROM_EMAIL", "")
            mail = Mail("S", "T", from_email=sender, to=["ada@example.org"])
            mail.attach_alternative("T", "text/html")
            posting.post(mail, backend)

    found = [each["From"].addresses for each in smtp_server.messages]
    assert [each[0].display_name for each in found] == list(SENDERS.values())
    assert {(len(each), each[0].addr_spec) for each in found} == {(1, "us@example.org")}


@pytest.mark.django_db
def test_a_sender_that_no_header_can_hold_costs_nobody_their_mail(smtp_server, settings, caplog):
    settings.DEFAULT_FROM_EMAIL = "River: now <us@example.org>"  # not as the settings write it
    sign(make_petition())

    sending.deliver()

    mail = OutgoingMail.objects.get()
    assert (mail.outcome, mail.attempts) == ("", 1)
    assert "was not taken: SMTPSenderRefused" in caplog.text


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://petition.example.org", "petition.example.org"),
        ("https://fl\u00fcsse.example", "xn--flsse-lva.example"),
        ("http://localhost:8000", "worker"),
        ("http://192.0.2.1", "worker"),
    ],
)
def test_mail_servers_hear_the_name_of_the_site(url, name, settings, monkeypatch, smtp_server):
    monkeypatch.setattr(DNS_NAME, "_fqdn", "worker", raising=False)
    settings.BASE_URL = url
    take, names = smtp_server.handle_DATA, []

    async def listen(server, session, envelope):
        names.append(session.host_name)
        return await take(server, session, envelope)

    smtp_server.handle_DATA = listen

    smtp.introduce()
    django_mail.EmailMessage("S", "T", to=["ada@example.org"]).send()

    assert names == [name]
    assert smtp_server.messages[0]["Message-ID"].endswith(f"@{name}>")


def test_no_email_program_decodes_a_name_that_is_written_like_a_header(smtp_server):
    sender = smtp.addressed("Ada =?utf-8?q?evil?= (Lastdrop)", "us@example.org")

    django_mail.EmailMessage("S", "T", from_email=sender, to=["ada@example.org"]).send()

    head = smtp_server.envelopes[0].content.partition(b"\r\n\r\n")[0]
    assert email.message_from_bytes(head, policy=policy.default)["From"].addresses == (
        Address("Ada = ?utf-8?q?evil?= (Lastdrop)", addr_spec="us@example.org"),
    )


@pytest.mark.parametrize(
    "name", ["ö" * 300, "ليلى" + " بنت أحمد" * 30, "Zoë (Fluss, Land & Leute e.V.)"]
)
def test_a_long_name_is_folded_and_read_as_it_was_written(name, smtp_server):
    sender = smtp.addressed(name, "us@example.org")

    django_mail.EmailMessage("S", "T", from_email=sender, to=["ada@example.org"]).send()

    head = smtp_server.envelopes[0].content.partition(b"\r\n\r\n")[0]
    words = re.findall(rb"=\?\S+\?=", head)
    # Python's own folding, which Django 6.1 uses, allows one character more.
    assert max(map(len, words)) <= (75 if django.VERSION < (6, 1) else 76)
    assert max(map(len, head.splitlines())) <= 78
    written, address = parseaddr(email.message_from_bytes(head)["From"])
    assert (str(make_header(decode_header(written))), address) == (name.strip(), "us@example.org")

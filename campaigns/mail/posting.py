"""Sends emails to signers, serialised faster than by Python's library.

Python's library needs a millisecond for an email whose structure is always the same. It is still
used for unusual headers.
"""

import re
import smtplib
from binascii import b2a_qp
from email.policy import compat32
from email.utils import formatdate
from functools import lru_cache

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import forbid_multi_line_headers, sanitize_address

from campaigns.mail.inline import Mail, Picture, attached, boundary, embedded

ENCODING = "utf-8"
# An email address that needs no encoding for a header or a mail server.
PLAIN = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z\d-]{1,63}(\.[a-z\d-]{1,63})+",
    re.ASCII | re.IGNORECASE,
)
# A value that fits into a header unchanged, on one line.
SIMPLE = re.compile(r"[!-~]{1,900}|[!-~][ -~]{0,50}[!-~]")
LONGEST_LINE = 998  # bytes, by RFC 5322
SMTP = compat32.clone(linesep="\r\n")


def post(mail: Mail, backend: BaseEmailBackend) -> None:
    """Send an email to one mailbox; the backend must be open.

    Raise ValueError for an email address that no header can hold, and the errors of the mail
    server. For a sender that no header can hold, the error is that of a server that refuses it: it
    is no fault of this email.
    """
    if not isinstance(backend, EmailBackend):  # the backend for development writes files
        backend.send_messages([mail])
        return
    assert backend.connection
    try:
        sender, _header = same_bare(mail.from_email), same_header("From", sender_of(mail))
    except ValueError:
        raise smtplib.SMTPSenderRefused(553, b"5.1.7 fits into no header", "") from None
    content, recipients = as_bytes(mail), [bare(each) for each in mail.to]
    backend.connection.sendmail(sender, recipients, content)


def as_bytes(mail: Mail) -> bytes:
    """Serialise an email in plain text and HTML, with its images, like `Mail.message`."""
    html, pictures = embedded(str(mail.alternatives[0][0]))
    parts = [text_part("plain", str(mail.body)), text_part("html", html)]
    if pictures:
        related = [parts[-1], *picture_parts(tuple(pictures))]
        parts[-1] = multipart("related", "", related)
    headers = {"To": ", ".join(mail.to), "Date": formatdate(localtime=settings.EMAIL_USE_LOCALTIME)}
    headers |= mail.extra_headers
    headers.pop("From", None)
    lines = [same_header("Subject", str(mail.subject)), same_header("From", sender_of(mail))]
    lines += [header(name, value) for name, value in headers.items()]
    return multipart("alternative", "".join(lines), parts)


def sender_of(mail: Mail) -> str:
    """Return the sender whom readers see."""
    return str(mail.extra_headers.get("From", mail.from_email))


def multipart(kind: str, headers: str, parts: list[bytes]) -> bytes:
    mark = boundary()
    head = f'Content-Type: multipart/{kind}; boundary="{mark}"\r\nMIME-Version: 1.0\r\n{headers}'
    between = f"\r\n--{mark}\r\n".encode()
    whole = between.join([head.encode(), *parts])
    return whole + f"\r\n--{mark}--\r\n".encode()


def text_part(kind: str, text: str) -> bytes:
    """Return an unencoded text part, or a quoted-printable one if a line would be too long."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    content, encoding = text.encode(), "8bit"
    if max(map(len, content.split(b"\r\n"))) > LONGEST_LINE:
        # A text of one line gets line breaks that are only "\n".
        content, encoding = b2a_qp(content, istext=True), "quoted-printable"
        content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    head = f'Content-Type: text/{kind}; charset="{ENCODING}"\r\nMIME-Version: 1.0\r\n'
    return f"{head}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + content


@lru_cache(maxsize=8)
def picture_parts(pictures: tuple[Picture, ...]) -> list[bytes]:
    return [part.as_bytes(policy=SMTP) for part in attached(list(pictures))]


def header(name: str, value: str) -> str:
    """Return a header, folded if necessary. Raise ValueError for a value with line breaks."""
    if SIMPLE.fullmatch(value):
        return f"{name}: {value}\r\n"
    return SMTP.fold(*forbid_multi_line_headers(name, value, ENCODING))


def bare(email: str) -> str:
    """Return the sender or a recipient in the form for the mail server."""
    return email if PLAIN.fullmatch(email) else sanitize_address(email, ENCODING)


# Cached: for values that many emails share, and that contain no personal data.
same_header, same_bare = lru_cache(maxsize=100)(header), lru_cache(maxsize=10)(bare)

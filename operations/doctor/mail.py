"""The doctor checks email: the server, the sender, the sender's DNS records, and a test email."""

import smtplib
from collections.abc import Iterator
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from operations.doctor.answers import told
from operations.doctor.findings import Asked, Finding

PART = "mail"
LOCAL = {"localhost", "127.0.0.1", "::1"}
PATIENCE = 5  # seconds for DNS


def check(asked: Asked) -> Iterator[Finding]:
    yield from of_server(asked)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if domain == "localhost":
        yield Finding(
            PART,
            "Emails come from noreply@localhost.",
            "Most mail servers refuse them.",
            "set DEFAULT_FROM_EMAIL to an email address of your domain",
        )
    else:
        yield from of_domain(domain, asked.selector)
    if settings.EMAIL_HOST_USER and not settings.EMAIL_USE_TLS and settings.EMAIL_HOST not in LOCAL:
        yield Finding(
            PART,
            "The password of the mail server is sent unencrypted.",
            "Whoever sits in between can send email in your name.",
            "set EMAIL_USE_TLS=on and EMAIL_PORT=587",
            is_fault=False,
        )


def of_server(asked: Asked) -> Iterator[Finding]:
    server = f"{settings.EMAIL_HOST}, port {settings.EMAIL_PORT}"
    backend = get_connection()
    try:
        backend.open()
        if asked.mail_to:
            message = EmailMessage(
                "A test email of your petition site",
                "This email shows that the site can send email. Look at its headers: "
                "they say whether SPF, DKIM and DMARC have passed.\n",
                to=[asked.mail_to],
            )
            backend.send_messages([message])
            asked.done.append("The mail server has taken the test email: see whether it arrives.")
    except (OSError, smtplib.SMTPException) as error:
        yield Finding(
            PART,
            f"The mail server ({server}) takes no email: {told(error)}",
            "Nobody gets the email with the link that confirms, so no signature counts.",
            "look at EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS, EMAIL_HOST_USER and its password",
        )
    finally:
        backend.close()


def of_domain(domain: str, selector: str) -> Iterator[Finding]:
    """Yield what is wrong with the DNS records of the sender's domain, or with DNS itself."""
    spf = texts(domain)
    if spf is None:
        yield Finding(
            PART,
            f"DNS does not answer: it was asked for {domain}.",
            "Where it finds no name, email waits, and the certificate is not renewed.",
            "resolvectl status; cat /etc/resolv.conf; getent hosts deb.debian.org",
            is_fault=False,
        )
        return  # Do not wait for DNS again.
    dmarc = texts(f"_dmarc.{domain}")
    if not any(each.lower().startswith("v=spf1") for each in spf):
        yield Finding(
            PART,
            f"{domain} has no SPF.",
            "Large providers put the emails into the spam folder, or refuse them.",
            f'add to DNS: {domain}. TXT "v=spf1 include:YOUR.PROVIDER -all"',
        )
    if dmarc is not None and not any(each.lower().startswith("v=dmarc1") for each in dmarc):
        yield Finding(
            PART,
            f"{domain} has no DMARC.",
            "Large providers refuse mailings to many, and others can write in your name.",
            f'add to DNS: _dmarc.{domain}. TXT "v=DMARC1; p=quarantine"',
        )
    if not selector:
        return
    name = f"{selector}._domainkey.{domain}"
    key = texts(name)
    if key is not None and not any("p=" in each for each in key):
        yield Finding(
            PART,
            f"There is no key of DKIM at {name}.",
            "Emails cannot be checked, and large providers refuse them.",
            f"add to DNS the record for {name} that your mail provider shows",
        )


def texts(name: str) -> list[str] | None:
    """Return the TXT records of a name; [] if it has none, None if DNS does not answer."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError):
        return None
    return [b"".join(record.strings).decode(errors="replace") for record in answer]

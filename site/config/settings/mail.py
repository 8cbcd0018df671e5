"""The settings of email: how it is sent, and where bounces go."""

import re

from config import env

EMAIL_BACKEND = "campaigns.mail.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "Lastdrop <noreply@localhost>")
EMAIL_HOST = env.host("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25, least=1, most=65_535)
EMAIL_HOST_USER = env.login("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.login("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
env.agree(
    bool(EMAIL_HOST_USER) == bool(EMAIL_HOST_PASSWORD),
    "Set both EMAIL_HOST_USER and EMAIL_HOST_PASSWORD, or neither.",
)
env.agree(
    EMAIL_PORT != 465,
    "EMAIL_PORT=465 is not supported: use port 587 with EMAIL_USE_TLS=on.",
)
SERVER_EMAIL, EMAIL_TIMEOUT = DEFAULT_FROM_EMAIL, 20
# Notified when a fault persists (operations.doctor.watching).
OPERATOR_EMAIL = env.email("OPERATOR_EMAIL", "")
# To the mail server, of each worker. Each takes one of the database's connections as well.
EMAIL_CONNECTIONS = env.number("EMAIL_CONNECTIONS", 4, least=1, most=50)
MAILING_RATE = env.number("MAILING_RATE", 300, most=1_000_000)  # a minute, by all workers
# Bounces go to this email address, with a token after a plus sign, and into a folder that is read.
BOUNCE_FORM = "an email address with at most 18 characters before the @"
BOUNCE_ADDRESS = env.email("BOUNCE_ADDRESS", "", form=BOUNCE_FORM)
env.agree(
    BOUNCE_ADDRESS.isascii() and len(BOUNCE_ADDRESS.rpartition("@")[0]) <= 18,
    f"BOUNCE_ADDRESS must be {BOUNCE_FORM}.",
)
BOUNCE_IMAP_HOST = env.text("BOUNCE_IMAP_HOST", "") and env.host("BOUNCE_IMAP_HOST", "")
BOUNCE_IMAP_PORT = env.number("BOUNCE_IMAP_PORT", 993, least=1, most=65_535)
BOUNCE_IMAP_TLS = env.flag("BOUNCE_IMAP_TLS", True)
BOUNCE_IMAP_FOLDER = env.text("BOUNCE_IMAP_FOLDER", "INBOX")
if BOUNCE_IMAP_HOST:
    env.text("BOUNCE_ADDRESS")  # without it, a bounce does not say which email it is about
    BOUNCE_IMAP_USER = env.login("BOUNCE_IMAP_USER")
    BOUNCE_IMAP_PASSWORD = env.login("BOUNCE_IMAP_PASSWORD")

# An email provider reports bounces and complaints by a webhook, with this user and password.
MAIL_PROVIDERS = ("brevo", "mailgun", "mailjet", "postmark", "sparkpost")
MAIL_PROVIDER = env.text("MAIL_PROVIDER", "").lower()
env.agree(
    MAIL_PROVIDER in ("", *MAIL_PROVIDERS),
    f"MAIL_PROVIDER must be one of {', '.join(MAIL_PROVIDERS)}.",
)
if MAIL_PROVIDER:
    ANYMAIL = {"WEBHOOK_SECRET": env.text("MAIL_PROVIDER_SECRET")}
    env.agree(
        bool(re.fullmatch(r"[^:\s]+:\S{20,}", ANYMAIL["WEBHOOK_SECRET"])),
        "MAIL_PROVIDER_SECRET must read NAME:PASSWORD, with a password of 20 or more characters.",
    )
    if MAIL_PROVIDER == "mailgun":
        ANYMAIL["MAILGUN_WEBHOOK_SIGNING_KEY"] = env.text("MAIL_PROVIDER_KEY")

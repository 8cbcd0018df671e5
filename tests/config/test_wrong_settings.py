"""Each wrong setting stops the start of production, with one sentence that names it."""

import os
import re
import subprocess
import sys

from tests.config.test_documented_settings import SETTINGS
from tests.config.test_settings import REQUIRED, ROOT, production, said_to

KEY = "9fVqHkT3mZxW7rLpYc2dBnJs5tGuEa8QoXi4KvMzRbCwDyFhNj"
IMAP = {
    "BOUNCE_ADDRESS": "bounces@example.org",
    "BOUNCE_IMAP_HOST": "imap.example.org",
    "BOUNCE_IMAP_USER": "bounces",
    "BOUNCE_IMAP_PASSWORD": "of the mailbox",
}
LOGIN = {"EMAIL_HOST_USER": "me", "EMAIL_HOST_PASSWORD": "a password"}
SSO = {
    "SSO_ISSUER": "https://id.example.org/realms/staff/",
    "SSO_CLIENT_ID": "lastdrop",
    "SSO_CLIENT_SECRET": "made by the provider",
}
S3 = {
    "S3_BUCKET": "lastdrop",
    "S3_ENDPOINT": "https://s3.example.org",
    "S3_ACCESS_KEY": "site",
    "S3_SECRET_KEY": "made by the provider",
}
# The wrong variables, and the message for them; None is not set. All other variables are right.
WRONG = [
    *(
        ({name: value}, f"Set the environment variable {name} (see docs/settings.md).")
        for name in REQUIRED
        for value in ("", None)
    ),
    ({"SECRET_KEY": "short"}, "SECRET_KEY must be 50 or more random characters"),
    ({"SECRET_KEY": "x" * 60}, "SECRET_KEY must be 50 or more random characters"),
    ({"SECRET_KEY": KEY + ",b"}, "SECRET_KEY must be 50 or more random characters"),
    ({"SECRET_KEY": f'"{KEY}"'}, "SECRET_KEY stands in quotes"),
    ({"SIGNATURE_KEY": "short"}, "SIGNATURE_KEY must be 50 or more random characters"),
    ({"SECRET_KEY": KEY, "SIGNATURE_KEY": KEY}, "SECRET_KEY and SIGNATURE_KEY must not be the"),
    ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS must be 50 or more"),
    (
        {"SECRET_KEY": KEY, "SECRET_KEY_FALLBACKS": KEY},
        "SECRET_KEY and a key of SECRET_KEY_FALLBACKS must not be the same.",
    ),
    ({"SIGNATURE_KEY_FALLBACKS": "short"}, "SIGNATURE_KEY_FALLBACKS must be 50 or more"),
    (
        {"SIGNATURE_KEY": KEY, "SIGNATURE_KEY_FALLBACKS": KEY},
        "SIGNATURE_KEY and a key of SIGNATURE_KEY_FALLBACKS must not be the same.",
    ),
    (
        {"SECRET_KEY_FALLBACKS": KEY, "SIGNATURE_KEY_FALLBACKS": KEY},
        "a key of SECRET_KEY_FALLBACKS and a key of SIGNATURE_KEY_FALLBACKS must not be the same.",
    ),
    (
        {"SIGNATURE_KEY_FALLBACKS": f"{KEY},{KEY}"},
        "a key of SIGNATURE_KEY_FALLBACKS and a key of SIGNATURE_KEY_FALLBACKS must not be the",
    ),
    ({"SECRET_KEY_FILE": "/etc/hostname"}, "Set either SECRET_KEY or SECRET_KEY_FILE, not both."),
    (
        {"SIGNATURE_KEY": "", "SIGNATURE_KEY_FILE": "/nowhere"},
        "SIGNATURE_KEY_FILE cannot be read: No such file or directory.",
    ),
    ({"EMAIL_HOST_PASSWORD_FILE": "/dev/null"}, "EMAIL_HOST_PASSWORD_FILE names an empty file."),
    *(
        ({"DATABASE_URL": url}, "DATABASE_URL must read postgres://user:password@host:port/data")
        for url in (
            *("postgres://lastdrop@localhost", "postgres://a@localhost:port/b", "nonsense"),
            *("sqlite:///site.db", "mysql://root@localhost/site"),
        )
    ),
    ({"DATABASE_URL": "postgres://a@b/c?sslmodus=require"}, "DATABASE_URL has a parameter behind"),
    ({"REPLICA_URL": "postgres://a@b/c?connect_timeout=3s"}, "REPLICA_URL has a parameter behind"),
    ({"DATABASE_URL": "postgres://a@db1:x,db2/b"}, "DATABASE_URL must list its servers as host:"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must list names of hosts"),
    ({"ALLOWED_HOSTS": "https://example.org"}, "ALLOWED_HOSTS must list names of hosts"),
    ({"ALLOWED_HOSTS": "example.org:443"}, "ALLOWED_HOSTS must list names of hosts"),
    ({"ALLOWED_HOSTS": "example.org www.example.org"}, "ALLOWED_HOSTS must list names of hosts"),
    ({"ALLOWED_HOSTS": "example.com"}, "The host of BASE_URL must be one of ALLOWED_HOSTS."),
    ({"BASE_URL": "example.org"}, "BASE_URL must read https://example.org, without a path"),
    ({"BASE_URL": "http://example.org"}, "BASE_URL must read https://example.org"),
    ({"BASE_URL": "https://example.org/petitions"}, "BASE_URL must read https://example.org"),
    ({"BASE_URL": "https://me:secret@example.org"}, "BASE_URL must read https://example.org"),
    ({"BASE_URL": "https://"}, "BASE_URL must read https://example.org"),
    ({"DEFAULT_FROM_EMAIL": "The river"}, "DEFAULT_FROM_EMAIL must be one email address"),
    ({"DEFAULT_FROM_EMAIL": "a@example.org, b@example.org"}, "DEFAULT_FROM_EMAIL must be one"),
    ({"DEFAULT_FROM_EMAIL": "A <a@example.org>, B <b@example.org>"}, "DEFAULT_FROM_EMAIL must"),
    ({"DEFAULT_FROM_EMAIL": "a@example.org, B <b@example.org>"}, "DEFAULT_FROM_EMAIL must be one"),
    ({"DEFAULT_FROM_EMAIL": "A <a@example.org> B"}, "DEFAULT_FROM_EMAIL must be one email"),
    ({"EMAIL_HOST": "smtp://mail.example.org"}, "EMAIL_HOST must be the name of a server alone"),
    ({"EMAIL_HOST": "mail.example.org:587"}, "EMAIL_HOST must be the name of a server alone"),
    ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT must be a whole number"),
    ({"EMAIL_PORT": "0"}, "EMAIL_PORT must be from 1 to 65535"),
    ({"EMAIL_PORT": "465"}, "EMAIL_PORT=465 is not supported"),
    ({"EMAIL_HOST_USER": "me"}, "Set both EMAIL_HOST_USER and EMAIL_HOST_PASSWORD, or neither."),
    ({"EMAIL_HOST_PASSWORD": "secret"}, "Set both EMAIL_HOST_USER and EMAIL_HOST_PASSWORD"),
    (LOGIN | {"EMAIL_HOST_PASSWORD": "Schlüssel"}, "EMAIL_HOST_PASSWORD has letters that cannot"),
    (LOGIN | {"EMAIL_HOST_USER": "käthe"}, "EMAIL_HOST_USER has letters that cannot be sent to"),
    ({"EMAIL_USE_TLS": "starttls"}, "EMAIL_USE_TLS must be on or off"),
    ({"EMAIL_CONNECTIONS": "0"}, "EMAIL_CONNECTIONS must be from 1 to 50"),
    ({"MAILING_RATE": "-1"}, "MAILING_RATE must be from 0 to"),
    ({"BOUNCE_ADDRESS": "bounces"}, "BOUNCE_ADDRESS must be an email address with at most 18"),
    ({"BOUNCE_ADDRESS": "bounces@example..org"}, "BOUNCE_ADDRESS must be an email address with"),
    ({"BOUNCE_IMAP_HOST": "imap.example.org:993"}, "BOUNCE_IMAP_HOST must be the name of a server"),
    ({"BOUNCE_IMAP_HOST": "imap.example.org"}, "Set the environment variable BOUNCE_ADDRESS"),
    (IMAP | {"BOUNCE_IMAP_USER": ""}, "Set the environment variable BOUNCE_IMAP_USER"),
    (IMAP | {"BOUNCE_IMAP_PASSWORD": ""}, "Set the environment variable BOUNCE_IMAP_PASSWORD"),
    (IMAP | {"BOUNCE_IMAP_USER": "käthe"}, "BOUNCE_IMAP_USER has letters that cannot be sent to"),
    (IMAP | {"BOUNCE_IMAP_PASSWORD": "Schlüssel"}, "BOUNCE_IMAP_PASSWORD has letters that cannot"),
    (IMAP | {"BOUNCE_IMAP_FOLDER": '"Returned"'}, "BOUNCE_IMAP_FOLDER stands in quotes"),
    ({"BOUNCE_IMAP_PORT": "70000"}, "BOUNCE_IMAP_PORT must be from 1 to 65535"),
    ({"BOUNCE_IMAP_TLS": "ssl"}, "BOUNCE_IMAP_TLS must be on or off"),
    ({"MAIL_PROVIDER": "sendgrid"}, "MAIL_PROVIDER must be one of brevo, mailgun, mailjet"),
    ({"MAIL_PROVIDER": "brevo"}, "Set the environment variable MAIL_PROVIDER_SECRET"),
    (
        {"MAIL_PROVIDER": "brevo", "MAIL_PROVIDER_SECRET": "brevo:short"},
        "MAIL_PROVIDER_SECRET must read NAME:PASSWORD",
    ),
    (
        {"MAIL_PROVIDER": "mailgun", "MAIL_PROVIDER_SECRET": f"us:{KEY}", "MAIL_PROVIDER_KEY": ""},
        "Set the environment variable MAIL_PROVIDER_KEY",
    ),
    ({"TIME_ZONE": "Berlin"}, "TIME_ZONE must be a time zone such as Europe/Berlin"),
    ({"TIME_ZONE": "localtime"}, "TIME_ZONE must be a time zone such as Europe/Berlin"),
    ({"TIME_ZONE": "../etc/passwd"}, "TIME_ZONE must be a time zone such as Europe/Berlin"),
    ({"LOG_LEVEL": "VERBOSE"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL"),
    ({"MEDIA_ROOT": "media"}, "MEDIA_ROOT must be the whole path of a folder"),
    ({"MEDIA_ROOT": "/"}, "MEDIA_ROOT must be the whole path of a folder"),
    (S3 | {"S3_BUCKET": "Our/bucket"}, "S3_BUCKET must be the name of a bucket alone"),
    (S3 | {"S3_ENDPOINT": "s3.example.org"}, "S3_ENDPOINT must read https://example.org"),
    (S3 | {"S3_REGION": "Europe"}, "S3_REGION must be the name of a region"),
    (S3 | {"S3_ACCESS_KEY": ""}, "Set S3_BUCKET, S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY, or"),
    (S3 | {"S3_SECRET_KEY": ""}, "Set S3_BUCKET, S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY, or"),
    ({"REPLICA_URL": "db2:5432"}, "REPLICA_URL must read postgres://user:password@host"),
    *(
        ({"PURGED_PROXY": value}, "PURGED_PROXY must read http://example.org or https://")
        for value in ("cache.internal", "http://a.internal,cache.internal")
    ),
    ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES must be from 0 to 10"),
    ({"TRUSTED_PROXIES": "nginx"}, "TRUSTED_PROXIES must be a whole number"),
    ({"SIGNING_BURST": "0"}, "SIGNING_BURST must be from 1 to 1000"),
    ({"SIGNING_SUSTAINED": "9000"}, "SIGNING_SUSTAINED must be from 1 to 5000"),
    ({"MESSAGES_A_DAY": "0"}, "MESSAGES_A_DAY must be from 1 to 5000"),
    ({"SIGNING_SUSTAINED": "10"}, "SIGNING_BURST must not be more than SIGNING_SUSTAINED."),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be one of LINES, JSON, not 'XML'."),
    (
        {"RECEIVERS_ON_LOOPBACK": "maybe"},
        "RECEIVERS_ON_LOOPBACK must be on or off, not 'maybe'.",
    ),
    *(
        ({"OPERATOR_EMAIL": value}, "OPERATOR_EMAIL must be one email address.")
        for value in ("Ada, Bo", "ada:bo@example.org", "ada@example..org", "käthe@example.org")
    ),
    ({"HEARTBEAT_FILE": "heartbeat"}, "HEARTBEAT_FILE must be the whole path of a file"),
    ({"BACKUP_RECIPIENTS": "AGE-SECRET-KEY-1ABC"}, "BACKUP_RECIPIENTS must list public keys"),
    ({"BACKUP_FOLDER": "backups"}, "BACKUP_FOLDER must be the whole path of a folder"),
    ({"EXPORT_STREAMED_ROWS": "-1"}, "EXPORT_STREAMED_ROWS must be from 0 to"),
    ({"EXPORT_ROWS_A_DAY": "many"}, "EXPORT_ROWS_A_DAY must be a whole number"),
    ({"SENTRY_DSN": "https://example.org"}, "SENTRY_DSN must read https://key@host/number."),
    ({"METRICS_FOLDER": "metrics"}, "METRICS_FOLDER must be the whole path of a folder"),
    ({"SECOND_FACTOR": "maybe"}, "SECOND_FACTOR must be on or off"),
    ({"SESSION_HOURS": "0"}, "SESSION_HOURS must be from 1 to 720"),
    ({"SESSION_HOURS": "9999"}, "SESSION_HOURS must be from 1 to 720"),
    ({**SSO, "SSO_ISSUER": "http://id.example.org"}, "SSO_ISSUER must read https://id.example.org"),
    ({**SSO, "SSO_ISSUER": "https://id.example.org/?a"}, "SSO_ISSUER must read https://id"),
    ({**SSO, "SSO_CLIENT_SECRET": ""}, "Set SSO_ISSUER, SSO_CLIENT_ID and SSO_CLIENT_SECRET"),
    ({"SSO_CLIENT_ID": "lastdrop"}, "Set SSO_ISSUER, SSO_CLIENT_ID and SSO_CLIENT_SECRET"),
    ({**SSO, "SSO_MAIL_DOMAIN": "@example.org"}, "SSO_MAIL_DOMAIN must be the name of a server"),
    ({**SSO, "SSO_CREATES_ACCOUNTS": "on"}, "SSO_CREATES_ACCOUNTS needs SSO_ISSUER and"),
    ({**SSO, "SSO_CREATES_ACCOUNTS": "x"}, "SSO_CREATES_ACCOUNTS must be on or off"),
    ({**SSO, "SSO_LABEL": "x" * 101}, "SSO_LABEL must have 100 characters at most."),
    ({"SSO_ONLY": "on"}, "SSO_ONLY needs SSO_ISSUER."),
    ({"SSO_ONLY": "x"}, "SSO_ONLY must be on or off"),
    ({"PEERTUBE_HOSTS": "https://tube.example.org"}, "PEERTUBE_HOSTS must list names of hosts"),
    ({"SECURE_SSL_REDIRECT": "perhaps"}, "SECURE_SSL_REDIRECT must be on or off"),
    ({"SECURE_HSTS_SECONDS": "-1"}, "SECURE_HSTS_SECONDS must be from 0 to"),
    ({"SECURE_HSTS_INCLUDE_SUBDOMAINS": "x"}, "SECURE_HSTS_INCLUDE_SUBDOMAINS must be on or off"),
    ({"SECURE_HSTS_PRELOAD": "on"}, "SECURE_HSTS_PRELOAD needs SECURE_HSTS_INCLUDE_SUBDOMAINS."),
]
RIGHT = [
    {"DATABASE_URL": "postgres://river:secret@db1:5432,db2/lastdrop?sslmode=require"},
    {
        "BASE_URL": "http://localhost:8000",
        "SECURE_SSL_REDIRECT": "off",
        "ALLOWED_HOSTS": "localhost",
    },
    {"ALLOWED_HOSTS": ".example.org,[::1],192.0.2.1", "BASE_URL": "https://www.example.org/"},
    {"DEFAULT_FROM_EMAIL": "Keep the river free <us@example.org>", "EMAIL_HOST": "smtp_relay"},
    {"DEFAULT_FROM_EMAIL": "Fluss, Land & Leute e.V. [Süd]: jetzt <us@example.org>"},
    {"SECOND_FACTOR": "", "LOG_LEVEL": "debug", "MAILING_RATE": "0", "TIME_ZONE": "Asia/Tokyo"},
    {"SECURE_HSTS_PRELOAD": "on", "SECURE_HSTS_INCLUDE_SUBDOMAINS": "yes"},
    {**SSO, "SSO_MAIL_DOMAIN": "Example.org", "SSO_CREATES_ACCOUNTS": "on", "SSO_ONLY": "on"},
    IMAP | LOGIN | {"OPERATOR_EMAIL": "root@server"},
    {"OPERATOR_EMAIL": "ada@fluß.example"},
    {"MAIL_PROVIDER": "Mailgun", "MAIL_PROVIDER_SECRET": f"us:{KEY}", "MAIL_PROVIDER_KEY": KEY},
]
IS_SECRET = re.compile("KEY|PASSWORD|_SECRET|_DSN|DATABASE_URL|REPLICA_URL")
# Variables that are read without loading the settings, or only in development.
READ_ELSEWHERE = {"WEB_CONCURRENCY", "PORT"}


def test_every_wrong_setting_is_refused_and_named_and_no_secret_is_told():
    said = said_to(*(variables for variables, _ in WRONG))

    accepted = [
        (variables, text)
        for (variables, begin), text in zip(WRONG, said, strict=True)
        if not text.startswith(begin) or not text.endswith(".") or KEY in text
    ]
    assert accepted == []
    assert not any("secret" in text for text in said)


def test_what_is_right_is_accepted():
    assert said_to(*RIGHT) == [""] * len(RIGHT)


def test_each_setting_that_can_be_wrong_is_in_the_table():
    asked = {name for variables, _ in WRONG for name in variables}

    assert sorted(SETTINGS - asked - READ_ELSEWHERE) == []


def test_secrets_can_stand_in_files(tmp_path):
    wanted = {**REQUIRED, **IMAP, "EMAIL_HOST_USER": "me", "EMAIL_HOST_PASSWORD": "a password"}
    wanted |= {"MAIL_PROVIDER": "mailgun", "MAIL_PROVIDER_SECRET": f"us:{KEY}"}
    wanted |= {"MAIL_PROVIDER_KEY": "of the provider", "SENTRY_DSN": "https://key@127.0.0.1/1"}
    wanted |= {"SECRET_KEY_FALLBACKS": KEY[::-1], "SIGNATURE_KEY_FALLBACKS": KEY.lower()}
    wanted |= SSO | S3 | {"REPLICA_URL": "postgres://somebody@127.0.0.1:1/copy"}
    names = sorted(name for name in SETTINGS if IS_SECRET.search(name))
    for name in names:
        (tmp_path / name).write_text(f"{wanted.pop(name)}\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in names}
    script = (
        "from django.conf import settings as s; "
        "print(s.SECRET_KEY, s.SIGNATURE_KEY, s.EMAIL_HOST_PASSWORD, end=' '); "
        "print(s.DATABASES['default']['NAME'], s.DATABASES['replica']['NAME'], end=' '); "
        "print(s.BOUNCE_IMAP_PASSWORD, end=' '); "
        "print(s.ANYMAIL['WEBHOOK_SECRET'] == 'us:" + KEY + "', s.SENTRY_DSN, end=' '); "
        "print(s.ANYMAIL['MAILGUN_WEBHOOK_SIGNING_KEY'], end=' '); "
        "print(s.SECRET_KEY_FALLBACKS, s.SIGNATURE_KEY_FALLBACKS, end=' '); "
        "print(s.SSO_CLIENT_SECRET, s.S3_ACCESS_KEY, s.S3_SECRET_KEY); "
        "print(*sorted({path.name for path in s.SECRET_FILES}))"
    )

    result = production("-c", script, **wanted, **files)

    keys = REQUIRED["SECRET_KEY"], REQUIRED["SIGNATURE_KEY"]
    said = f"{' '.join(keys)} a password nothing copy of the mailbox True https://key@127.0.0.1/1"
    old = f"{[KEY[::-1]]} {[KEY.lower()]} made by the provider site made by the provider"
    values, _, files_of_secrets = result.stdout.strip().partition("\n")
    assert values == f"{said} of the provider {old}", result.stderr
    assert files_of_secrets.split() == names  # The doctor checks these files.


def test_the_shell_says_one_sentence_and_no_more():
    result = production("manage.py", "check", **{**REQUIRED, "TRUSTED_PROXIES": "-1"})

    assert (result.returncode, result.stderr) == (
        1,
        "TRUSTED_PROXIES must be from 0 to 10, not -1.\n",
    )


def test_gunicorn_starts_on_no_socket_without_a_proxy_and_with_no_odd_number_of_processes(tmp_path):
    def start(**variables: str) -> tuple[int, str]:
        command = ("gunicorn", "--config", "gunicorn.conf.py", "--bind", f"unix:{tmp_path}/a.sock")
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={"PATH": os.defpath, **REQUIRED, **variables},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stderr.strip().splitlines()[-1]

    assert start() == (
        1,
        "Set TRUSTED_PROXIES: behind a socket, only a proxy knows who a visitor is.",
    )
    assert start(WEB_CONCURRENCY="0") == (1, "WEB_CONCURRENCY must be from 1 to 512, not 0.")

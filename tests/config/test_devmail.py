"""Emails in development."""

import email
import re
from email.policy import default as policy
from pathlib import Path

import pytest
from django.core import mail


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "config.devmail.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.ROOT = tmp_path
    return tmp_path / "mail"


def test_a_mail_becomes_a_file_and_its_first_link_is_shown(folder: Path, capsys):
    body = (
        "Dear Zoë,\nplease confirm: http://localhost:8000/signatures/confirm/x:y-z/\nor http://b/"
    )

    sent = mail.send_mail("One drop", body, "us@example.org", ["zoe@example.org"])

    (file,) = folder.iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=policy)
    assert sent == 1
    assert (message["To"], message["Subject"]) == ("zoe@example.org", "One drop")
    assert message.get_content().split() == body.split()
    assert capsys.readouterr().out == (
        f"Email written to mail/{file.name}: http://localhost:8000/signatures/confirm/x:y-z/\n"
    )


def test_a_mail_without_a_link_is_shown_without_one(folder: Path, capsys):
    mail.send_mail("One drop", "Thank you.", "us@example.org", ["zoe@example.org"])

    (file,) = folder.iterdir()
    assert capsys.readouterr().out == f"Email written to mail/{file.name}\n"


def test_names_tell_the_time_and_nothing_else(folder: Path):
    for subject in ("first", "second", "third"):
        mail.send_mail(subject, "", "us@example.org", ["zoe@example.org"])

    files = sorted(folder.iterdir())
    assert [file.suffix for file in files if re.fullmatch(r"[\d-]+-[0-9a-f]{6}", file.stem)] == [
        ".eml"
    ] * 3
    subjects = [email.message_from_bytes(file.read_bytes())["Subject"] for file in files]
    assert subjects == ["first", "second", "third"]

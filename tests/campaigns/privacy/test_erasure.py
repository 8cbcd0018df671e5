"""Nothing of an erased person is left: not in a dump, not in the logs, not among the files."""

import hashlib
import logging
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection
from django.test import Client

from campaigns.canonical_emails import normalise
from campaigns.counting import counting
from campaigns.mail import sending
from campaigns.models import ListEntry, OutgoingMail, Petition, Signature
from campaigns.privacy import retention
from campaigns.signatures.email_keys import email_key
from config import env
from config.logs import TALKATIVE
from servers import postgres
from servers.processes import Problem
from tests.factories import make_campaign, make_petition, make_signature

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

EMAIL = "Canary.Bird+song@gmail.com"
NAME = "Canary Aviary-Bird"
RENAMED = "Kanarie Vogel"
COMMENT = "Cheepcheepcheep"


def traces(petition: Petition) -> dict[str, str]:
    """The texts to search for, in lower case."""
    emails = {"email": EMAIL, "normal form": normalise(EMAIL)}
    hashes = {
        f"{algorithm} of {what}": hashlib.new(algorithm, text.encode()).hexdigest()
        for algorithm in ("md5", "sha1", "sha256")
        for what, text in (emails | {"small letters": EMAIL.lower(), "name": NAME}).items()
    }
    typed = {"first name": NAME.split()[0], "last name": NAME.split()[1], "renamed": RENAMED}
    kept = {"comment": COMMENT, "key": email_key(petition.tally.pk, EMAIL).hex()}
    return {what: text.lower() for what, text in (emails | hashes | typed | kept).items()}


def found(petition: Petition, text: str) -> set[str]:
    return {what for what, trace in traces(petition).items() if trace in text.lower()}


@pytest.fixture
def pg_dump() -> Path:
    """The pg_dump of the server's version. Where CI=true, it must be installed."""
    try:
        return postgres.programs(connection.pg_version // 10_000) / "pg_dump"
    except Problem as problem:
        if env.flag("CI", False):
            raise
        pytest.skip(str(problem))


def dump(pg_dump: Path) -> str:
    """The whole database as it is in a backup."""
    settings = connection.settings_dict
    options = {"host": settings["HOST"], "port": settings["PORT"], "username": settings["USER"]}
    command = [pg_dump, "--no-password", *(f"--{k}={v}" for k, v in options.items() if v)]
    done = subprocess.run(
        [*command, settings["NAME"]],
        env={"PGPASSWORD": settings["PASSWORD"]},
        capture_output=True,
        check=True,
        timeout=120,
    )
    return done.stdout.decode()


def files(folder: Path) -> str:
    """The names and the contents of all files."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return "".join(f"{path}\n{path.read_bytes().decode(errors='replace')}\n" for path in paths)


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def log_folder(tmp_path) -> Iterator[Path]:
    """A folder with a file of everything that is logged, at every level."""
    folder = tmp_path / "logs"
    folder.mkdir()
    handler, root = logging.FileHandler(folder / "site.log"), logging.getLogger()
    levels = {each: each.level for each in (root, *map(logging.getLogger, TALKATIVE))}
    root.addHandler(handler)
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    yield folder
    root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)
    handler.close()


def live_through(petition: Petition, mailbox: list[EmailMessage]) -> None:
    """Sign in two spellings, confirm, correct, be viewed and exported by staff, and be listed."""
    visitor, staff = Client(), Client()
    for email in (normalise(EMAIL), EMAIL):
        data = {"name": NAME, "email": email, "comment": COMMENT, "country": "RU"}
        data |= {"consent": "on", "is_shown": "on"}
        answer = visitor.post(petition.url_path("sign"), data | {"version": petition.version.pk})
        assert answer.status_code == 303
    sending.deliver()
    mail = mailbox[-1]
    links = dict(re.findall(r"http://testserver(/signatures/(?P<purpose>\w+)/\S+)", mail.body))
    by_purpose = {purpose: path for path, purpose in links.items()}
    assert visitor.post(by_purpose["confirm"]).status_code == 303
    assert visitor.post(by_purpose["manage"], {"name": "www.evil.com"}).status_code == 422
    wishes = {"name": NAME, "updates": "on", "is_shown": "on"}
    assert visitor.post(by_purpose["manage"], wishes).status_code == 303
    counting.recount()
    retention.run()
    staff.force_login(User.objects.create_superuser("boss", "boss@example.org", "password"))
    b"".join(staff.get("/admin/signatures/"))
    assert EMAIL in staff.post("/admin/signatures/", {"typed": EMAIL}, follow=True).content.decode()
    for format in ("csv", "xlsx"):
        address = f"/admin/signatures/export/?export={format}"
        assert b"".join(staff.post(address, {"shape": "everything", "purpose": "Handover"}))
    number = Signature.objects.get(email=EMAIL).pk
    for page in (f"/admin/signatures/inspect/{number}/", f"/admin/signatures/history/{number}/"):
        assert staff.get(page).status_code == 200
    ListEntry.objects.create(kind="email", pattern=normalise(EMAIL), note=f"{NAME} asked")


def test_nothing_of_an_erased_person_is_left(pg_dump, media, log_folder, mailoutbox):
    petition = make_campaign(make_petition(comment_field="optional", shows_signers=True)).petition
    others = [make_signature(petition, email=f"{n}@example.org", name="Ida") for n in range(3)]
    OutgoingMail.objects.create(signature=others[0], kind="thanks", due_at=others[0].signed_at)
    live_through(petition, mailoutbox)

    before = found(petition, dump(pg_dump))
    call_command("erase_person", "CANARYBIRD@googlemail.com", yes=True)
    counting.recount()

    assert before >= {"email", "normal form", "first name", "last name", "comment", "key"}
    assert found(petition, dump(pg_dump)) == set()
    assert found(petition, files(log_folder)) == set()
    assert found(petition, files(media)) == set()
    # All data of the other signers is left.
    assert set(Signature.objects.all()) == set(others)
    petition.tally.refresh_from_db()
    assert petition.tally.total == 3


def test_what_is_searched_would_be_found(media, log_folder):
    """Otherwise the test above could not fail."""
    petition = make_petition()
    logging.getLogger("campaigns").debug("Somebody wrote %s", EMAIL)
    default_storage.save("names.txt", ContentFile(hashlib.md5(EMAIL.lower().encode()).hexdigest()))

    assert found(petition, files(log_folder)) == {"email", "first name"}
    assert found(petition, files(media)) == {"md5 of small letters"}

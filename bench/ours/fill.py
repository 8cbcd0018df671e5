"""python -m bench.inside bench.ours.fill …: fills the database of our site for the bench.

It runs with the production settings, in a process of its own.
"""

import json
import time
from base64 import b64encode
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, Site
from wagtail.rich_text import RichText

from bench.ours.content import make_campaign, make_home, make_signature
from bench.ours.pictures import picture
from campaigns.counting import counting
from campaigns.mail import composing, sending
from campaigns.mail.outbox import ALLOWANCE, OutgoingMail
from campaigns.mailings import composing as mailings
from campaigns.mailings import mailing_actions
from campaigns.models import (
    CampaignPage,
    CustomImage,
    Mailing,
    Petition,
    Recipient,
    Signature,
    Tally,
)
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.moderation.screening import Reason
from campaigns.petitions.texts import DefaultTexts
from campaigns.signatures import tokens
from campaigns.signatures.email_keys import email_key
from home.models import ContentPage, Identity, Navigation
from operations import rounds
from operations.worker import Worker

COUNTING = ("totals", "surveys")  # threads of the worker
READY = 10_000  # emails for the loop that a mailing is compared with
TEXT = "<p>The river is the last one that runs <b>free</b>, and it should stay so.</p>" * 4


def fill() -> None:
    """Create a site with identity, navigation and texts, and a campaign with seven blocks."""
    call_command("migrate", verbosity=0)
    home = make_home()
    about, privacy, news = (
        home.add_child(instance=ContentPage(title=title))
        for title in ("About us", "Privacy", "How to help")
    )
    images = [
        CustomImage.objects.create(title=name, file=picture(name)) for name in ("river", "dam")
    ]
    link = f'{TEXT}<p>Read more <a linktype="page" id="{about.pk}">about us</a>.</p>'
    story = [
        ("heading", "The last free river"),
        ("text", link),
        ("image", {"image": images[0], "caption": "The river in spring."}),
        ("text", TEXT),
        ("quote", {"text": "It feeds us all.", "attribution": "A fisher", "role": ""}),
        ("image", {"image": images[1], "caption": "What the dam would look like."}),
        ("petition", {"petition": None}),
    ]
    page = make_campaign(home, body=story, listing_image=images[0])
    items = [("link", {"page": each, "label": ""}) for each in (page.get_parent(), about, news)]
    Navigation.objects.create(locale=page.locale, main=items, foot=items[1:])
    DefaultTexts.objects.create(
        locale=page.locale,
        footer=f'<p>A site of <a linktype="page" id="{about.pk}">people like you</a>.</p>',
    )
    site = Site.objects.get(is_default_site=True)
    Identity.objects.create(site=site, name="Lastdrop", privacy_page=privacy)


def facts() -> None:
    """Print what the load needs for the campaign page: URLs, and the form's hidden fields."""
    page = CampaignPage.objects.get()
    found = {
        "page": page.url,
        "sign": page.petition.url_path("sign"),
        "extra": f"version={page.petition.version.pk}&page={page.pk}",
    }
    print(json.dumps(found))


def sow(number: str, *kinds: str) -> None:
    """Let the database copy one signature, with random email keys.

    Kinds: "confirmed", or else pending; "informed" for signers who want to be kept informed; "owed"
    adds an email for each signature to the outbox.
    """
    petition = Petition.objects.earliest("pk")
    fields: dict[str, Any] = {} if "confirmed" in kinds else {"confirmed_at": None}
    fields["updates"] = "informed" in kinds
    seed = make_signature(petition, email="seed@example.org", **fields)
    columns = {
        field.column: field.column for field in Signature._meta.concrete_fields if field.column
    }
    # UUIDs of version 7 that increase from row to row, like those of real signatures.
    columns["id"] = """(lpad(to_hex(1700000000000 + nextval('bench_sown')), 12, '0') || '7'
        || left(md5(random()::text), 3) || '8' || left(md5(random()::text), 15))::uuid"""
    columns["email_key"] = "sha256((random()::text || number)::bytea)"
    columns["email"] = "'sown' || number || '@example.org'"
    table, names = Signature._meta.db_table, ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE IF NOT EXISTS bench_sown")
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(columns.values())} "
            f"FROM {table}, generate_series(1, %s) number WHERE id = %s",
            [int(number), seed.pk],
        )
        if "owed" in kinds:
            cursor.execute(
                "INSERT INTO campaigns_outgoingmail (signature_id, kind, due_at, attempts, outcome)"
                f" SELECT id, 'confirm', statement_timestamp(), 0, '' FROM {table}"
                " WHERE email LIKE 'sown%' AND confirmed_at IS NULL"
            )
    seed.delete()
    # As autovacuum does within a minute: until then, PostgreSQL plans as if the tables were empty.
    # It leaves the others alone: after an empty table was vacuumed, plans read all that is added.
    with connection.cursor() as cursor:
        for filled in (table, *([OutgoingMail._meta.db_table] if "owed" in kinds else [])):
            cursor.execute(f"VACUUM (ANALYZE) {filled}")


def links(path: str) -> None:
    """Write the confirmation link of each pending signature to a file."""
    waiting = Signature.objects.pending().filter(email__startswith="sown")
    with open(path, "w") as file:
        for pk in waiting.values_list("pk", flat=True).iterator():
            file.write(f"/signatures/confirm/{tokens.make('confirm', pk)}/\n")


def compose(path: str) -> None:
    """Write the due emails to a file as they would be sent, for a loop that only sends."""
    ready = []
    for mail in sending.claim(100_000):
        message = composing.compose(mail)
        content = b64encode(message.message().as_bytes()).decode()
        ready.append((message.from_email, message.to, content))
    OutgoingMail.objects.update(leased_until=None, attempts=0)
    with open(path, "w") as file:
        json.dump(ready, file)


def mailing(path: str) -> None:
    """Approve a mailing to all, and write some of its emails to a file, for a loop that sends."""
    made = Mailing.objects.create(
        subject="The minister has answered",
        preheader="And now?",
        fallback="friend",
        language="en",
        body=[
            ("text", RichText(f"<p>Dear {{name}},</p>{TEXT}")),
            ("heading", "What comes next"),
            ("text", RichText(TEXT)),
        ],
    )
    made.tallies.set(Tally.objects.all())
    made.refresh_from_db()
    mailing_actions.submit(made, seen=made.stamp)
    made.refresh_from_db()
    assert made.submitted_at
    approver = User.objects.create(username="approver")
    mailing_actions.approve(made, seen=made.submitted_at, by=approver)
    Mailing.objects.update(began_at=timezone.now(), state="paused")
    ready: list[tuple[str, list[str], str]] = []
    for signature in Signature.objects.filter(updates=True).order_by("pk")[:READY]:
        mail = mailings.compose(made, signature, Recipient(pk=len(ready)))
        content = b64encode(mail.message().as_bytes()).decode()
        ready.append((mail.from_email, mail.to, content))
    with open(path, "w") as file:
        json.dump(ready, file)


def fold() -> None:
    """Count new signatures each second, as the worker does, until this process is ended."""
    while True:
        counting.fold()
        time.sleep(1)


def count() -> None:
    """Run only the worker's rounds that count signatures, until this process is ended."""
    Worker([each for each in rounds.discover() if each.thread in COUNTING]).run()


def acquaint(number: str) -> None:
    """Create earlier signatures of each kind, with the email addresses that bench.privacy will use.

    For the kind "remembered", these were invalidated and withdrawn: only that is stored.
    """
    petition = Petition.objects.earliest("pk")
    kinds: dict[str, dict[str, Any]] = {
        "pending": {"confirmed_at": None},
        "confirmed": {},
        "quarantined": {"confirmed_at": None, "moderation": Signature.Moderation.QUARANTINED},
        "used-up": {"confirmed_at": None},
    }
    for place in range(int(number)):
        for kind, fields in kinds.items():
            email = f"{kind}{place}@example.org"
            signature = make_signature(petition, email=email, country="FR", **fields)
            mails_sent = ALLOWANCE if kind == "used-up" else 1
            OutgoingMail.objects.bulk_create(
                OutgoingMail(signature=signature, kind="confirm", due_at=signature.signed_at)
                for _ in range(mails_sent)
            )
    invalidated = Signature.Moderation.INVALIDATED
    RememberedModeration.objects.bulk_create(
        RememberedModeration(
            tally=petition.tally,
            email_key=email_key(petition.tally.pk, f"remembered{place}@example.org"),
            moderation=invalidated,
            reason=Reason.REMEMBERED,
        )
        for place in range(int(number))
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def queries() -> None:
    """Print the numbers of queries of the campaign page, at first and with cached fragments."""
    page = Page.objects.type(CampaignPage).get()
    client = Client(headers={"host": "127.0.0.1", "x-forwarded-proto": "https"})
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page.url).status_code == 200
        counts.append(len(asked))
    print(json.dumps({"first": counts[0], "then": counts[-1]}))


COMMANDS: dict[str, Any] = {
    each.__name__: each
    for each in (fill, facts, sow, links, compose, mailing, fold, count, acquaint, queries)
}


def main(command: str, *arguments: str) -> None:
    COMMANDS[command](*arguments)

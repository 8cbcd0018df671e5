"""A site on which somebody has done each thing that is stored by a hash with SIGNATURE_KEY."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from campaigns.appeals import message
from campaigns.canonical_emails import normalise
from campaigns.imports import already_signed, checking, headings, refusing
from campaigns.mailings import audience, failing, links, suppression
from campaigns.models import Import, Message, Signature
from campaigns.privacy import access_report, people, receipts
from campaigns.signatures import short_codes, tokens
from campaigns.signatures.signature import ids_of_mailbox
from campaigns.signing import assisting, changing_emails, signing, withdrawing
from campaigns.sync import keys as secrets
from campaigns.sync.delivery import Known, remote_keys
from campaigns.sync.services import entries
from operations.backups import erasure_ledger
from tests.campaigns.signing.test_signing import sign
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import make_appeal, make_mailing, make_petition
from tests.new_emails import change_email

# ada has not confirmed yet. bob has confirmed, and asked for the new email address nina@. carol was
# quarantined and withdrew. dan stopped all emails, and his signature is deleted. eve unsubscribed,
# and her signature is deleted, too. fay unsubscribed. gus's emails bounced. grace did nothing.
EVERYBODY = ("ada", "bob", "carol", "dan", "eve", "fay", "gus", "grace", "nina")


def of(name: str) -> str:
    return f"{name.title()}+river@example.org"


class World:
    """The site before the rotation, and the links in the emails that it sent."""

    def __init__(self) -> None:
        now = timezone.now()
        self.river = make_petition(offers_updates=True)
        self.shared = make_petition(title="Together", slug="together", shares_email=True)
        rows = {name: self.signed(name) for name in EVERYBODY[:-2]}
        for name in ("Ada", "Ben"):
            sign(self.shared, name=name, email=of("couple"))
        Signature.objects.exclude(email=of("ada")).update(confirmed_at=timezone.now())
        for row in rows.values():
            row.refresh_from_db()
        self.mailing = make_mailing(self.river, state="sent", approved_at=now, began_at=now)
        self.unsubscribe = {
            name: links.unsubscribe_url(rows[name], self.mailing).split("/")[-2]
            for name in ("bob", "dan")
        }
        self.links = {
            purpose: rows[name].token(purpose)
            for name, purpose in (("ada", "confirm"), ("bob", "manage"))
        }
        self.codes = {
            of(name): short_codes.code_of(purpose, rows[name])
            for name, purpose in (("ada", "confirm"), ("bob", "manage"))
        }
        for name in ("eve", "fay"):
            suppression.suppress(suppression.keys_of(of(name)), signature=rows[name])
        suppression.suppress(
            suppression.keys_of(of("gus")), signature=rows["gus"], reason=suppression.Reason.BOUNCED
        )
        failing.note(suppression.keys_of(of("bob")), mailing=self.mailing.pk)
        assisting.stop_mail(rows["dan"])
        changing_emails.ask(rows["bob"], email=of("nina"))
        self.asked = Signature.objects.get(pk=rows["bob"].pk).new_email
        Signature.objects.filter(email=of("carol")).update(
            moderation="quarantined", moderation_reason="trap"
        )
        for name in ("carol", "dan", "eve"):
            withdrawing.withdraw(rows[name].token("withdraw"))
        receipts.write(of("hal"), {self.river: 1}, others={}, by=None)
        headings.remember(["Wie heißen Sie?"], ["name"], among=["name"])
        self.receiver = make_receiver()
        Known.objects.create(
            receiver=self.receiver,
            signature=rows["bob"].pk,
            remote=secrets.sealed(of("bob")),
            remote_key=remote_keys(of("bob"))[0],
            is_ours=True,
        )
        appeal = make_appeal()
        to = {"appeal": appeal, "recipient_name": "R", "recipient_email": "r@example.org"}
        for ended in (None, timezone.now()):
            kept = {} if ended else {"email": of("bob")}
            key = message.keys_of(of("bob"))[0]
            Message.objects.create(mailbox_key=key, ended_at=ended, **to, **kept)
        self.erased = erasure_ledger.entries()

    def signed(self, name: str) -> Signature:
        sign(self.river, name=name.title(), email=of(name), updates=True)
        return Signature.objects.get(email=of(name))


# --- one query each ---


def signing_again(world: World) -> Any:
    found = {}
    for name in EVERYBODY:
        sign(world.river, name="Somebody", email=f"{name}@EXAMPLE.org")
        row = Signature.objects.order_by("pk").last()
        found[name] = Signature.objects.count(), row and row.moderation
        stops = [assisting.is_stopped(row) for row in people.find(of(name))]
        found[f"{name} is stopped"] = stops
    return found


def a_third_who_shares_an_email(world: World) -> Any:
    for name in ("ada", "ben", "Carol"):
        sign(world.shared, name=name, email=of("couple"))
    return list(people.find(of("couple")).order_by("household_slot").values_list("name"))


def the_link_to_confirm(world: World) -> Any:
    sign(world.river, name="Ada", email=of("ada"), updates=True)
    signing.confirm(world.links["confirm"])
    return Signature.objects.get(email=of("ada")).confirmed_at is not None


def withdrawing_and_signing_again(world: World) -> Any:
    Signature.objects.filter(email=of("bob")).update(moderation="invalidated")
    withdrawing.withdraw(Signature.objects.get(email=of("bob")).token("withdraw"))
    sign(world.river, name="Bob", email=of("bob"))
    return Signature.objects.get(email=of("bob")).moderation


def the_codes(world: World) -> Any:
    found = [short_codes.find(email, code, network=None) for email, code in world.codes.items()]
    return [each and each[0] for each in found]


def the_new_email(world: World) -> Any:
    change_email(tokens.make("email", world.asked.signature_id, bytes(world.asked.key)))
    return people.find(of("nina")).count(), people.find(of("bob")).count()


def mailings(world: World) -> Any:
    reached = Signature.objects.filter(pk__in=audience.people(world.mailing))
    kept = audience.still_reached(list(Signature.objects.values_list("pk", flat=True)))
    return sorted(reached.values_list("email")), len(kept)


def unsubscribing(world: World) -> Any:
    found = []
    for name, token in world.unsubscribe.items():
        link = links.read(token)
        found += [suppression.suppress(link.keys, signature=link.signature) for _ in range(2)]
        found.append(suppression.of(of(name)) is not None)
        found.append(list(people.find(of(name)).values_list("updates")))
    return found


def requests(world: World) -> Any:
    found = {}
    for name in (*EVERYBODY, "hal"):
        held = access_report.export(of(name))
        for row in held["signatures"]:
            row.pop("email_key")
        found[name] = {key: held[key] for key in held if key != "exported_at"}
        found[f"{name}'s"] = receipts.of(of(name)).count(), failing.of(of(name)).count()
        found[f"{name} is searched"] = ids_of_mailbox(normalise(of(name)))
    return found


def imports(world: World) -> Any:
    subject = Import(tally=world.river.tally)
    checker = checking.Checker(
        world.river.tally.pk,
        ["name", "email"],
        signed_on=timezone.now().date(),
        day_first=True,
    )
    rows = [checker.check(row, [name, of(name)]) for row, name in enumerate(EVERYBODY)]
    known = already_signed.signatures_of(subject, rows)
    refused = refusing.refused(subject, rows)
    heading = headings.guess(["wie heissen sie", "Wie heißen Sie?"], among=["name"])
    return [(known.get(row.email_key), refused.get(row.number)) for row in rows], heading


def receivers(world: World) -> Any:
    return entries.of(world.receiver, of("bob")).count()


def a_restore(world: World) -> Any:
    return erasure_ledger.replay(dict.fromkeys(world.erased, timezone.now().date()))


QUESTIONS = (
    signing_again,
    a_third_who_shares_an_email,
    the_link_to_confirm,
    withdrawing_and_signing_again,
    the_codes,
    the_new_email,
    mailings,
    unsubscribing,
    requests,
    imports,
    receivers,
    a_restore,
)


def answers(world: World, of: tuple[Callable[[World], Any], ...] = QUESTIONS) -> dict[str, Any]:
    """The results of all queries, each of which is rolled back."""
    found = {}
    for ask in of:
        with transaction.atomic():
            found[ask.__name__] = ask(world)
            transaction.set_rollback(True)
    return found

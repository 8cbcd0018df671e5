"""After a restore, nothing is handed out again that staff have switched off since the backup."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Collection

from campaigns.models import ErasureReceipt, Petition, PreviewLink, Receiver, Signature, Tally
from campaigns.moderation.remembered_decisions import RememberedModeration
from campaigns.pages import preview_links
from campaigns.privacy import erasing, receipts
from campaigns.signing import withdrawing
from campaigns.sync import feed, keys
from campaigns.sync.delivery import Delivery
from operations.backups import scratch
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import make_campaign, make_petition, make_signature
from tests.operations.backups.test_restoring import backup

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("nothing_left"),
]


def forwarded() -> dict[str, bool]:
    """Whether signatures are emailed to the targets, by the name of the petition."""
    rows = Tally.objects.values_list("petition__title", "forwarding_at")
    return {title: moment is not None for title, moment in rows}


def receivers() -> dict[str, tuple[bool, str]]:
    """Whether each receiver is on, and the URL."""
    return {name: each for name, *each in Receiver.objects.values_list("name", "is_on", "url")}


def test_what_staff_have_switched_off_stays_off(key, capsys):
    teams = [Collection.get_first_root_node().add_child(name=name) for name in ("A", "B")]
    petitions = {
        name: make_petition(title=name, slug=name, collection=teams[0], forwards="each")
        for name in ("goes-on", "stopped", "redirected", "not-public")
    }
    started = timezone.now() - timedelta(days=1)
    Tally.objects.update(forwarding_at=started)
    make_signature(petitions["goes-on"], email="ada@example.org", updates=True)
    eve = make_signature(petitions["stopped"], email="eve@example.org", updates=True)
    for name in ("stays", "off", "gone", "moved", "narrowed"):
        make_receiver(name=name)
    reader = make_receiver(name="reader", kind="feed", url="")
    leaked = keys.read(reader.secret)
    page, editor = make_campaign(petitions["goes-on"]), User.objects.create(username="editor")
    links = [preview_links.make(page, days=7, by=editor)]
    PreviewLink.objects.update(made_at=started)
    links.append(preview_links.make(page, days=7, by=editor))
    Delivery.objects.all().delete()
    file = backup("--untried")

    Receiver.objects.filter(name="off").update(is_on=False)
    Receiver.objects.get(name="gone").delete()
    Receiver.objects.filter(name="moved").update(url="https://example.org/new")
    narrowed = Receiver.objects.get(name="narrowed")
    Receiver.objects.filter(pk=narrowed.pk).update(all_petitions=False)
    narrowed.tallies.set([petitions["goes-on"].tally])
    narrowed.fields_sent.filter(field="email").delete()
    keys.rotate(reader)
    renewed = keys.read(reader.secret)
    make_receiver(name="later")
    Tally.objects.filter(petition=petitions["stopped"]).update(forwarding_at=None)
    again = {"forwarding_at": timezone.now()}
    Tally.objects.filter(petition=petitions["redirected"]).update(**again)
    Petition.objects.filter(pk=petitions["not-public"].pk).update(forwards="off")
    Petition.objects.filter(slug="goes-on").update(collection=teams[1])
    preview_links.withdraw(preview_links.behind(links[0]), by=editor)
    call_command("restore", str(file), "--key", str(key), "--without-erasures")

    assert not feed.find(reader.pk, leaked)
    assert feed.find(reader.pk, renewed)
    hook = "https://example.org/hook"
    assert receivers() == {
        "stays": [True, hook],
        "off": [False, hook],
        "gone": [False, hook],
        "moved": [True, "https://example.org/new"],
        "narrowed": [True, hook],
        "reader": [True, ""],
    }
    narrowed = Receiver.objects.get(name="narrowed")
    assert [each.field for each in narrowed.fields_sent.all()] == ["name"]
    waiting = Delivery.objects.filter(receiver=narrowed).values_list("signature", "kind")
    assert list(waiting) == [(eve.pk, "removed")]
    states = {"goes-on": True, "stopped": False, "redirected": False, "not-public": False}
    assert forwarded() == states
    assert [bool(preview_links.behind(token)) for token in links] == [False, True]
    collections = dict(Petition.objects.values_list("slug", "collection__name"))
    assert collections == dict.fromkeys(petitions, "A") | {"goes-on": "B"}
    said = capsys.readouterr().out
    assert "Receivers that are off until staff switch them on again: gone, off.\n" in said
    assert "Receivers that were set up since, and have to be set up again: later.\n" in said
    assert "Petitions whose emails to the targets are off until staff start them again: " in said
    assert "again: not-public, redirected, stopped.\n" in said

    empty = f"{scratch.name()}_empty"
    scratch.create(empty)
    with scratch.instead(empty):
        call_command("migrate", interactive=False, verbosity=0)  # the site was tried there
        tried = Collection.get_first_root_node().add_child(name="Tried", pk=teams[1].pk)
        tried = make_petition(pk=petitions["goes-on"].pk, collection=tried)
        make_signature(tried, email="operator@example.org")
        make_receiver(pk=narrowed.pk, name="tried")
        call_command("restore", str(file), "--key", str(key), "--without-erasures")

        collections = set(Petition.objects.values_list("collection__name", flat=True))
        assert collections == {"A"}
        assert not Receiver.objects.filter(is_on=True).exists()
        assert forwarded() == dict.fromkeys(petitions, False)
        assert not PreviewLink.objects.exists()
    said = capsys.readouterr().out
    assert "of before was newly made, or belongs to another site: nothing was taken from it" in said
    assert "Which petitions were put on hold since the backup is not known" in said
    assert "Do not start the site yet." not in said
    assert "again: gone, moved, narrowed, off, reader, stays.\n" in said
    assert "again: goes-on, not-public, redirected, stopped.\n" in said


def test_receipts_of_erasures_since_the_backup_stay(key, django_user_model):
    admin = django_user_model.objects.create(username="admin")
    later = django_user_model(username="later")
    petition = make_petition()
    for name in ("ada", "bob", "carl", "dora"):
        make_signature(petition, email=f"{name}@example.org")
    file = backup("--untried")
    later.save()
    made = [
        erasing.erase("ada@example.org", by=admin),
        erasing.erase("bob@example.org", by=later),  # an account that the backup lacks
        erasing.erase("carl@example.org"),
    ]

    withdrawing.withdraw(make_signature(petition, email="eve@example.org").token("withdraw"))
    call_command("restore", str(file), "--key", str(key), "--without-erasures")

    assert RememberedModeration.objects.get().withdrawn_on  # who had signed since the backup
    by = {receipt.pk: receipt.made_by for receipt in ErasureReceipt.objects.all()}
    assert by == {made[0].pk: admin, made[1].pk: None, made[2].pk: None}
    [receipt] = receipts.of("ada@example.org")
    assert receipt.made_at == made[0].made_at
    assert Signature.objects.get().email == "dora@example.org"

"""After a restore, nothing is handed out again that staff have switched off since the backup."""

from datetime import timedelta

from django.utils import timezone
from wagtail.models import Collection

from campaigns.models import Petition, PreviewLink, Receiver, Tally
from campaigns.pages import preview_links
from campaigns.sync import feed, keys
from campaigns.sync.delivery import Delivery
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.sync.conftest import make_receiver
from tests.factories import make_campaign, make_petition, make_signature
from tests.operations.backups.stories import Story, named

PETITIONS = ("goes-on", "stopped", "redirected", "not-public")
OFF = "Receivers that are off until staff switch them on again"
NOT_FORWARDED = "Petitions whose emails to the targets are off until staff start them again"
RECEIVERS = ("stays", "off", "gone", "moved", "narrowed", "reader")


def forwarded() -> dict[str, bool]:
    """Whether signatures are emailed to the targets, by the name of the petition."""
    rows = Tally.objects.filter(petition__slug__in=PETITIONS)
    return {slug: bool(at) for slug, at in rows.values_list("petition__slug", "forwarding_at")}


def collections() -> dict[str, str]:
    """The name of the collection of each petition."""
    rows = Petition.objects.filter(slug__in=PETITIONS)
    return dict(rows.values_list("slug", "collection__name"))


def receivers() -> dict[str, tuple[bool, str]]:
    """Whether each receiver is on, and the URL."""
    rows = Receiver.objects.filter(name__in=(*RECEIVERS, "later"))
    return {name: each for name, *each in rows.values_list("name", "is_on", "url")}


def what_staff_have_switched_off_stays_off() -> Story:
    names = ("team A", "team B")
    teams = [Collection.get_first_root_node().add_child(name=name) for name in names]
    petitions = {
        name: make_petition(title=name, slug=name, collection=teams[0], forwards="each")
        for name in PETITIONS
    }
    started = timezone.now() - timedelta(days=1)
    Tally.objects.filter(petition__slug__in=PETITIONS).update(forwarding_at=started)
    ada = make_signature(petitions["goes-on"], email="ada@example.org", updates=True)
    eve = make_signature(petitions["stopped"], email="eve@example.org", updates=True)
    for name in RECEIVERS[:-1]:
        make_receiver(name=name)
    reader = make_receiver(name=RECEIVERS[-1], kind="feed", url="")
    leaked = keys.read(reader.secret)
    page, editor = make_campaign(petitions["goes-on"]), make_user("drafts", "Editors")
    links = [preview_links.make(page, days=7, by=editor)]
    PreviewLink.objects.update(made_at=started)
    links.append(preview_links.make(page, days=7, by=editor))
    Delivery.objects.filter(receiver__name__in=RECEIVERS).delete()
    yield

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
    said = yield

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
    waiting = Delivery.objects.filter(receiver=narrowed, signature__in=[ada.pk, eve.pk])
    assert list(waiting.values_list("signature", "kind")) == [(eve.pk, "removed")]
    states = {"goes-on": True, "stopped": False, "redirected": False, "not-public": False}
    assert forwarded() == states
    assert [bool(preview_links.behind(token)) for token in links] == [False, True]
    assert collections() == dict.fromkeys(PETITIONS, "team A") | {"goes-on": "team B"}
    assert named(said, f"{OFF}: ") == ["gone", "off"]
    assert "later" in named(said, "that were set up since, and have to be set up again: ")
    assert named(said, f"{NOT_FORWARDED}: ") == ["not-public", "redirected", "stopped"]
    yield  # All this is so on an empty machine, too, where less is known than in the next case.
    yield

    tried = Collection.get_first_root_node().add_child(name="Tried", pk=teams[1].pk)
    tried = make_petition(pk=petitions["goes-on"].pk, collection=tried)
    make_signature(tried, email="operator@example.org")
    make_receiver(pk=narrowed.pk, name="tried")
    said = yield

    assert set(collections().values()) == {"team A"}
    assert not Receiver.objects.filter(is_on=True).exists()
    assert forwarded() == dict.fromkeys(PETITIONS, False)
    assert not PreviewLink.objects.exists()
    assert "of before was newly made, or belongs to another site: nothing was taken from it" in said
    assert "Which petitions were put on hold since the backup is not known" in said
    assert "Do not start the site yet." not in said
    assert {*RECEIVERS} <= {*named(said, f"{OFF}: ")}
    assert named(said, f"{NOT_FORWARDED}: ") == sorted(PETITIONS)

"""Receivers in the CMS: administrators set them up, read the log and repeat failed events."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from campaigns.models import Delivery, Receiver
from campaigns.sync import keys, notices
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.sync.conftest import make_receiver, work
from tests.campaigns.sync.server import receiving
from tests.factories import make_petition, make_signature
from tests.plans import copy, explained, reading_all

pytestmark = pytest.mark.django_db


def form(**values):
    fields = [{"id": "", "field": "email", "called": "mail"}]
    return nested_form_data(
        {
            "name": "The list",
            "kind": "webhook",
            "url": "https://example.org/hook",
            "only_opted_in": "on",
            "sends_added": "on",
            "sends_changed": "on",
            "fields_sent": inline_formset(fields),
            **values,
        }
    )


def press(client, receiver: Receiver, do: str, **values):
    return client.post(reverse("receiver", args=[receiver.pk]), {"do": do, **values})


def told(client, receiver: Receiver, do: str, **values) -> str:
    """The message after pressing a button."""
    client.cookies.pop("messages", None)  # as the page does that shows them
    assert press(client, receiver, do, **values).status_code == 302
    return said(client)


def test_an_administrator_sets_one_up(administrator):
    river = make_petition()
    add = reverse("receivers:add")
    empty = administrator.get(add).content.decode()

    wrong = [
        administrator.post(add, form(**values)).status_code
        for values in (
            {},  # neither some petitions nor all
            {"all_petitions": "on", "url": "http://example.org/"},
            {"all_petitions": "on", "url": "https://name:password@example.org/"},
            {"all_petitions": "on", "url": "javascript:alert(1)"},
        )
    ]
    made = administrator.post(add, form() | {"tallies": [river.tally.pk]}, follow=True)

    assert wrong == [200] * 4
    receiver = Receiver.objects.get()
    assert [sent.called for sent in receiver.fields_sent.all()] == ["mail"]
    assert list(receiver.tallies.all()) == [river.tally]
    assert made.request["PATH_INFO"] == reverse("receiver", args=[receiver.pk])
    assert keys.read(receiver.secret).startswith("whsec_")
    assert empty.count('value="country" selected') == 1
    assert keys.read(receiver.secret) not in made.content.decode()
    assert administrator.get(reverse("receivers:index")).status_code == 200


def test_two_fields_need_two_names(administrator):
    make_petition()
    for called in (("", "email"), ("who", "who")):
        fields = [
            {"id": "", "field": field, "called": name}
            for field, name in zip(("email", "name"), called, strict=True)
        ]
        sent = form(all_petitions="on", fields_sent=inline_formset(fields))

        refused = administrator.post(reverse("receivers:add"), sent)
        one = sent | {"fields_sent-0-DELETE": "1"}
        kept_apart = administrator.post(reverse("receivers:add"), one)

        assert "Two fields have the same name in the event." in refused.content.decode(), called
        assert kept_apart.status_code == 302, called
        assert Receiver.objects.get().fields_sent.get().field == "name", called
        Receiver.objects.all().delete()


def test_a_mailing_list_needs_its_number_and_a_key_that_nobody_reads(administrator):
    make_petition()
    listmonk = {"kind": "listmonk", "all_petitions": "on", "audience": "3", "user": "site"}
    add = reverse("receivers:add")

    wrong = [
        administrator.post(add, form(**listmonk | values)).context["form"].errors
        for values in (
            {"key": "secret", "audience": "three"},
            {"key": "secret", "user": ""},
            {"key": ""},
            {"key": "secret", "only_opted_in": ""},
        )
    ]
    administrator.post(add, form(**listmonk, key="secret"))
    receiver = Receiver.objects.get()
    edit = reverse("receivers:edit", args=[receiver.pk])
    shown = administrator.get(edit).content.decode()
    ids = {"fields_sent-0-id": receiver.fields_sent.get().pk, "fields_sent-INITIAL_FORMS": 1}
    administrator.post(edit, form(**listmonk, name="Renamed", key="") | ids)
    moved = [
        list(administrator.post(edit, form(**listmonk, url=url) | ids).context["form"].errors)
        for url in (
            "https://example.net/",
            "https://example.org:8443/",
            "https://example.org:99999/",
        )
    ]
    before = Receiver.objects.get()
    administrator.post(edit, form(**listmonk, url="https://example.net/", key="another") | ids)

    assert [list(errors) for errors in wrong] == [
        ["audience"],
        ["user"],
        ["key"],
        ["only_opted_in"],
    ]
    assert b"secret" not in bytes(receiver.credential)
    assert 'value="secret"' not in shown
    assert (before.name, before.kind) == ("Renamed", "listmonk")
    assert keys.read(before.credential) == "secret"
    assert moved == [["key"]] * 3
    receiver.refresh_from_db()
    assert (receiver.url, keys.read(receiver.credential)) == ("https://example.net/", "another")
    assert "Show the secret" not in administrator.get(receiver_page(receiver)).content.decode()


def test_a_feed_needs_no_address_and_shows_its_own(administrator):
    make_petition()
    add = reverse("receivers:add")
    administrator.post(add, form(kind="feed", url="", all_petitions="on"))
    administrator.post(add, form(kind="webhook", url="", all_petitions="on"))

    feed = Receiver.objects.get()
    shown = administrator.get(receiver_page(feed)).content.decode()

    assert feed.kind == "feed"
    assert reverse("osdi", args=[feed.pk]) in shown
    assert "Send a test event" not in shown


def receiver_page(receiver: Receiver) -> str:
    return reverse("receiver", args=[receiver.pk])


def test_the_page_shows_the_log_and_names_nobody(administrator, settings):
    settings.RECEIVERS_ON_LOOPBACK = True
    river = make_petition(title="Free the river")
    with receiving() as server:
        receiver = make_receiver(server)
        server.status = 422
        make_signature(river)
        work()
        Delivery.objects.update(outcome="failed", ended_at="2026-01-01T00:00Z")
        shown = administrator.get(reverse("receiver", args=[receiver.pk])).content.decode()
        server.status = 200
        pressed = told(administrator, receiver, "one", delivery=Delivery.objects.get().pk)
        work()
        press(administrator, receiver, "test")
        press(administrator, receiver, "all")
        work()

    assert "Free the river" in shown
    assert "422" in shown
    assert "Send all failed events again" in shown
    for typed in ("Ada", "ada@example.org"):
        assert typed not in shown
    assert "1 event is to be sent." in pressed
    assert [kind for kind, _pk in server.told] == ["added", "added", "test", "added"]


def test_the_secret_is_shown_to_whoever_asks_and_can_be_changed(administrator):
    receiver = make_receiver()
    secret = keys.read(receiver.secret)

    page = administrator.get(reverse("receiver", args=[receiver.pk]))
    asked = press(administrator, receiver, "secret")
    messages = {do: told(administrator, receiver, do) for do in ("test", "failed", "on", "off")}
    press(administrator, receiver, "off")
    new = reverse("new_secret", args=[receiver.pk])
    question = administrator.get(new).content.decode()
    receiver.refresh_from_db()
    before = keys.read(receiver.secret)
    rotated = administrator.post(new, follow=True).content.decode()

    receiver.refresh_from_db()
    assert "Nothing has been sent yet." in page.content.decode()
    assert f'href="{new}"' in page.content.decode()
    assert 'value="rotate"' not in page.content.decode()
    assert "For a day, events are also signed with the current secret." in question
    assert before == secret
    assert "For a day, events are also signed with the previous secret." in rotated
    for do, text in {
        "test": "A test event is on its way.",
        "failed": "There was nothing to send.",
        "on": "The receiver has been switched on. Events that were waiting are sent first.",
        "off": "The receiver has been switched off. While it is off, only removals are noted",
    }.items():
        assert text in messages[do], do
    assert secret not in page.content.decode()
    assert secret in asked.content.decode()
    assert "no-store" in asked["Cache-Control"]
    assert keys.read(receiver.old_secret) == secret != keys.read(receiver.secret)
    assert not receiver.is_on
    entries = ModelLogEntry.objects.filter(action__startswith="receiver.")
    assert set(entries.values_list("action", flat=True)) == {
        *("receiver.secret", "receiver.rotate", "receiver.off"),
        *("receiver.test", "receiver.failed", "receiver.on"),
    }
    Receiver.objects.update(secret=b"damaged" * 9)
    assert "The secret cannot be read any more." in told(administrator, receiver, "secret")
    question = administrator.get(new).content.decode()
    assert "until then they are refused there." in question
    assert "For a day" not in question
    rotated = administrator.post(new, follow=True).content.decode()
    assert "The receiver has a new secret, and the previous one is of no use." in rotated
    assert "The previous secret is valid until" not in rotated
    assert press(administrator, receiver, "nonsense").status_code == 422


def test_before_a_feed_gets_a_new_secret_its_reader_is_thought_of(administrator):
    feed, mailing_list = (
        make_receiver(kind="feed"),
        make_receiver(kind="mautic", only_opted_in=True, credential=b"key"),
    )

    asked = administrator.get(reverse("new_secret", args=[feed.pk])).content.decode()

    assert "The current secret stops opening the feed at once: whoever reads it gets" in asked
    assert administrator.get(reverse("new_secret", args=[mailing_list.pk])).status_code == 404


def test_nobody_else_gets_in(client):
    receiver = make_receiver()
    client.force_login(make_user("manager", "Campaign managers"))
    addresses = reverse("receivers:index"), reverse("receiver", args=[receiver.pk])

    answers = [client.get(address).status_code for address in addresses]
    menu = client.get(reverse("jobs")).content.decode()

    assert answers == [302, 404]
    assert reverse("receivers:index") not in menu


@pytest.mark.parametrize("mend", ["test", "edit"])
def test_a_receiver_that_rests_is_tried_when_somebody_mends_it(administrator, settings, mend):
    settings.RECEIVERS_ON_LOOPBACK = True
    with receiving() as server:
        receiver = make_receiver(server)
        server.status = 500
        make_signature(make_petition(), updates=True)
        work()
        server.status = 200
        work()
        rested = len(server.told)
        if mend == "test":
            press(administrator, receiver, "test")
        else:
            fields = inline_formset([])
            changed = form(url=server.url, all_petitions="on", fields_sent=fields)
            administrator.post(reverse("receivers:edit", args=[receiver.pk]), changed)
        work()

    assert rested == 1
    assert len(server.told) > 1


def test_failed_events_are_found_without_reading_the_others(administrator):
    make_receiver()
    make_signature(make_petition())
    sent = {"outcome": "'sent'", "ended_at": "now()", "key": "gen_random_uuid()"}
    copy(Delivery, 3000, {**sent, "signature": "gen_random_uuid()"})
    receiver = make_receiver(name="Another")
    Delivery.objects.create(
        receiver=receiver, kind="test", outcome="failed", ended_at=timezone.now()
    )

    with explained() as plans:
        listed = administrator.get(reverse("receivers:index"))
        shown = administrator.get(reverse("receiver", args=[receiver.pk]))
        told = notices.untold().exists()

    numbers = [(row.waiting, row.failed) for row in listed.context["object_list"]]
    assert (numbers, told) == ([(0, 1), (1, 0)], False)
    assert "Send all failed events again" in shown.content.decode()
    assert reading_all(Delivery, plans) == []
    assert len([plan for plan in plans if "failed_deliveries" in plan]) == 3

"""Moderators release and invalidate signatures, singly and by the list's filters, and undo it."""

import re

import pytest
import uuid6
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.cms.signatures.moderating import UndoView
from campaigns.counting import counting
from campaigns.models import Decision, ListEntry, Petition, Signature, Tally
from campaigns.moderation import moderating
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import grant
from tests.campaigns.imports import test_importing as lists
from tests.factories import days_ago, make_pending, make_petition, make_signature

pytestmark = pytest.mark.django_db

MODERATE = "/admin/signatures/moderate/"
LIST = reverse("signatures_modeladmin_index")


def decisions() -> list[tuple[str, str]]:
    return list(Signature.objects.order_by("email").values_list("moderation", "moderation_reason"))


@pytest.fixture
def flood():
    petition = make_petition()
    for letter in "abc":
        make_signature(
            petition,
            email=f"{letter}@fake.example",
            moderation="quarantined",
            moderation_reason="burst",
        )
    make_signature(petition, email="z@example.org")
    return petition


def test_releasing_makes_signatures_count_and_undoing_takes_it_back(flood, admin_user):
    fakes = Signature.objects.filter(moderation="quarantined")

    decision = moderating.moderate(fakes, moderation="", reason="A school class", by=admin_user)
    counting.recount()
    assert (decision.moderated.count(), Tally.objects.get().total) == (3, 4)

    undone = [moderating.undo(decision, by=admin_user) for _ in range(2)]
    assert undone == [{flood.tally.pk: 3}, None]
    counting.recount()
    assert decisions() == [("quarantined", "burst")] * 3 + [("", "")]
    assert Tally.objects.get().total == 1


def test_undoing_leaves_what_was_moderated_again_since(flood, admin_user):
    first = moderating.moderate(Signature.objects.all(), moderation="", reason="All", by=admin_user)
    one = Signature.objects.filter(email="a@fake.example")
    moderating.moderate(one, moderation="invalidated", reason="Invented", by=admin_user)

    moderating.undo(first, by=admin_user)

    assert decisions() == [("invalidated", "Invented"), *[("quarantined", "burst")] * 2, ("", "")]


def test_in_whatever_order_all_is_undone_all_is_as_it_was(flood, admin_user):
    two, one = ["a@fake.example", "b@fake.example"], ["b@fake.example"]
    made = [
        moderating.moderate(signatures, moderation=moderation, reason="Looked at", by=admin_user)
        for signatures, moderation in (
            (Signature.objects.filter(moderation="quarantined"), ""),
            (Signature.objects.filter(email__in=two), "invalidated"),
            (Signature.objects.filter(email__in=one), ""),
        )
    ]

    undone = [moderating.undo(decision, by=admin_user) for decision in made]

    assert undone == [{flood.tally.pk: 1}] * 3
    assert decisions() == [("quarantined", "burst")] * 3 + [("", "")]


def test_what_the_filters_show_is_moderated_and_nothing_else(admin_client, flood):
    address = f"{MODERATE}?state=quarantined"

    asked = admin_client.get(address)
    done = admin_client.post(address, {"moderation": "invalidated", "reason": "Invented names"})

    assert "3 signatures" in asked.content.decode()
    assert (done.status_code, done["Location"]) == (302, f"{LIST}?state=quarantined")
    assert decisions() == [("invalidated", "Invented names")] * 3 + [("", "")]
    entry = ModelLogEntry.objects.get(action="petition.moderate")
    assert (entry.data["count"], entry.data["moderation"]) == (3, "invalidated")


def test_what_is_quarantined_by_hand_waits_in_the_queue_and_does_not_count(admin_client, flood):
    one = Signature.objects.get(email="z@example.org")
    asked = admin_client.get(f"{MODERATE}?signature={one.pk}").content.decode()
    answer = {"moderation": "quarantined", "reason": "Is this a person?"}
    admin_client.post(f"{MODERATE}?signature={one.pk}", answer)
    counting.recount()
    waiting = admin_client.get(reverse("quarantine")).content.decode()
    held = Tally.objects.get().total
    admin_client.post(reverse("undo_decision", args=[Decision.objects.get().pk]))
    counting.recount()

    assert "Quarantine 1 signature</button>" in asked
    assert "quarantined by a colleague" in waiting
    assert (held, Tally.objects.get().total) == (0, 1)


def test_the_screen_says_how_many_can_no_longer_be_confirmed(admin_client):
    """A release would make none of them count. Confirmed ones are in no need of confirming."""
    for days, petition in ((2, make_petition()), (0.5, make_petition(slug="lake"))):
        Petition.objects.filter(pk=petition.pk).update(closes_at=days_ago(days))
        make_pending(petition, days=3)
        make_signature(petition, email="b@example.org")

    page = admin_client.get(MODERATE).content.decode()

    assert "1 of these signatures can no longer be confirmed: its petition closed" in page


def test_the_screen_says_when_released_signatures_count(admin_client, flood):
    fakes = Signature.objects.filter(moderation="quarantined")
    said = []
    for unconfirmed in (0, 1, 3):
        fakes.filter(pk__in=fakes.values("pk")[:unconfirmed]).update(confirmed_at=None)
        page = admin_client.get(MODERATE).content.decode()
        said += re.findall(r"(?:Released signatures|Undoing)([^.]*)\.", page)

    some = " that are confirmed count at once, and the others once they are confirmed"
    all_of_them = [" does not take an email back", " count at once"]
    assert said == [*all_of_them, some, " count once they are confirmed"]


def test_each_button_says_what_it_does_and_to_how_many(admin_client, flood):
    make_signature(flood, email="y@example.org", moderation="invalidated")

    page = admin_client.get(MODERATE).content.decode()
    one = Signature.objects.get(email="z@example.org")
    shown = admin_client.get(f"{MODERATE}?signature={one.pk}").content.decode()

    for label in (
        "5 signatures</h2>",
        "Release 4 signatures<",
        "Quarantine 2 signatures<",
        "Invalidate 4 signatures<",
    ):
        assert label in page
    assert "Invalidate 1 signature<" in shown
    # An email address that begins with digits stays whole beside an Arabic name.
    assert '<bdi>Ada Lovelace</bdi> · <bdi dir="ltr">z@example.org</bdi>' in shown
    assert "Release" not in shown.split("<form")[-1]


def test_asking_again_counts_what_was_shown(admin_client, flood):
    shown = admin_client.get(MODERATE).context["form"]["newest"].value()
    make_signature(flood, email="later@fake.example", moderation="quarantined")

    again = admin_client.post(MODERATE, {"moderation": "release", "newest": shown})

    assert again.status_code == 422
    assert "Release 3 signatures<" in again.content.decode()


def test_what_came_in_since_the_question_is_not_moderated_unseen(admin_client, flood):
    address = f"{MODERATE}?state=quarantined"
    shown = admin_client.get(address).context["form"]["newest"].value()
    make_signature(
        flood, email="later@fake.example", moderation="quarantined", moderation_reason="burst"
    )

    admin_client.post(address, {"moderation": "release", "reason": "A school", "newest": shown})

    moderated = dict(Signature.objects.values_list("email", "moderation_reason"))
    assert moderated == {
        **dict.fromkeys((f"{letter}@fake.example" for letter in "abc"), "A school"),
        "later@fake.example": "burst",
        "z@example.org": "",
    }


def test_a_list_imported_since_the_question_is_left_out(admin_client, flood):
    """Its rows have their keys from the moments at which they were read, which may be earlier."""
    address = f"{MODERATE}?petition={flood.pk}"
    early = lists.upload(flood, [["Eve", "eve@example.org", "", "1", ""]])
    lists.bring_in(early)
    seen = admin_client.get(address).context["form"]["seen"].value()
    lists.bring_in(lists.upload(flood, [["Ida", "ida@example.org", "", "1", ""]]))
    form = {"moderation": "invalidated", "reason": "Fake", "newest": uuid6.uuid7(), "seen": seen}

    admin_client.post(address, form)

    assert list(Signature.objects.filter(moderation="").values_list("name", flat=True)) == ["Ida"]


def test_of_what_was_moderated_so_before_and_of_nothing_nothing_is_noted(flood, admin_user):
    fakes = Signature.objects.filter(moderation="quarantined")
    moderating.moderate(fakes, moderation="invalidated", reason="Invented", by=admin_user)
    every, nothing = Signature.objects.all(), Signature.objects.none()

    again = moderating.moderate(every, moderation="invalidated", reason="All", by=admin_user)
    never = moderating.moderate(nothing, moderation="", reason="None", by=admin_user)

    assert list(again.moderated.values_list("signature__email", "moderation")) == [
        ("z@example.org", "")
    ]
    assert never.moderated.count() == 0


def test_a_reason_is_needed(admin_client, flood):
    response = admin_client.post(MODERATE, {"moderation": "invalidated", "reason": ""})

    assert response.status_code == 422
    assert not Decision.objects.exists()


def test_nothing_is_moderated_without_its_entry_in_the_log(admin_client, flood, monkeypatch):
    monkeypatch.setattr("campaigns.cms.bulk.recording.log", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        admin_client.post(
            f"{MODERATE}?state=quarantined", {"moderation": "invalidated", "reason": "Invented"}
        )

    assert decisions() == [("quarantined", "burst")] * 3 + [("", "")]


def test_undo_asks_first(admin_client, flood):
    answer = {"moderation": "release", "reason": "Fine"}
    done = admin_client.post(f"{MODERATE}?state=quarantined", answer, follow=True)
    address = reverse("undo_decision", args=[Decision.objects.get().pk])
    asked = admin_client.get(address)

    number = len([each for each in decisions() if each == ("", "Fine")])
    assert f"{number} signatures released." in done.content.decode()
    assert f"{number} signatures released: Fine" in asked.content.decode()
    assert decisions()[0] == ("", "Fine")
    admin_client.post(address)

    assert decisions()[0] == ("quarantined", "burst")


def test_who_undoes_at_the_same_time_as_a_colleague_learns_it(admin_client, flood, monkeypatch):
    decision = moderating.moderate(
        Signature.objects.all(), moderation="invalidated", reason="x", by=None
    )
    moderating.undo(decision, by=None)
    monkeypatch.setattr(UndoView, "nothing_to_do", lambda view: "")  # asked before the colleague

    admin_client.post(reverse("undo_decision", args=[decision.pk]))

    assert "This decision has been undone already." in said(admin_client)


def test_another_teams_signatures_are_moderated_by_nobody_else(client, people, teams):
    grant(Group.objects.get(name="River team"), teams.river, "moderate_signatures")
    client.force_login(people.river_manager)

    one = client.get(f"{MODERATE}?signature={teams.grace.pk}")
    client.post(MODERATE, {"moderation": "invalidated", "reason": "Invented", "typed": "1"})

    assert one.status_code == 404
    assert dict(Signature.objects.values_list("name", "moderation")) == {
        "Ada Lovelace": "invalidated",
        "Grace Hopper": "",
    }


def test_who_could_not_moderate_them_all_cannot_undo(client, people, teams, admin_user):
    grant(Group.objects.get(name="River team"), teams.river, "moderate_signatures")
    both = moderating.moderate(
        Signature.objects.all(), moderation="invalidated", reason="x", by=admin_user
    )
    client.force_login(people.river_manager)

    response = client.post(reverse("undo_decision", args=[both.pk]))

    assert (response.status_code, both.moderated.count()) == (404, 2)


def test_editors_do_not_moderate(client, people, teams):
    client.force_login(people.editor)

    assert client.get(MODERATE).status_code == 302


def test_moderators_keep_the_lists(client, people):
    client.force_login(people.moderator)
    address = reverse("wagtailsnippets_campaigns_listentry:add")

    client.post(address, {"kind": "domain", "pattern": " *.Fake.example ", "effect": "block"})
    refused = client.post(address, {"kind": "network", "pattern": "here", "effect": "block"})

    assert ListEntry.objects.get().pattern == "*.fake.example"
    assert "Write a network" in refused.content.decode()

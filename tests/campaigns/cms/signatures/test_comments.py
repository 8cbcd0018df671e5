"""Moderators decide which comments are shown, one by one or in bulk, and undo decisions."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.models import CommentDecision, DecidedComment, Petition, Signature
from campaigns.moderation import comments
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import grant
from tests.factories import make_petition, make_signature
from tests.plans import OTHER_SIGNATURES, copy, explained, reading_all

pytestmark = pytest.mark.django_db

QUEUE = "/admin/signatures/comments/"


@pytest.fixture
def petition() -> Petition:
    return make_petition(comment_field="optional", shows_comments=True)


def offer(petition: Petition, text: str, **fields: Any) -> Signature:
    email = f"{text.replace(' ', '.')}@example.org"
    values = {"comment": text, "comment_as": "Ada", "comment_state": "waiting"}
    return make_signature(petition, email=email, **values | fields)


def key(signature: Signature) -> str:
    return f"{signature.pk}.{comments.wording(signature)}"


def states() -> dict[str, str]:
    offered = Signature.objects.exclude(comment=None)
    return dict(offered.values_list("comment", "comment_state"))


def listed(client: Client, **query: str) -> list[str]:
    page = client.get(QUEUE, query).content.decode()
    return [part.split("</p>")[0] for part in page.split('dir="auto"><p>')[1:]]


def test_the_queue_holds_what_waits_and_counts_the_oldest_first(admin_client, petition):
    offer(petition, "unconfirmed", confirmed_at=None)
    offer(petition, "quarantined", moderation="quarantined")
    offer(petition, "shown", comment_state="shown")
    offer(petition, "hidden", comment_state="hidden")
    make_signature(petition, comment="private")
    assert "No comment waits for you." in admin_client.get(QUEUE).content.decode()
    dashboard = [admin_client.get("/admin/").content.decode()]
    offer(petition, "one")
    offer(petition, "two")
    other = make_petition(title="Bees")
    offer(other, "bees")
    dashboard.append(admin_client.get("/admin/").content.decode())

    assert ["3 comments wait for you." in each for each in dashboard] == [False, True]
    assert [f'href="{QUEUE}">Read and decide' in each for each in dashboard] == [False, True]
    assert listed(admin_client) == ["one", "two", "bees"]
    assert listed(admin_client, petition=str(other.pk)) == ["bees"]
    bees = admin_client.get(QUEUE, {"petition": str(other.pk)}).content.decode()
    assert "<bdi>Bees</bdi> · " in bees
    assert listed(admin_client, state="shown") == ["shown"]
    assert listed(admin_client, state="hidden") == ["hidden"]
    assert listed(admin_client, petition="x", state="y") == ["one", "two", "bees"]


def test_one_button_decides_about_one_comment_and_several_together(admin_client, petition):
    one, two, three = (offer(petition, text) for text in ("one", "two", "three"))

    page = f"{QUEUE}?petition={petition.pk}&state=waiting&p=2"
    answer = admin_client.post(page, {"decide": f"hidden:{key(one)}", "chosen": [key(two)]})
    assert answer.url == page
    assert states() == {"one": "hidden", "two": "waiting", "three": "waiting"}

    answer = admin_client.post(
        QUEUE, {"decide": "shown", "chosen": [key(two), key(three)]}, follow=True
    )
    assert states() == {"one": "hidden", "two": "shown", "three": "shown"}
    assert "2 comments are shown" in answer.content.decode()


def test_what_makes_no_sense_changes_nothing(admin_client, petition):
    offer(petition, "one")

    for sent in (
        {},
        {"decide": "shown"},
        {"decide": "deleted", "chosen": ["x"]},
        {"decide": "shown", "chosen": ["x", "", "."]},
        {"decide": "shown:x"},
    ):
        admin_client.cookies.pop("messages", None)  # as the page does that shows them
        answer = admin_client.post(QUEUE, sent)

        assert answer.status_code == 302, sent
        assert "Nothing was decided" in said(admin_client), sent
        assert states() == {"one": "waiting"}, sent


def test_what_is_decided_already_is_said_calmly(admin_client, petition):
    """Somebody goes back in the browser and presses the same button again."""
    one, two = offer(petition, "one"), offer(petition, "two")
    sent = {"decide": "shown", "chosen": [key(one), key(two)]}
    admin_client.post(QUEUE, sent)

    def told(sent: dict[str, Any]) -> str:
        admin_client.cookies.pop("messages")  # as the page does that shows them
        admin_client.post(QUEUE, sent)
        return said(admin_client)

    again, both = told({"decide": f"shown:{key(one)}"}), told(sent)
    nothing = told({"decide": "shown"})

    assert "already been made about 1 comment." in again
    assert "already been made about 2 comments." in both
    assert "left as they are" not in both
    assert "because no comment is ticked" in nothing
    assert CommentDecision.objects.count() == 1


def test_words_that_nobody_has_read_are_not_shown(admin_client, petition):
    """The signer corrects the comment, or withdraws, while a moderator looks at it."""
    changed, gone = offer(petition, "kind words"), offer(petition, "gone")
    sent = {"decide": "shown", "chosen": [key(changed), key(gone)]}
    Signature.objects.filter(pk=changed.pk).update(comment="a swear word")
    gone.delete()

    admin_client.post(QUEUE, sent)

    assert states() == {"a swear word": "waiting"}
    assert CommentDecision.objects.count() == 0
    assert "2 comments were left as they are" in said(admin_client)


def test_nobody_decides_about_comments_of_another_team(client, people, teams):
    mine = make_petition(title="River", collection=teams.river, shows_comments=True)
    theirs = make_petition(title="Bees", collection=teams.forest, shows_comments=True)
    grant(people.river_manager.groups.get(), teams.river, "moderate_signatures")
    own, other = offer(mine, "own"), offer(theirs, "other")
    client.force_login(people.river_manager)

    assert listed(client) == ["own"]
    assert listed(client, petition=str(theirs.pk)) == ["own"]
    client.post(QUEUE, {"decide": "shown", "chosen": [key(own), key(other)]})
    assert states() == {"own": "shown", "other": "waiting"}

    wordings = {each.pk: comments.wording(each) for each in (own, other)}
    both = comments.decide(Signature.objects.all(), wordings, state="hidden", by=None)
    assert client.post(f"{QUEUE}{both.pk}/undo/").status_code == 404
    assert states() == {"own": "hidden", "other": "hidden"}


def test_undoing_returns_to_what_was_decided_before(admin_client, petition):
    one, two = offer(petition, "one"), offer(petition, "two")
    admin_client.post(QUEUE, {"decide": "shown", "chosen": [key(one), key(two)]})
    admin_client.post(QUEUE, {"decide": f"hidden:{key(one)}"})
    first, second = CommentDecision.objects.order_by("pk")

    admin_client.post(f"{QUEUE}{second.pk}/undo/")
    assert states() == {"one": "shown", "two": "shown"}
    admin_client.post(f"{QUEUE}{first.pk}/undo/")
    admin_client.post(f"{QUEUE}{first.pk}/undo/")
    assert states() == {"one": "waiting", "two": "waiting"}


def test_undoing_an_older_decision_leaves_the_newer(admin_client, petition):
    one = offer(petition, "one")
    admin_client.post(QUEUE, {"decide": f"hidden:{key(one)}"})
    admin_client.post(QUEUE, {"decide": f"shown:{key(one)}"})

    admin_client.post(f"{QUEUE}{CommentDecision.objects.order_by('pk')[0].pk}/undo/")

    assert states() == {"one": "shown"}


def test_undoing_does_not_show_words_that_were_changed_since(admin_client, petition):
    one = offer(petition, "one")
    admin_client.post(QUEUE, {"decide": f"shown:{key(one)}"})
    admin_client.post(QUEUE, {"decide": f"hidden:{key(one)}"})
    comments.rewrite(one, {"name": "Ada Lovelace", "comment": "other words"})

    admin_client.post(f"{QUEUE}{CommentDecision.objects.order_by('-pk')[0].pk}/undo/")

    assert states() == {"other words": "waiting"}
    assert DecidedComment.objects.filter(is_outdated=True).count() == 2


def test_the_histories_tell_of_it_and_lead_to_undoing(admin_client, petition):
    one = offer(petition, "one")
    admin_client.post(QUEUE, {"decide": f"shown:{key(one)}"})
    decision = CommentDecision.objects.get()
    link = f'<a href="{QUEUE}{decision.pk}/undo/">Undo this decision</a>'
    places = (
        reverse("wagtailsnippets_campaigns_petition:history", args=[petition.pk]),
        reverse("signatures_modeladmin_history", args=[one.pk]),
    )

    for place in places:
        page = admin_client.get(place).content.decode()
        assert ("1 comment is shown" in page, page.count(link)) == (True, 1)

    admin_client.post(f"{QUEUE}{decision.pk}/undo/")
    for place in places:
        page = admin_client.get(place).content.decode()
        assert ("Decision undone: 1 comment is shown" in page, link in page) == (True, False)
    assert [entry.data.get("comment") for entry in ModelLogEntry.objects.all()].count("one") == 0


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_takes_as_many_queries_for_many_as_for_one(
    admin_client, petition, number, django_assert_num_queries
):
    for each in range(number):
        offer(petition, f"words {each}")
    admin_client.get(QUEUE)

    with django_assert_num_queries(17):
        admin_client.get(QUEUE)


def test_what_was_decided_is_listed_and_can_be_decided_otherwise(admin_client, petition):
    one = offer(petition, "one")
    admin_client.post(QUEUE, {"decide": f"hidden:{key(one)}"})

    hidden = listed(admin_client, state="hidden")
    admin_client.post(QUEUE, {"decide": f"shown:{key(one)}"})

    assert hidden == ["one"]
    assert listed(admin_client, state="shown") == ["one"]


def test_the_queue_reads_no_signatures_without_a_comment(admin_client, petition):
    offer(petition, "words")
    without = dict.fromkeys(("comment", "comment_as", "comment_state"), "NULL")
    copy(Signature, 2_000, OTHER_SIGNATURES | without)
    admin_client.get(QUEUE)

    with explained() as plans:
        assert listed(admin_client) == ["words"]

    assert reading_all(Signature, plans) == []


def test_the_history_reads_only_the_decisions_that_it_shows(admin_client, petition):
    admin_client.post(QUEUE, {"decide": f"shown:{key(offer(petition, 'one'))}"})
    copy(CommentDecision, 500, {})
    copy(DecidedComment, 500, {"decision_id": "decision_id + number"})
    copy(ModelLogEntry, 100, {"uuid": "gen_random_uuid()"})
    place = reverse("wagtailsnippets_campaigns_petition:history", args=[petition.pk])

    with explained() as plans:
        admin_client.get(place)

    assert reading_all(CommentDecision, plans) == []

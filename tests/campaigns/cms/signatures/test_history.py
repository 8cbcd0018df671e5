"""The histories of petitions and of signatures show what staff did, and offer to undo it."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from campaigns.models import Decision, Petition, Signature
from campaigns.moderation import moderating
from campaigns.petitions import immediate_actions
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.campaigns.cms.signatures.test_export_answers import ASKED
from tests.factories import make_signature, make_translation

MODERATE = reverse("moderate_signatures")
UNDO = "Undo this decision"


@pytest.fixture
def boss(people, browse) -> Client:
    return browse(people.administrator)


def of_petition(client: Client, petition: Petition) -> list[str]:
    """The rows of a petition's history, the newest first, as a reader sees them."""
    return rows(client.get(url("history_results", petition.pk)).content.decode())


def of_signature(client: Client, signature: Signature) -> list[str]:
    address = reverse("signatures_modeladmin_history", args=[signature.pk])
    return rows(client.get(address).content.decode())


def rows(page: str) -> list[str]:
    body = page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""
    cells = (re.search(r"<td.*?</td>", row, re.DOTALL) for row in body.split("<tr")[1:])
    texts = (re.sub(r"<[^>]+>", " ", cell[0].replace("<br>", " | ")) for cell in cells if cell)
    return [" ".join(unescape(text).split()) for text in texts]


def invalidate(client: Client, query: str, **answers: str) -> Decision:
    answer = {"moderation": "invalidated", "reason": "Invented names", **answers}
    client.post(f"{MODERATE}?{query}", answer)
    return Decision.objects.latest("pk")


def export(client: Client, *, shape: str = "everything", **query: object) -> None:
    address = f"{reverse('export_signatures')}?{urlencode({**query, 'export': 'csv'})}"
    b"".join(client.post(address, ASKED | {"shape": shape}).streaming_content)


def test_a_decision_over_two_petitions_is_in_the_history_of_each_and_of_each_signature(teams, boss):
    make_signature(teams.ours, email="third@example.org")

    invalidate(boss, "", typed="3")

    rest = (
        "| Reason: Invented names | Whoever may moderate these signatures can undo it for as long "
        "as their data is stored. Undo this decision"
    )
    assert of_petition(boss, teams.ours)[0] == f"2 signatures invalidated {rest}"
    assert of_petition(boss, teams.theirs)[0] == f"1 signature invalidated {rest}"
    assert of_signature(boss, teams.ada) == [f"Invalidated {rest}"]
    assert of_signature(boss, teams.grace) == [f"Invalidated {rest}"]


def test_undoing_is_in_both_histories_with_who_did_it_and_cannot_be_done_twice(
    teams, people, browse, boss
):
    decision = invalidate(boss, f"petition={teams.ours.pk}")
    colleague = browse(people.moderator)

    colleague.post(reverse("undo_decision", args=[decision.pk]))

    assert Decision.objects.get().undone_by == people.moderator
    assert of_petition(boss, teams.ours)[:2] == [
        "Decision undone: 1 signature is in its earlier state again",
        "1 signature invalidated | Reason: Invented names",
    ]
    assert of_signature(boss, teams.ada) == [
        "Decision undone: Invalidated",
        "Invalidated | Reason: Invented names",
    ]


def test_only_who_may_moderate_all_of_it_finds_the_link(teams, people, browse, boss):
    grant(Group.objects.get(name="River team"), teams.river, "moderate_signatures")
    both = invalidate(boss, "", typed="2")
    clients = {
        "river": browse(people.river_manager),
        "editor": browse(people.editor),
        "moderator": browse(people.moderator),
    }

    found = {
        name: (
            UNDO in of_petition(client, teams.ours)[0],
            UNDO in of_signature(client, teams.ada)[0],
        )
        for name, client in clients.items()
    }
    answers = {
        name: client.get(reverse("undo_decision", args=[both.pk])).status_code
        for name, client in clients.items()
    }

    no, yes = (False, False), (True, True)
    assert found == {"river": no, "editor": no, "moderator": yes}
    assert answers == {"river": 404, "editor": 404, "moderator": 200}


def test_a_reason_is_for_those_who_may_view_all_whom_it_is_about(teams, people, browse, boss):
    make_team("Writers", teams.river, "add", "change")
    invalidate(boss, f"petition={teams.ours.pk}")
    invalidate(boss, f"petition={teams.theirs.pk}", moderation="invalidated")
    both = invalidate(boss, "", moderation="release", reason="Both are real", typed="2")

    found = {
        name: "Reason:" in of_petition(client, teams.ours)[0]
        for name, client in {
            "writer": browse(make_user("writer", "Writers")),
            "river": browse(people.river_manager),
            "editor": browse(people.editor),
        }.items()
    }

    assert both.tallies.count() == 2
    assert found == {"writer": False, "river": False, "editor": True}


def test_the_day_until_which_it_can_be_undone_is_named(teams, boss):
    Petition.objects.filter(pk=teams.ours.pk).update(
        closes_at=timezone.now().replace(year=2030, month=3, day=1), retention_days=30
    )

    invalidate(boss, f"petition={teams.ours.pk}")

    assert "until their data is anonymised, on 31 March 2030." in of_petition(boss, teams.ours)[0]
    assert "until their data is anonymised, on 31 March 2030." in of_signature(boss, teams.ada)[0]


def test_what_is_no_longer_stored_cannot_be_undone(teams, boss, admin_user):
    decision = invalidate(boss, f"petition={teams.ours.pk}")

    boss.post(reverse("signatures_modeladmin_delete", args=[teams.ada.pk]))
    answer = boss.get(reverse("undo_decision", args=[decision.pk]), follow=True)

    assert of_petition(boss, teams.ours)[:2] == [
        "1 signature deleted",
        "1 signature invalidated",
    ]
    assert "no longer stored" in answer.content.decode()


def test_the_history_of_a_signature_has_the_exports_that_may_contain_it(teams, boss):
    other = make_signature(teams.ours, email="j@example.org", country="AR")
    for query in ({}, {"country": "AR"}, {"state": "anonymised"}):
        export(boss, petition=teams.ours.pk, **query)
    late = make_signature(teams.ours, email="late@example.org")

    file = (
        f"purpose: Handover, file: free-the-river-everything-{timezone.localdate().isoformat()}.csv"
    )
    every = f"Exported 2 signatures as CSV (Everything; all), {file}"
    fits = "The file contains this signature if it matched the filters at that time."
    argentina = f"Exported 1 signature as CSV (Everything; Argentina), {file}. {fits}"
    # Ada may have corrected her country since the export.
    for each in (teams.ada, other):
        assert of_signature(boss, each) == [argentina, f"{every}. {fits}"]
    assert of_signature(boss, late) == []


def test_the_history_says_by_which_filters_an_export_was_narrowed(teams, boss):
    make_signature(teams.ours, email="f@example.org", channel="embed", source="x")
    chosen = {"state": "confirmed", "language": "en", "channel": "embed", "source": "x"}
    export(boss, petition=teams.ours.pk, signed_at_from="2026-03-01", **chosen)

    (said,) = [row for row in of_petition(boss, teams.ours) if row.startswith("Exported")]

    words = "confirmed, English, embedded form, of one source, from 1 March 2026"
    assert said.startswith(f"Exported 1 signature as CSV (Everything; {words})")


def test_what_was_not_confirmed_yet_was_in_no_file_of_confirmed_signatures(teams, boss):
    pending = make_signature(teams.ours, email="p@example.org", confirmed_at=None)

    export(boss, petition=teams.ours.pk, shape="handover")
    export(boss, petition=teams.ours.pk)

    (only,) = of_signature(boss, pending)
    assert "(Everything; all)" in only
    assert len(of_signature(boss, teams.ada)) == 2


def test_an_export_over_two_petitions_is_in_the_history_of_each(teams, boss):
    export(boss)

    found = [of_petition(boss, petition)[0] for petition in (teams.ours, teams.theirs)]

    assert [row.split(", purpose")[0] for row in found] == [
        "Exported 1 signature as CSV (Everything; all)"
    ] * 2


def test_a_hold_is_in_the_history_of_each_signature(teams, boss, admin_user):
    immediate_actions.hold(teams.ours, reason="A court asks.", by=admin_user)

    assert of_signature(boss, teams.ada) == ["Signers’ data held: A court asks."]
    assert of_signature(boss, teams.grace) == []


def test_a_translation_tells_what_was_done_in_all_languages(teams, boss, admin_user):
    russian = make_translation(teams.ours, "ru")

    immediate_actions.pause(russian, by=admin_user)
    immediate_actions.declare_victory(teams.ours, by=admin_user)

    assert of_petition(boss, russian)[:2] == ["Victory declared", "Paused"]
    assert of_petition(boss, teams.ours)[:2] == ["Victory declared", "Paused"]


def test_the_histories_take_as_many_queries_for_three_decisions_as_for_one(
    teams, boss, admin_user, django_assert_max_num_queries, django_assert_num_queries
):
    def decide() -> None:
        every = Signature.objects.filter(tally=teams.ours.tally)
        for moderation in ("invalidated", ""):
            decision = moderating.moderate(every, moderation=moderation, reason="x", by=admin_user)
            data = {"moderation": moderation, "count": 1, "decision": decision.pk}
            log(teams.ours, "petition.moderate", user=admin_user, data=data)

    decide()
    of_petition(boss, teams.ours), of_signature(boss, teams.ada)
    with django_assert_max_num_queries(100) as few:
        of_petition(boss, teams.ours), of_signature(boss, teams.ada)
    decide()

    with django_assert_num_queries(len(few)):
        found = of_petition(boss, teams.ours), of_signature(boss, teams.ada)

    assert [sum(UNDO in row for row in part) for part in found] == [4, 4]


def test_who_may_view_no_signatures_sees_no_history_of_one(teams, browse):
    client = browse(make_user("nobody"))
    address = reverse("signatures_modeladmin_history", args=[teams.ada.pk])

    assert client.get(address).status_code == 302

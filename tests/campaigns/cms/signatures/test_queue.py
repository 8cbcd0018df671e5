"""Moderators find quarantined signatures in groups, and decide about a whole group at once."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns import caching
from campaigns.models import Decision, ListEntry, Signature, Tally
from campaigns.moderation import queue
from campaigns.privacy import retention
from campaigns.signing import signing
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import grant, make_team, make_user
from tests.campaigns.cms.signatures.test_listing import RESULTS
from tests.campaigns.moderation.test_queue import BEGIN, quarantine
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

QUEUE, HOME = "/admin/signatures/quarantine/", "/admin/"
ADD = "/admin/snippets/campaigns/listentry/add/"


@pytest.fixture
def moderator(teams):
    """A user who may moderate the petitions in River only, and add to the block list."""
    grant(Group.objects.get(name="River team"), teams.river, "moderate_signatures")
    codename = Permission.objects.get(codename="add_listentry")
    Group.objects.get(name="River team").permissions.add(codename)
    return make_user("mia", "River team")


def links(html: str, text: str) -> list[str]:
    found = re.findall(r'href="([^"]+)">([^<]+)<', html)
    return [unescape(url) for url, label in found if label.startswith(text)]


def main(client, url: str = QUEUE) -> str:
    return within(client.get(url).content.decode())


def within(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def test_a_group_is_invalidated_through_its_question_and_a_colleague_undoes_it(
    browse, moderator, teams
):
    client = browse(moderator)
    fakes = quarantine(teams.ours, 3, network_key=b"n" * 32, name="Fake")
    (honest,) = quarantine(teams.ours, 1, domain="example.org", begin=BEGIN.replace(hour=20))

    page = main(client)
    url = links(page, "Release or invalidate 3")[0]
    asked = client.get(url).content.decode()
    done = client.post(url, {"moderation": "invalidated", "reason": "Replayed"}, follow=True)

    assert "Release or invalidate 4 signatures" in page
    assert "Invalidate 3 signatures" in asked
    assert done.redirect_chain == [(QUEUE, 302)]
    assert {each.state for each in Signature.objects.filter(pk__in=[f.pk for f in fakes])} == {
        "invalidated"
    }
    honest.refresh_from_db()
    assert honest.state == "quarantined"
    colleague = browse(make_user("colleague", "River team"))
    colleague.post(reverse("undo_decision", args=[Decision.objects.get().pk]))
    assert queue.summary(Tally.objects.all()) == (4, 1)


def test_a_petition_that_does_not_ask_for_confirmation_shows_none(browse, moderator, teams):
    client = browse(moderator)
    page_of = f"/admin/snippets/campaigns/petition/inspect/{teams.ours.pk}/"
    quarantine(teams.ours, 3, confirmed_at=BEGIN)
    quarantine(teams.ours, 1, reason="proof")

    def facts(url, label):
        return re.findall(rf"<dt>({label})</dt><dd>(?:<a[^>]*>)?([^<]*)<", main(client, url))

    asked = facts(QUEUE, "Confirmed"), facts(page_of, "[^<]*uarantined")
    teams.ours.__class__.objects.filter(pk=teams.ours.pk).update(confirms_by_email=False)

    shown = [number for _label, number in facts(QUEUE, "Confirmed")]
    none = "– (this petition does not ask for confirmation)"
    assert {number for _label, number in asked[0]} == {"3", "0"}
    # Whoever signs without a proof of work confirms all the same.
    assert (set(shown), shown.count("0")) == ({none, "0"}, 1)
    assert asked[1] == [("Confirmed and quarantined", "3")]
    assert facts(page_of, "[^<]*uarantined") == [("Quarantined", "4")]


def test_a_group_names_neither_network_nor_domain_in_its_address(browse, moderator, teams):
    quarantine(teams.ours, 3, network_key=b"n" * 32)

    page = main(browse(moderator))

    assert "Network 1" in page
    assert (b"n" * 32).hex() not in page
    assert "fake.example" not in "".join(re.findall(r'href="([^"]+)"', page))


def test_the_list_shows_a_group_and_moderates_what_it_shows(admin_client, teams):
    quarantine(teams.ours, 3, network_key=b"n" * 32, country="FR")
    quarantine(teams.ours, 2, network_key=b"n" * 32, country="DE", begin=BEGIN.replace(hour=20))
    (url,) = {url for url in links(main(admin_client), "List them") if "network" in url}

    whole = main(admin_client, url)
    french = main(admin_client, f"{url}&country=FR")
    asked = admin_client.get(f"/admin/signatures/moderate/?{url.partition('?')[2]}&country=FR")

    assert whole.count("fake.example") == 5
    assert french.count("fake.example") == 3
    assert "Invalidate 3 signatures" in asked.content.decode()


def test_nothing_of_another_team_is_visible_countable_or_guessable(browse, moderator, teams):
    quarantine(teams.ours, 2, network_key=b"n" * 32, domain="ours.example")
    foreign = quarantine(teams.theirs, 3, network_key=b"n" * 32, domain="theirs.example")
    client = browse(moderator)

    answer, home = client.get(QUEUE), client.get(HOME).content.decode()

    counted, page = answer.context, within(answer.content.decode())
    assert (counted["number"], counted["groups"]) == (2, 1)
    for text in ("theirs.example", "Spare the forest", "Release or invalidate 3"):
        assert text not in page, text
    assert "2 signatures are quarantined. Groups: 1." in " ".join(within(home).split())
    assert "Quarantine (2)" in home
    for shared in (queue.REASON, *queue.SHARED):
        key = f"{shared}.{foreign[0].pk}"
        client.cookies.pop("messages", None)  # as the page does that shows them
        asked = client.get("/admin/signatures/moderate/", {"group": key})
        assert (asked.status_code, "There are no signatures here" in said(client)) == (302, True)
        listed = client.get(RESULTS, {"group": key})
        form = client.get(ADD, {"group": key, "effect": "block"}).content.decode()
        assert list(listed.context["object_list"]) == []
        assert "ours.example" not in listed.content.decode()
        assert "theirs.example" not in listed.content.decode() + form


def test_a_domain_leads_to_the_block_list_filled_in(browse, moderator, teams):
    quarantine(teams.ours, 2, domain="fake.example")
    client = browse(moderator)
    page = main(client)

    block, allow = links(page, "Block this domain")[0], links(page, "Always allow it")[0]
    forms = [client.get(url).context["form"] for url in (block, allow)]
    sent = {"kind": "domain", "pattern": "fake.example", "effect": "block", "note": "Replayed"}
    added = client.post(block, sent, follow=True).content.decode()

    filled = [[form[name].value() for name in ("kind", "pattern", "effect")] for form in forms]
    assert filled == [["domain", "fake.example", "block"], ["domain", "fake.example", "allow"]]
    entry = ListEntry.objects.get()
    assert (entry.pattern, entry.effect, entry.note) == ("fake.example", "block", "Replayed")
    assert "The entry applies to signatures that come from now on." in added


def test_networks_of_today_and_embedding_sites_are_blocked_from_the_queue(
    browse, moderator, teams, settings
):
    settings.SIGNING_BURST = 2
    petition = teams.ours

    def arrive(name: str, **changes: str) -> str:
        given = {"email": f"{name}@{name}.example", "version": petition.version.pk, **changes}
        signing.sign(petition, name=name, **given)
        return Signature.objects.get(name=name).moderation_reason

    flood = [arrive(f"Fake{letter}", network="203.0.113.7/32") for letter in "abcd"]
    framed = {"framed_by": "fakes.example", "channel": "embed"}
    # Signatures of another day: the site no longer knows their network.
    earlier = [arrive(f"Old{letter}", network="198.51.100.7/32", **framed) for letter in "ab"]
    old = Signature.objects.filter(name__startswith="Old")
    before = timezone.now() - timedelta(days=1)
    old.update(signed_at=before, moderation="quarantined", moderation_reason="listed")
    client = browse(moderator)
    page = main(client)
    networks = links(page, "Block this network until midnight (UTC)")
    allowed = [client.get(url).context["form"]["kind"].value() for url in links(page, "Always all")]
    for url in (*networks, links(page, "Block this site")[0]):
        form = client.get(url).context["form"]
        sent = {name: form[name].value() for name in ("kind", "pattern", "effect")}
        assert client.post(url, {**sent, "note": ""}).status_code == 302
    caching.clear()

    assert (flood, earlier) == (["", "", "burst", "burst"], ["", ""])
    assert len(networks) == 1
    assert "site" not in allowed  # anybody can claim to be on it
    kinds = ListEntry.objects.values_list("kind", flat=True)
    assert sorted(kinds) == ["day", "site"]
    arrived = [
        arrive("Again", network="203.0.113.7/32"),
        arrive("Next", network="203.0.113.8/32"),
        arrive("Framed", network="192.0.2.1/32", **framed),
    ]
    assert arrived == ["listed", "", "listed"]

    ListEntry.objects.update(created_at=timezone.now() - timedelta(hours=26))
    retention.run()
    assert list(kinds.all()) == ["site"]


def test_what_a_limit_has_quarantined_leads_to_the_limits(browse, moderator, teams):
    quarantine(teams.ours, 2, reason="burst")
    client = browse(moderator)

    (url,) = links(main(client), "Set limits")
    form = client.get(url)
    Signature.objects.filter(moderation="quarantined").update(moderation_reason="listed")

    assert (form.status_code, "within ten minutes" in form.content.decode()) == (200, True)
    assert links(main(client), "Set limits") == []


def test_a_provider_of_many_people_is_not_offered_for_the_block_list(browse, moderator, teams):
    quarantine(teams.ours, 2, domain="gmail.com")

    page = main(browse(moderator))

    assert "gmail.com" in page
    assert links(page, "Block this domain") == []


def test_whoever_may_not_keep_the_lists_is_not_led_there(browse, teams):
    grant(Group.objects.get(name="River team"), teams.river, "moderate_signatures")
    quarantine(teams.ours, 2, domain="fake.example")

    assert links(main(browse(make_user("mia", "River team"))), "Block") == []


def test_whoever_may_moderate_and_not_view_the_list_decides_too(browse, teams):
    make_team("Readers", teams.river, "moderate_signatures")
    quarantine(teams.ours, 2)
    client = browse(make_user("rita", "Readers"))

    page = main(client)
    url = links(page, "Release or invalidate 2")[0]

    assert links(page, "List them") == []
    assert "Invalidate 2 signatures" in client.get(url).content.decode()


def test_nobody_sees_an_empty_box(browse, moderator, people, teams):
    client = browse(moderator)

    assert "Nothing is quarantined." in main(client)
    home = client.get(HOME).content.decode()
    assert "quarantined" not in within(home)
    assert "Quarantine (" not in home
    quarantine(teams.ours, 1)
    editor = browse(people.editor).get(HOME).content.decode()
    assert QUEUE not in editor
    assert "is quarantined" not in editor
    assert "1 signature is quarantined." in main(client, HOME)


def test_the_menu_counts_no_further_than_it_shows(browse, moderator, teams, monkeypatch):
    monkeypatch.setattr("campaigns.cms.signatures.queue.MOST_IN_MENU", 2)
    quarantine(teams.ours, 4)

    assert "Quarantine (2+)" in browse(moderator).get(reverse("jobs")).content.decode()


def test_one_group_and_many_take_the_same_queries(admin_client):
    numbers = []
    for _round in range(2):
        for _petition in range(2):
            petition = make_petition()
            for reason in ("burst", "listed", "honeypot"):
                quarantine(petition, 3, reason=reason, network_key=b"n" * 32)
            make_signature(petition, email="z@example.org", confirmed_at=BEGIN)
        admin_client.get(QUEUE)
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(QUEUE)
        numbers.append(len(queries))

    assert numbers[0] == numbers[1]
    assert len(links(main(admin_client), "Next")) == 1

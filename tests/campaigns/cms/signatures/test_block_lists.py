"""The block and allow lists in the CMS: what their forms refuse, say and cause."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from campaigns.models import ListEntry
from tests.campaigns.cms.conftest import grant, make_user
from tests.campaigns.moderation.test_queue import quarantine

pytestmark = pytest.mark.django_db

LISTS = "/admin/snippets/campaigns/listentry/"
ADD = f"{LISTS}add/"
QUEUE = "/admin/signatures/quarantine/"


@pytest.fixture
def moderator(teams):
    """A user who may moderate the petitions in River only, and edit the block and allow lists."""
    team = Group.objects.get(name="River team")
    grant(team, teams.river, "moderate_signatures")
    rights = Permission.objects.filter(content_type__model="listentry")
    team.permissions.add(*rights)
    return make_user("mia", "River team")


def block(pattern: str, kind: str = "domain", effect: str = "block") -> ListEntry:
    return ListEntry.objects.create(kind=kind, pattern=pattern, effect=effect)


def test_an_entry_that_cannot_be_is_refused(browse, moderator):
    client = browse(moderator)

    for kind, pattern, effect, told in (
        ("day", "203.0.113.7", "block", "Only the queue can fill in a network for a day."),
        ("site", "friend.example", "allow", "A site can be blocked, but it cannot be allowed."),
    ):
        typed = {"kind": kind, "pattern": pattern, "effect": effect, "note": ""}
        assert told in client.post(ADD, typed).content.decode()
        assert not ListEntry.objects.exists(), kind


@pytest.mark.parametrize("effect", ["block", "allow"])
def test_the_domain_of_a_large_provider_is_saved_only_the_second_time(browse, moderator, effect):
    client = browse(moderator)
    typed = {"kind": "domain", "pattern": "Googlemail.com", "effect": effect, "note": ""}

    asked = client.post(ADD, typed)
    saved_at_once = ListEntry.objects.exists()
    client.post(ADD, typed | {"sure": asked.context["form"]["sure"].value()})

    assert "Many people have their mailbox at gmail.com." in asked.content.decode()
    assert 'name="sure" value="gmail.com"' in asked.content.decode()
    assert not saved_at_once
    assert ListEntry.objects.get().pattern == "gmail.com"


def test_after_saving_a_network_its_size_is_named(browse, moderator):
    typed = {"kind": "network", "pattern": "2001:db8:1:2:3:4:5:6", "effect": "block", "note": ""}

    page = browse(moderator).post(ADD, typed, follow=True).content.decode()

    assert "signatures from \u20682001:db8:1:2::/64\u2069 that come from now on." in page


def test_the_list_counts_its_entries(browse, moderator):
    block("fake.example")
    block("friend.example", effect="allow")

    page = browse(moderator).get(LISTS).content.decode()

    assert "2 entries" in page
    assert "2 block and allow lists" not in page


def test_the_question_before_deleting_names_what_the_entry_is_about(browse, moderator):
    client = browse(moderator)

    for kind, effect, asked in (
        ("domain", "block", "stop blocking \u2068fake.example\u2069?"),
        ("domain", "allow", "stop allowing \u2068fake.example\u2069?"),
        ("day", "block", "delete this block or allow list entry?"),
    ):
        entry = block("fake.example", kind, effect)
        question = client.get(f"{LISTS}delete/{entry.pk}/").content.decode()
        client.post(f"{LISTS}delete/{entry.pk}/")

        assert f"Are you sure you want to {asked}" in question
        assert not ListEntry.objects.exists(), asked


@pytest.mark.parametrize(
    ("effect", "says"),
    [("block", "Blocked: see the entry"), ("allow", "Always allowed: see the entry")],
)
def test_what_has_an_entry_leads_from_the_queue_to_it(browse, moderator, teams, effect, says):
    now = timezone.now()
    quarantine(teams.ours, 2, domain="fake.example", network_key=b"n" * 32, begin=now)
    entries = [
        block("fake.example", effect=effect),
        block((b"n" * 32).hex(), kind="day", effect=effect),
    ]

    page = browse(moderator).get(QUEUE).content.decode()

    for entry in entries:
        assert f'href="{LISTS}edit/{entry.pk}/">{says}<' in page
    for offered in ("Block this domain", "Block this network", "Always allow it"):
        assert offered not in page


def test_an_entry_that_one_may_not_change_is_no_link(browse, moderator, teams):
    right = Permission.objects.get(codename="change_listentry")
    Group.objects.get(name="River team").permissions.remove(right)
    quarantine(teams.ours, 2, domain="fake.example")
    block("fake.example")

    page = browse(moderator).get(QUEUE).content.decode()

    assert "see the entry" not in page
    assert "Block this domain" not in page

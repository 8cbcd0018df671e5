"""What staff decided, and signers took back, since the backup still holds after a restore."""

from django.contrib.auth.models import Group, Permission, User
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission

from campaigns.cms.history import entries_of
from campaigns.cms.permissions import tallies_for
from campaigns.models import CommentDecision, Decision, Petition, Signature, Tally
from campaigns.moderation import comments, moderating
from campaigns.petitions import immediate_actions
from campaigns.privacy import anonymising, retention
from campaigns.signatures import public_comments
from tests.factories import days_ago, make_ended, make_petition, make_signature
from tests.operations.backups.stories import Story


def what_was_taken_off_the_page_is_not_public_again() -> Story:
    petition = make_petition(title="Page", slug="page", shows_comments=True)
    signatures = Signature.objects.filter(tally=petition.tally)
    named = ("stays", "hidden", "agrees-no-more", "invalidated", "screened", "corrected")
    named += ("rewritten", "rewritten, shown", "renamed", "of another organisation")
    down = ("hidden, invalidated", "agrees-no-more, invalidated")
    held = ("quarantined", "released, hidden", "released, agrees-no-more")
    for name in (*named, *down, *held):
        asked = {"comment": "Because.", "comment_as": name, "comment_state": "waiting"}
        make_signature(petition, name=name, email=f"{name}@example.org", shown_as=name, **asked)
    known = {"moderation": "invalidated", "moderation_reason": "A fake"}
    make_signature(petition, name="fake", email="fake@example.org", **known)
    wordings = {each.pk: comments.wording(each) for each in signatures.exclude(name="fake")}
    comments.decide(signatures, wordings, state="shown", by=None)

    def only(*names: str) -> QuerySet[Signature]:
        return signatures.filter(name__in=names)

    def public() -> dict[str, list[str | None]]:
        """The moderation of each signature, the state of its comment and the public name."""
        rows = signatures.values_list("name", "moderation", "comment_state", "shown_as")
        return {name: values for name, *values in rows}

    only("stays", "corrected", "renamed").update(shown_at=timezone.now())
    only(*held).update(moderation="quarantined", moderation_reason="listed")
    yield

    only("released, hidden", "released, agrees-no-more").update(moderation="")
    for name in ("hidden", "hidden, invalidated", "released, hidden"):
        comments.decide(only(name), wordings, state="hidden", by=None)
    only("rewritten").update(comment="Whatever", comment_state="waiting")
    only("rewritten, shown").update(comment="Approved again.")
    only("renamed").update(shown_as="Anon")
    only("of another organisation").update(affiliation="Another")
    only("corrected").update(shown_at=None)
    disagrees = public_comments.offered("", None, agrees=False)
    for name in ("agrees-no-more", "agrees-no-more, invalidated", "released, agrees-no-more"):
        only(name).update(shown_as=None, **disagrees)
    only("screened").update(moderation="quarantined", moderation_reason="listed")
    fakes = only("invalidated", *down)
    moderating.moderate(fakes, moderation="invalidated", reason="A fake", by=None)
    said = yield

    assert public() == {
        "stays": ["", "shown", "stays"],
        "hidden": ["", "hidden", "hidden"],
        "corrected": ["", "shown", "corrected"],
        "rewritten": ["", None, "rewritten"],
        "rewritten, shown": ["", None, "rewritten, shown"],
        "renamed": ["", "shown", None],
        "of another organisation": ["", "shown", None],
        "agrees-no-more": ["", None, None],
        "invalidated": ["invalidated", "shown", "invalidated"],
        "screened": ["quarantined", "shown", "screened"],
        "hidden, invalidated": ["invalidated", "hidden", "hidden, invalidated"],
        "agrees-no-more, invalidated": ["invalidated", None, None],
        "quarantined": ["quarantined", "shown", "quarantined"],
        "released, hidden": ["quarantined", "waiting", "released, hidden"],
        "released, agrees-no-more": ["quarantined", None, None],
        "fake": ["invalidated", None, None],
    }
    assert Tally.objects.get(petition=petition).total == 8
    assert signatures.get(shown_at__isnull=False).name == "stays"
    assert "Signatures that were moderated since, and are again, until that is undone: 4.\n" in said
    assert "Comments that are not shown, until that is undone: 2.\n" in said
    made = Decision.objects.order_by("moderation")
    reasons = [(each.moderation, each.reason) for each in made]
    assert reasons == [("invalidated", "A fake"), ("quarantined", "on the block list")]
    logged = [each.data for each in entries_of(petition) if each.data]
    decided = {each.get("decision", each.get("comment_decision")) for each in logged}
    hidden = CommentDecision.objects.get(state="hidden")
    assert decided == {*(each.pk for each in made), hidden.pk}
    for decision in made:
        moderating.undo(decision, by=None)
    moderating.moderate(only(*held), moderation="", reason="Real", by=None)
    unshown = {name: ["", None, None] for name in public() if "agrees-no-more" in name}
    unshown |= {name: ["", None, name] for name in ("rewritten", "rewritten, shown")}
    unshown |= {name: ["", "shown", None] for name in ("renamed", "of another organisation")}
    unshown |= {"released, hidden": ["", "waiting", "released, hidden"]}
    unshown |= {"fake": ["invalidated", None, None]}
    hidden_still = {name: ["", "hidden", name] for name in ("hidden", "hidden, invalidated")}
    named_again = {name: ["", "shown", name] for name in public()}
    assert public() == named_again | unshown | hidden_still
    comments.undo(hidden, by=None)
    assert public() == named_again | unshown
    said = yield

    found = public()
    named += down
    assert {name: found[name] for name in named} == {name: ["", "hidden", name] for name in named}
    assert [found[name] for name in held] == [["quarantined", "waiting", name] for name in held]
    assert "Comments that are not shown, until that is undone: 12.\n" in said
    assert (
        "Which signatures were quarantined or invalidated since the backup is not known: " in said
    )


def what_was_put_on_hold_is_on_hold() -> Story:
    names = ("held", "freed", "not-held")
    petitions = {name: make_ended(title=name, slug=name, days=30) for name in names}
    for petition in petitions.values():
        make_signature(petition, email="ada@example.org")
    immediate_actions.hold(petitions["freed"], reason="A court needed it", by=None)
    yield

    immediate_actions.end_hold(petitions["freed"], by=None)
    immediate_actions.hold(petitions["held"], reason="A court needs it", by=None)
    held = Tally.objects.get(petition=petitions["held"])
    said = yield

    found = Tally.objects.get(pk=held.pk)
    assert (found.held_at, found.held_reason) == (held.held_at, "A court needs it")
    [entry] = entries_of(petitions["held"]).filter(action="petition.hold")
    assert entry.data == {"reason": "A court needs it"}
    assert "on hold, also where the hold was ended since: freed, held.\n" in said
    Petition.objects.filter(slug__in=names).update(closes_at=days_ago(91))
    retention.run()
    whole = Signature.objects.filter(tally__petition__slug__in=names, anonymised_at=None)
    kept = whole.values_list("tally__petition__slug", flat=True)
    assert sorted(kept) == ["freed", "held"]
    said = yield

    assert "Petitions on hold, also where the hold was ended since: freed.\n" in said
    assert "Which petitions were put on hold since the backup is not known: " in said


def a_collection_is_where_it_was_last() -> Story:
    root = Collection.get_first_root_node()
    for name in ("North", "Other", "South"):
        root.add_child(name=name)

    def of(name: str) -> Collection:
        return Collection.objects.get(name=name)

    for parent, name in (("North", "City"), ("City", "Quarter"), ("North", "Gone")):
        of(parent).add_child(name=name)
    right = Permission.objects.get(codename="view_signatures_petition")
    team, eve = Group.objects.create(name="North"), User.objects.create(username="of the north")
    eve.groups.add(team)
    GroupCollectionPermission.objects.create(group=team, collection=of("North"), permission=right)
    for name in ("City", "Quarter", "North"):
        make_signature(make_petition(title=name, slug=name, collection=of(name)))
    yield

    of("Quarter").move(of("South"), "sorted-child")
    of("City").move(of("Quarter"), "sorted-child")
    of("Gone").delete()
    of("Other").add_child(name="New").add_child(name="Newer")
    of("North").move(of("Newer"), "sorted-child")
    said = yield

    above = {each.name: str(each.get_parent()) for each in Collection.objects.all()}
    assert {name: parent for name, parent in above.items() if "team" not in name} == {
        "Root": "None",
        "Other": "Root",
        "South": "Root",
        "Quarter": "South",
        "City": "Quarter",
        "North": "Other",
        "Gone": "North",
    }
    assert not any(Collection.find_problems())
    seen = tallies_for(User.objects.get(pk=eve.pk), "view")
    assert list(seen.values_list("petition__title", flat=True)) == ["North"]
    assert "moved since, and are again where they were last: City, North, Quarter.\n" in said
    said = yield

    assert "Collections are where they were at the backup: look who " in said


def signatures_that_were_anonymised_since_are_not_missed_and_may_count_again() -> Story:
    petition = make_ended(title="Over", slug="over", mailing_days=200, offers_updates=True)
    whole = Signature.objects.filter(tally=petition.tally, anonymised_at=None)
    for name in ("ada", "bob", "cara"):
        make_signature(petition, email=f"{name}@example.org")
    fake = make_signature(petition, email="fake@example.org", moderation="invalidated")
    anonymising.anonymise([fake.pk])
    dora = make_signature(petition, email="dora@example.org", updates=True)
    yield

    Signature.objects.filter(pk=dora.pk).update(updates=False)
    fakes = whole.filter(email__in=["ada@example.org", "bob@example.org"])
    moderating.moderate(fakes, moderation="invalidated", reason="A fake", by=None)
    retention.run()
    assert not whole.exists()
    said = yield

    assert whole.get().for_mailings_since
    assert "Do not start the site yet." not in said
    assert "Their number at most, by petition: Over (2).\n" in said

"""Bulk actions on all signatures in the list: confirmed, counted, recorded and undone."""

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.cms.jobs import decisions
from campaigns.mail import resending
from campaigns.models import OutgoingMail, Petition, Signature
from campaigns.petitions import immediate_actions
from campaigns.privacy import deleting
from operations.jobs.job import Job
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import grant
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import make_mail, make_pending, make_petition, make_signature
from tests.plans import explained

pytestmark = pytest.mark.django_db

LIST = reverse("signatures_modeladmin_index")
RESEND, ANONYMISE, DELETE = (
    reverse(f"{name}_signatures") for name in ("resend", "anonymise", "delete")
)


@pytest.fixture
def flood(teams):
    """Three confirmed fakes of one source, one pending, and one under another petition."""
    for letter in "abc":
        make_signature(teams.ours, name=f"Fake {letter}", email=f"{letter}@f.example", source="x")
    make_mail(make_pending(teams.ours, days=2, email="p@f.example", source="x"))
    make_signature(teams.theirs, name="Fake d", email="d@f.example", source="x")
    return teams


@pytest.fixture
def manager(flood, people, browse):
    """A client of a manager of River alone."""
    grant(people.river_manager.groups.get(), flood.river, "moderate_signatures")
    return browse(people.river_manager)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def history_of(petition) -> str:
    return reverse("wagtailsnippets_campaigns_petition:history", args=[petition.pk])


def entries(action) -> list[tuple[str, str, int]]:
    logged = ModelLogEntry.objects.filter(action=action).order_by("pk")
    return [(entry.object_id, entry.data.get("reason"), entry.data["count"]) for entry in logged]


def test_deleting_shows_some_wants_the_number_and_records_it_with_each_petition(
    flood, people, browse
):
    client = browse(people.administrator)
    asked = client.get(f"{DELETE}?source=x")
    form = {"reason": "A flood", "newest": asked.context["form"].initial["newest"]}
    refused = [
        client.post(f"{DELETE}?source=x", {**form, "typed": no}) for no in ("", "4", "5 000")
    ]
    make_signature(flood.ours, email="later@f.example", source="x")
    done = client.post(f"{DELETE}?source=x", {**form, "typed": "5"})

    assert {row.name for row in asked.context["some"]} >= {"Fake a", "Fake d"}
    assert "Delete 5 signatures</button>" in text(asked)
    assert [answer.status_code for answer in refused] == [422] * 3
    assert "A flood" in text(refused[0])
    assert (done.status_code, done["Location"]) == (302, f"{LIST}?source=x")
    left = Signature.objects.order_by("email").values_list("email", flat=True)
    assert list(left) == ["ada@example.org", "grace@example.net", "later@f.example"]
    assert entries("petition.delete_signatures") == [
        (str(flood.ours.pk), "A flood", 4),
        (str(flood.theirs.pk), "A flood", 1),
    ]
    said = text(
        client.get(reverse("wagtailsnippets_campaigns_petition:history", args=[flood.ours.pk]))
    )
    assert "4 signatures deleted: A flood" in said


def test_who_confirms_while_one_reads_is_not_deleted_and_the_message_says_why(
    flood, people, browse
):
    client = browse(people.administrator)
    hidden = client.get(f"{DELETE}?source=x").context["form"].initial
    Signature.objects.filter(email="p@f.example").update(confirmed_at=Now())

    form = {**hidden, "reason": "A flood", "typed": "5"}
    said = text(client.post(f"{DELETE}?source=x", form, follow=True))

    left = Signature.objects.filter(source="x").values_list("email", flat=True)
    assert list(left) == ["p@f.example"]
    assert "The others were moderated or confirmed in the meantime" in said


def test_anonymising_leaves_out_who_has_not_confirmed_and_what_is_held(flood, people, browse):
    client = browse(people.administrator)
    held = make_petition(title="Held")
    make_signature(held, email="h@f.example", source="x")
    immediate_actions.hold(held, reason="A court asks.", by=people.administrator)

    asked = client.get(f"{ANONYMISE}?source=x")
    client.post(f"{ANONYMISE}?source=x", {"reason": "They asked for it", "typed": "4"})

    assert "2 signatures of those shown are left out.</b> Unconfirmed signatures" in text(asked)
    assert Signature.objects.filter(source="x", email=None).count() == 4
    assert entries("petition.anonymise_signatures") == [
        (str(flood.ours.pk), "They asked for it", 3),
        (str(flood.theirs.pk), "They asked for it", 1),
    ]


def test_who_was_anonymised_early_counts_twice_and_the_screen_says_so(teams, manager):
    kim = [["Kim", "kim@e.org", "", "7", "2026-03-31"]]
    asked = text(manager.get(f"{ANONYMISE}?source=x"))
    bring_in(upload(teams.ours, kim))
    with transaction.atomic():
        deleting.anonymise([Signature.objects.get(name="Kim").pk])

    bring_in(upload(teams.ours, kim))

    assert Signature.objects.filter(tally=teams.ours.tally, channel="paper").count() == 2
    assert (
        "Nobody can tell afterwards who they were: whoever signs again, or is in a list that is "
        "imported again, counts twice."
    ) in asked


def test_what_is_left_out_is_counted_among_all_that_the_list_shows(flood, manager, people, browse):
    """Grace of the other team is not in the manager's list; the river's own are anonymised."""
    gone = Signature.objects.filter(name__in=("Fake a", "Fake b")).values_list("pk", flat=True)
    with transaction.atomic():
        deleting.anonymise(sorted(gone))
    grant(people.river_manager.groups.get(), flood.forest, "view_signatures")
    moderate = reverse("moderate_signatures")
    always = "Anonymised signatures, and those for which you lack the permission, are always left"

    said = {
        address: text(client.get(f"{address}?source=x"))
        for client in (browse(people.administrator), manager)
        for address in (ANONYMISE, DELETE, moderate)
    }
    own = text(browse(people.administrator).get(f"{DELETE}?source=x"))
    one = text(manager.get(f"{moderate}?signature={flood.ada.pk}"))

    # Five are shown: two anonymised ones, one unconfirmed, and one that only administrators delete.
    assert [said[address].count(always) for address in (ANONYMISE, DELETE, moderate)] == [1, 1, 1]
    assert "4 signatures of those shown are left out.</b> Unconfirmed" in said[ANONYMISE]
    assert "3 signatures of those shown are left out.</b> Signatures of petitions" in said[DELETE]
    assert "3 signatures of those shown are left out." in said[moderate]
    assert "2 signatures of those shown are left out." in own
    assert "left out." not in one


def test_the_mails_that_have_not_been_sent_are_taken_back_by_a_colleague(
    flood, manager, people, browse
):
    done = manager.post(f"{RESEND}?source=x", {"reason": "The mail server was down"}, follow=True)
    undo = reverse("undo_resending", args=[resending.Resending.objects.get().pk])
    colleague = browse(people.administrator)
    history = history_of(flood.ours)
    before = text(colleague.get(history))
    asked = colleague.get(undo)
    owed = OutgoingMail.objects.filter(outcome="").count()
    colleague.post(undo)
    after = text(colleague.get(history))
    signature = Signature.objects.get(email="p@f.example")
    own = text(manager.get(reverse("signatures_modeladmin_history", args=[signature.pk])))

    assert undo in text(done)
    assert "Confirmation email queued again for 1 signer: The mail server was down" in before
    assert undo in before
    assert "Cancel 1 email</button>" in text(asked)
    assert (owed, OutgoingMail.objects.filter(outcome="").count()) == (1, 0)
    assert "1 email has been cancelled" in after
    assert undo not in after
    assert "Confirmation email sent again" in own
    assert "Emails that had not been sent yet were cancelled" in own
    assert "already been cancelled" in text(colleague.get(undo, follow=True))


def test_who_cancels_at_the_same_time_as_a_colleague_reads_that_nothing_was_left(
    flood, manager, monkeypatch
):
    manager.post(f"{RESEND}?source=x", {"reason": "The mail server was down"}, follow=True)
    act = resending.Resending.objects.get()
    undo = reverse("undo_resending", args=[act.pk])
    real = resending.undo
    monkeypatch.setattr(
        resending, "undo", lambda *args, **kw: [real(act, by=None), real(*args, **kw)][1]
    )

    answer = manager.post(undo, follow=True)

    assert "Nothing was left to cancel: a colleague has just cancelled" in text(answer)


def test_without_a_filter_nothing_is_done(manager):
    for address in (RESEND, ANONYMISE, DELETE):
        for query in ("", "?source=", "?p=2"):
            manager.cookies.pop("messages", None)  # as the page does that shows them
            answer = manager.post(address + query, {"reason": "x", "typed": "5"})
            assert (answer.status_code, answer.url.partition("?")[0]) == (302, LIST), query
            assert "Nothing was done" in said(manager), (address, query)
    assert Signature.objects.filter(anonymised_at=None).count() == 7
    assert not ModelLogEntry.objects.filter(action__endswith="_signatures").exists()
    assert DELETE not in text(manager.get(LIST))


def test_only_ones_own_petitions_and_only_with_the_right(flood, manager, people, browse):
    moderator = browse(people.moderator)
    menus = [text(client.get(f"{LIST}?source=x")) for client in (manager, moderator)]
    for client in (manager, moderator):
        for address, typed in ((ANONYMISE, "3"), (DELETE, "1")):
            client.post(f"{address}?source=x", {"reason": "x", "typed": typed})

    assert [f"{DELETE}?source=x" in menu for menu in menus] == [True, False]
    assert [f"{RESEND}?source=x" in menu for menu in menus] == [True, True]
    assert moderator.get(f"{DELETE}?source=x").status_code == 302
    left = Signature.objects.filter(source="x").values_list("email", flat=True)
    assert set(left) >= {"d@f.example"}
    ours = str(flood.ours.pk)
    assert entries("petition.anonymise_signatures") == [(ours, "x", 3)]
    assert entries("petition.delete_signatures") == [(ours, "x", 1)]


def test_what_the_list_shows_is_narrowed_down_and_not_joined_to_the_table_again(
    flood, manager, people, browse
):
    moderate, administrator = reverse("moderate_signatures"), browse(people.administrator)
    decision = {"moderation": "invalidated"}
    with explained() as plans:
        for address, form in (
            (moderate, decision),
            (ANONYMISE, {"typed": 3}),
            (DELETE, {"typed": 1}),
        ):
            administrator.get(f"{address}?source=x")
            manager.get(f"{address}?source=x")
            manager.post(f"{address}?source=x", {"reason": "A flood", **form})

    assert [number for *_entry, number in entries("petition.anonymise_signatures")] == [3]
    assert [number for *_entry, number in entries("petition.delete_signatures")] == [1]
    found = [plan for plan in plans if "source" in plan]
    assert len(found) > 20
    assert [plan for plan in found if plan.count("on campaigns_signature") > 1] == []


def test_where_nothing_can_be_done_it_says_so(flood, manager):
    nobody = manager.get(f"{RESEND}?state=confirmed", follow=True)
    manager.post(f"{RESEND}?source=x", {"reason": "The mail server was down"})
    OutgoingMail.objects.update(outcome="sent")
    undo = reverse("undo_resending", args=[resending.Resending.objects.get().pk])

    assert "There are no signatures here to which this could be done." in text(nobody)
    assert "No emails go to people who have confirmed" in text(nobody)
    assert "All of these emails have been sent." in text(manager.get(undo, follow=True))


def test_many_are_a_job(manager, monkeypatch):
    monkeypatch.setattr(decisions, "AT_ONCE", 2)

    answer = manager.post(f"{DELETE}?source=x", {"reason": "A flood", "typed": "4"})

    job = Job.objects.get()
    assert answer["Location"] == reverse("jobs")
    told = {"titles": ["Free the river"], "language": "en"}
    assert (job.kind, job.total, job.told) == ("delete", 4, told)
    assert b"A flood" not in bytes(job.order)
    assert Petition.objects.exists()
    assert "Delete 4 signatures" in text(manager.get(reverse("jobs")))

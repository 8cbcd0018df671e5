"""The moderation screen applies to the signatures that the list showed, and never to more."""

import re

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.urls import reverse

from campaigns.cms.signatures.moderating import DecisionForm
from campaigns.finding import paging
from campaigns.models import Decision, Signature, Tally
from campaigns.moderation import moderating, queue
from tests.campaigns.cms.browsing import said
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

MODERATE = reverse("moderate_signatures")
LIST = reverse("signatures_modeladmin_index")
ANSWER = {"moderation": "invalidated", "reason": "Invented names"}


@pytest.fixture
def two():
    petition = make_petition()
    make_signature(petition, email="a@fake.example", moderation="quarantined")
    return make_signature(petition, email="z@example.org")


def test_a_condition_that_is_not_known_is_refused(two, admin_client):
    for query in ("stat=quarantined", "state=quarantined&email=a", "p=2", "updates=perhaps"):
        asked = admin_client.get(f"{MODERATE}?{query}")
        admin_client.cookies.pop("messages")  # as the page does that shows them
        answered = admin_client.post(f"{MODERATE}?{query}", {**ANSWER, "typed": "2"})

        assert (asked.status_code, asked["Location"]) == (302, LIST), query
        assert (answered.status_code, answered["Location"]) == (302, LIST), query
        assert "a condition that is not known" in said(admin_client), query
        assert not Decision.objects.exists(), query


def test_all_signatures_are_moderated_only_if_their_number_is_typed(two, admin_client):
    wrong = ("", "1", "two", "9" * 5000)
    cases = {"": wrong, "?state=": wrong[:1], "?source=": wrong[1:2], "?signature=": wrong[2:3]}
    for query, numbers in cases.items():
        asked = admin_client.get(MODERATE + query).content.decode()
        assert "No filter is set" in asked, query
        for typed in numbers:
            refused = admin_client.post(MODERATE + query, {**ANSWER, "typed": typed})
            assert refused.status_code == 422, (query, typed)
            assert not Decision.objects.exists(), (query, typed)


def test_the_number_is_read_however_it_is_written():
    for typed in ("1200", "1,200", "1 200", "١٢٠٠"):
        form = {"moderation": "invalidated", "reason": "A flood", "typed": typed}

        from_form = DecisionForm(form, number=1200)

        assert from_form.is_valid(), (typed, from_form.errors)


def test_with_a_filter_or_one_signature_no_number_is_asked_for(two, admin_client):
    addresses = [f"{MODERATE}?state=quarantined", f"{MODERATE}?signature={two.pk}"]

    pages = [admin_client.get(address).content.decode() for address in addresses]

    assert ["No filter is set" in page for page in pages] == [False, False]


def test_it_comes_back_to_what_the_list_showed(two, admin_client):
    filtered = "state=quarantined&source=fake&signed_at_from=2020-01-01"
    one = f"{MODERATE}?signature={two.pk}"

    done = admin_client.post(f"{MODERATE}?{filtered}", ANSWER)
    nothing = admin_client.get(f"{MODERATE}?state=anonymised")
    single = admin_client.post(one, ANSWER)

    assert done["Location"] == f"{LIST}?{filtered}"
    assert nothing["Location"] == f"{LIST}?state=anonymised"
    assert single["Location"] == reverse("signatures_modeladmin_inspect", args=[two.pk])


@pytest.mark.parametrize("what", ["state", "group"])
def test_what_a_colleague_brings_into_it_meanwhile_is_not_released_unseen(what, two, admin_client):
    """The added signature is older than the newest one that was shown."""
    fields = {"moderation": "quarantined", "moderation_reason": "Odd"}
    shown = make_signature(two.tally.petition, email="shown@fake.example", **fields)
    Signature.objects.exclude(pk__in=(two.pk, shown.pk)).delete()
    [group] = queue.groups(Tally.objects.all())
    address = MODERATE + ("?state=quarantined" if what == "state" else f"?group={group.key}")
    hidden = admin_client.get(address).context["form"].initial
    earlier = Signature.objects.filter(pk=two.pk)
    moderating.moderate(earlier, moderation="quarantined", reason="Odd", by=None)

    answer = {**hidden, "moderation": "release", "reason": "A school"}
    admin_client.post(address, answer)

    assert "1 signature released." in said(admin_client)
    assert list(Signature.objects.order_by("pk").values_list("moderation", flat=True)) == [
        *("quarantined", ""),
    ]


def test_who_confirms_while_one_reads_is_not_invalidated_unseen(two, admin_client):
    pending = make_signature(two.tally.petition, email="p@example.org", confirmed_at=None)
    make_signature(two.tally.petition, email="newest@example.org")
    hidden = admin_client.get(f"{MODERATE}?state=confirmed").context["form"].initial
    Signature.objects.filter(pk=pending.pk).update(confirmed_at=Now())

    admin_client.post(f"{MODERATE}?state=confirmed", {**hidden, **ANSWER})

    assert "2 signatures invalidated." in said(admin_client)
    assert Signature.objects.get(pk=pending.pk).moderation == ""


def test_who_confirms_while_one_reads_about_one_signature_is_named_as_the_reason(two, admin_client):
    pending = make_signature(two.tally.petition, email="p@example.org", confirmed_at=None)
    path = f"{MODERATE}?signature={pending.pk}"
    hidden = admin_client.get(path).context["form"].initial
    Signature.objects.filter(pk=pending.pk).update(confirmed_at=Now())

    admin_client.post(path, {**hidden, **ANSWER})

    told = said(admin_client)
    assert "0 signatures invalidated. The others were withdrawn, anonymised, moderated" in told
    assert "Undo" not in told


def test_the_list_hands_over_its_filters_and_nothing_else(two, admin_client):
    page = admin_client.get(f"{LIST}?state=quarantined&p=1&ordering=signed&_w_filter_fragment=1")

    assert f'href="{MODERATE}?state=quarantined"' in page.content.decode()


def test_the_button_says_about_how_many_it_is(two, admin_client, monkeypatch):
    def label(query):
        page = admin_client.get(f"{LIST}?{query}").content.decode()
        return re.search(r"all signatures shown \(.*?\)", page)[0]

    exact = [label(query) for query in ("", "state=quarantined", "state=anonymised")]
    monkeypatch.setattr(paging, "MOST", 1)

    assert exact == [f"all signatures shown ({number})" for number in (2, 1, 0)]
    assert label("") == "all signatures shown (1+)"


def test_enter_in_the_reason_presses_no_decision(two, admin_client):
    page = admin_client.get(f"{MODERATE}?state=quarantined").content.decode()
    form = page[page.index('<form method="post">') :]

    first = re.search(r"<button[^>]*>", form)[0]
    assert first == '<button type="submit" disabled hidden>'


def test_the_button_that_invalidates_is_red(two, admin_client):
    page = admin_client.get(f"{MODERATE}?signature={two.pk}").content.decode()

    assert 'class="button serious" name="moderation" value="invalidated"' in page


@pytest.mark.parametrize("verb", ["moderate", "undo"])
def test_what_the_database_interrupts_is_said_to_have_changed_nothing(
    verb, two, admin_client, admin_user, monkeypatch
):
    every = Signature.objects.all()
    made = moderating.moderate(every, moderation="", reason="Fine", by=admin_user)
    before = list(Signature.objects.order_by("pk").values_list("moderation", flat=True))
    addresses = {
        "moderate": f"{MODERATE}?signature={two.pk}",
        "undo": reverse("undo_decision", args=[made.pk]),
    }

    def interrupted(*args: object, **kwargs: object) -> None:
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(moderating, verb, interrupted)
    admin_client.post(addresses[verb], ANSWER)

    assert "Nothing was changed: all signatures are as they were" in said(admin_client)
    assert list(Signature.objects.order_by("pk").values_list("moderation", flat=True)) == before


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_undoing_whose_connection_is_lost_is_undone_whole_the_next_time(
    two, admin_client, admin_user, monkeypatch
):
    every, undo = Signature.objects.all(), moderating.undo
    made = moderating.moderate(every, moderation="invalidated", reason="A slip", by=admin_user)
    address = reverse("undo_decision", args=[made.pk])

    def cut_off(*args: object, **kwargs: object) -> None:
        undo(made, by=admin_user)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(moderating, "undo", cut_off)
    admin_client.post(address)
    told = said(admin_client)
    left = set(Signature.objects.values_list("moderation", flat=True))
    monkeypatch.setattr(moderating, "undo", undo)
    admin_client.post(address)

    assert "Nothing was changed: all signatures are as they were" in told
    assert left == {"invalidated"}
    assert set(Signature.objects.values_list("moderation", flat=True)) == {"quarantined", ""}


def test_before_a_decision_some_are_shown_at_random(two, admin_client):
    petition = two.tally.petition
    for number in range(30):
        make_signature(petition, name=f"Signer {number}", email=f"{number}@example.org")

    shown = [
        frozenset(row.pk for row in admin_client.get(MODERATE).context["some"]) for _ in range(5)
    ]
    few = admin_client.get(f"{MODERATE}?signature={two.pk}")

    assert [len(names) for names in shown] == [10] * 5
    assert len(set(shown)) > 1
    assert [row.pk for row in few.context["some"]] == [two.pk]
    assert "at random" in admin_client.get(MODERATE).content.decode()
    assert "at random" not in few.content.decode()

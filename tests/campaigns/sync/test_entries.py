"""Entries of a mailing list: found by email address, and kept while a signature needs them."""

import pytest
from django.utils import timezone

from campaigns.models import Delivery, Known, Signature
from campaigns.privacy import erasing
from campaigns.signatures.email_keys import email_key
from campaigns.signing import signing, withdrawing
from campaigns.sync.receiver import try_now
from tests.campaigns.sync import doubles
from tests.campaigns.sync.conftest import make_list, state, work
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db
# Our two lists on each server.
TWO = {"listmonk": ("3", "9"), "mautic": ("7", "8")}


@pytest.fixture(params=[doubles.Listmonk, doubles.Mautic], ids=lambda kind: kind.__name__)
def server(request, settings):
    """A server with several lists."""
    settings.RECEIVERS_ON_LOOPBACK = True
    with doubles.running(request.param()) as running:
        yield running


def change_email(signature: Signature, email: str) -> None:
    values = {"email": email, "email_key": email_key(signature.tally_id, email)}
    Signature.objects.filter(pk=signature.pk).update(**values)


def go_on(receiver) -> None:
    """Try the list again at once, now that it answers again."""
    Delivery.objects.update(due_at=timezone.now())
    try_now(receiver)
    work()


def named(person) -> str:
    return str((person.get("merge_fields") or person)["name"])


def on(double) -> list[str]:
    """The lists that may write to the only person on the server."""
    [person] = double.people.values()
    if isinstance(double, doubles.Mautic):
        return [] if person["dnc"] else [str(each) for each in sorted(person["segments"])]
    return [str(key) for key, state in sorted(person["lists"].items()) if state == "confirmed"]


def stranger(double) -> dict[str, object]:
    if isinstance(double, doubles.Listmonk):
        kept = {"name": "Eve", "attribs": {}, "status": "enabled"}
        return {"email": "eve@example.org", **kept, "lists": {3: "confirmed"}}
    return {"email": "eve@example.org", "dnc": False, "segments": [7]}


@pytest.mark.parametrize("does", ["correct", "untick", "withdraw"])
def test_who_has_the_number_of_a_signer_now_is_left_alone(server, does):
    """After a restore of the list, ids may belong to other people."""
    make_list(server)
    ada = make_signature(make_petition(), updates=True)
    work()
    [key] = server.people
    server.people = {key: stranger(server)}

    if does == "withdraw":
        withdrawing.withdraw(ada.token("withdraw"))
    else:
        signing.correct(ada.token("manage"), name="Ada King", updates=does == "correct")
    work()

    assert server.people[key] == stranger(server)
    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"sent"}


@pytest.mark.parametrize("does", ["added", "new email"])
def test_who_withdraws_after_an_answer_was_lost_is_deleted(double, does):
    receiver = make_list(double)
    ada = make_signature(make_petition(), updates=True)
    if does == "new email":
        work()
        change_email(ada, "ada@example.net")
    double.silent_to = "^(POST|PUT|PATCH)"
    work()
    lost = list(state(double))
    double.silent_to = "^$"
    withdrawing.withdraw(ada.token("withdraw"))
    go_on(receiver)

    assert lost == ["ada@example.net" if does == "new email" else "ada@example.org"]
    assert double.people == {}
    assert not Known.objects.exists()


def test_who_was_made_without_an_answer_is_ours_all_the_same(double):
    receiver = make_list(double)
    ada = make_signature(make_petition(), updates=True)
    double.silent_to = "^(POST|PUT|PATCH)"
    work()
    double.silent_to = "^$"
    go_on(receiver)
    subscribed = state(double)
    withdrawing.withdraw(ada.token("withdraw"))
    work()

    assert subscribed == {"ada@example.org": "subscribed"}
    assert double.people == {}


def test_a_new_email_of_one_signature_is_an_entry_of_its_own_where_another_has_the_old(double):
    make_list(double)
    river, forest = make_petition(), make_petition(slug="forest")
    ada = make_signature(river, updates=True)
    bert = make_signature(forest, name="Bert", updates=True)
    work()

    change_email(ada, "ada@example.net")
    work()
    both = state(double)
    erasing.erase("ada@example.net")
    work()
    rest = state(double)
    withdrawing.withdraw(bert.token("withdraw"))
    work()

    kept = {"ada@example.org": "subscribed"}
    assert both == kept | {"ada@example.net": "subscribed"}
    assert rest == kept
    assert double.people == {}
    assert not Known.objects.exists()


@pytest.mark.parametrize("does", ["new email", "withdraw"])
def test_of_two_who_share_an_entry_the_data_is_of_whoever_stays(double, does):
    make_list(double, fields=("name", "comment"))
    shared = make_petition(shares_email=True)
    make_signature(shared, name="Ada", updates=True)
    about_bert = {"name": "Bert", "comment": "I fish there.", "household_slot": 2}
    bert = make_signature(shared, **about_bert, updates=True)
    work()
    first = [named(person) for person in double.people.values()]
    if does == "withdraw":
        withdrawing.withdraw(bert.token("withdraw"))
    else:
        change_email(bert, "bert@example.net")
    work()

    assert first == ["Bert"]
    left = [named(person) for person in double.people.values()]
    assert sorted(left) == (["Ada"] if does == "withdraw" else ["Ada", "Bert"])
    assert str(double.people).count("I fish there.") == len(left) - 1


def test_a_new_email_that_is_there_already_replaces_the_old_one(double):
    make_list(double)
    river, forest = make_petition(), make_petition(slug="forest")
    ada = make_signature(river, updates=True)
    make_signature(forest, email="ada@example.net", updates=True)
    work()
    change_email(ada, "Ada@example.net")
    work()

    assert {email.lower(): way for email, way in state(double).items()} == {
        "ada@example.net": "subscribed"
    }


def test_an_entry_of_two_lists_goes_with_the_last_of_them(server):
    kind = type(server).__name__.lower()
    river, forest = make_petition(), make_petition(slug="forest")
    for audience, petition in zip(TWO[kind], (river, forest), strict=True):
        make_list(server, audience=audience, all_petitions=False).tallies.add(petition.tally)
    ada = make_signature(river, updates=True)
    ada_too = make_signature(forest, updates=True)
    work()
    both = on(server)

    signing.correct(ada.token("manage"), name="Ada King", updates=False)
    work()
    one = on(server)
    signing.correct(ada.token("manage"), name="Ada King", updates=True)
    work()
    again = on(server)
    withdrawing.withdraw(ada.token("withdraw"))
    work()
    last = on(server)
    withdrawing.withdraw(ada_too.token("withdraw"))
    work()

    first, second = TWO[kind]
    assert (both, one, again, last) == ([first, second], [second], [first, second], [second])
    assert server.people == {}


def test_who_is_erased_from_two_lists_at_once_is_deleted(server):
    kind = type(server).__name__.lower()
    for audience, end in zip(TWO[kind], ("", "/"), strict=True):
        make_list(server, audience=audience, url=server.url + end)
    make_signature(make_petition(), updates=True)
    work()
    erasing.erase("ada@example.org")
    work()

    assert server.people == {}
    assert not Known.objects.exists()

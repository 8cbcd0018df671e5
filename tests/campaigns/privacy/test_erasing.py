"""One person is erased over all petitions, and nobody else."""

import logging

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from campaigns.models import ErasureReceipt, ListEntry, OutgoingMail, Signature, Tally
from campaigns.moderation.decisions import Decision, ModeratedSignature
from campaigns.privacy import access_report, access_report_in_words, erasing
from campaigns.privacy.people import Scope
from tests.factories import make_decision

pytestmark = pytest.mark.django_db


def left() -> set:
    return set(Signature.objects.values_list("pk", flat=True))


def test_erasing_deletes_one_person_everywhere_and_nobody_else(ada, others, capsys):
    OutgoingMail.objects.create(signature=ada[0], kind="confirm", due_at=timezone.now())
    kept = OutgoingMail.objects.create(signature=others[0], kind="confirm", due_at=timezone.now())

    call_command("erase_person", "adalovelace@gmail.com", yes=True)

    assert left() == {signature.pk for signature in others}
    assert list(OutgoingMail.objects.all()) == [kept]
    assert capsys.readouterr().out.splitlines() == [
        "To delete: forest: 1",
        "To delete: river: 1",
        "To delete: 2 in all.",
        "Deleted: forest: 1",
        "Deleted: river: 1",
        "Deleted: 2 in all.",
        f"Receipt {ErasureReceipt.objects.get().pk}.",
    ]


@pytest.mark.parametrize("answer", ["n", "", "nope"])
def test_erasing_asks_first(ada, monkeypatch, answer):
    monkeypatch.setattr("builtins.input", lambda question: answer)

    with pytest.raises(CommandError, match="Nothing was deleted"):
        call_command("erase_person", "adalovelace@gmail.com")

    assert len(left()) == 2


def test_erasing_after_a_yes(ada, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "y")

    call_command("erase_person", "adalovelace@gmail.com")

    assert left() == set()


def test_erasing_where_nobody_can_answer_erases_nothing(ada, monkeypatch):
    def nobody(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)

    with pytest.raises(CommandError, match="Nothing was deleted"):
        call_command("erase_person", "adalovelace@gmail.com")


def test_erasing_twice_is_not_an_error_and_the_report_names_the_receipt(ada, capsys):
    email = "adalovelace@gmail.com"
    for _ in range(2):
        call_command("erase_person", email, yes=True)

    assert capsys.readouterr().out.splitlines()[-1] == "To delete: 0 in all."
    receipt, told = ErasureReceipt.objects.get(), access_report.export(email)
    assert [each["number"] for each in told["receipts"]] == [receipt.pk]
    assert set(told["receipts"][0]["petition"].split(", ")) == {
        "Free the river",
        "Spare the forest",
    }
    assert "Date of deletion: " in str(access_report_in_words.tree(told))
    of_a_team = Scope(tallies=Tally.objects.all())
    for limits in ({"name": "Ada"}, {"scope": of_a_team}):
        assert "receipts" not in access_report.export(email, **limits)


def test_the_logs_keep_that_somebody_was_erased_and_not_who(ada, caplog):
    with caplog.at_level(logging.DEBUG):
        call_command("erase_person", "adalovelace@gmail.com", yes=True)

    entries = ModelLogEntry.objects.filter(action="petition.erase").order_by("label")
    data = {"rows": 1, "receipt": str(ErasureReceipt.objects.get().pk)}
    assert [(entry.label, entry.data) for entry in entries] == [
        ("Free the river", data),
        ("Spare the forest", data),
    ]
    assert "Erased at a person's request: 2 rows." in caplog.text
    assert "lovelace" not in caplog.text.casefold()


def test_a_moderators_reason_goes_and_that_they_acted_stays(ada, others):
    for signature in (ada[0], others[0]):
        log(signature, "wagtail.edit", data={"reason": "This is not really her"})

    erasing.erase("adalovelace@gmail.com")

    data = ModelLogEntry.objects.filter(action="wagtail.edit").values_list("object_id", "data")
    assert dict(data) == {
        str(ada[0].pk): {},
        str(others[0].pk): {"reason": "This is not really her"},
    }


def test_the_words_of_a_decision_go_with_the_last_whom_it_was_about(ada, others):
    hers = make_decision(*ada, reason="This is not really Ada")
    flood = make_decision(ada[0], others[0], reason="A flood")

    erasing.erase("adalovelace@gmail.com")

    assert dict(Decision.objects.values_list("pk", "reason")) == {hers.pk: "", flood.pk: "A flood"}
    assert ModeratedSignature.objects.get().signature == others[0]


def test_a_list_entry_that_names_the_mailbox_goes_too(ada):
    for kind, pattern in (
        ("email", "adalovelace@gmail.com"),
        ("email", "grace@example.org"),
        ("domain", "gmail.com"),
    ):
        ListEntry.objects.create(kind=kind, pattern=pattern)

    receipt = erasing.erase("Ada.Lovelace@gmail.com")

    assert erasing.counted(receipt) == {"river": 1, "forest": 1, erasing.LIST_ENTRIES: 1}
    left = ListEntry.objects.order_by("pattern").values_list("pattern", flat=True)
    assert list(left) == ["gmail.com", "grace@example.org"]


def test_a_staff_account_with_the_email_is_told_of_and_stays(ada, capsys):
    User.objects.create_user("ada", "adalovelace@gmail.com")

    call_command("erase_person", "adalovelace@gmail.com", yes=True)

    assert "A member of the staff has this email address too" in capsys.readouterr().err
    assert User.objects.filter(username="ada").exists()

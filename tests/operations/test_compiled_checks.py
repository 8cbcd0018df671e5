"""The rules of a table that are compiled into one check."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.test.utils import isolate_apps
from django.utils import timezone

from campaigns.models import OutgoingMail, Signature
from operations.postgresql.checks import CompiledChecks
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

NOW = timezone.now()
# Values that break each rule of a signature, and no rule before it.
BROKEN = {
    "anonymised_signature_has_no_personal_reply": {
        "anonymised_at": NOW,
        "replies": {"personal": {"role": "nurse"}},
    },
    "anonymised_signature_is_empty": {"anonymised_at": NOW},
    "channel_is_known": {"channel": "other"},
    "comment_to_show_is_agreed_to": {"comment_state": "waiting"},
    "form_signature_has_key_and_version": {"email_key": None},
    "household_slot_is_1_or_2": {"household_slot": 3},
    "moderation_is_known": {"moderation": "other"},
    "shown_signature_may_be_shown": {"shown_at": NOW},
    "signature_for_mailings_has_no_more": {"for_mailings_since": NOW, "postcode": "75011"},
}


def checks_of(model: type[models.Model]) -> CompiledChecks:
    (found,) = (each for each in model._meta.constraints if isinstance(each, CompiledChecks))
    return found


@pytest.mark.parametrize("rule", checks_of(Signature).rules)
def test_each_rule_of_a_signature_is_told_by_its_name_and_nothing_of_the_row(rule):
    signature = make_signature(make_petition(), email="one@example.org", name="Ada Okafor")
    changed = Signature.objects.filter(pk=signature.pk)

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        changed.update(**BROKEN[rule])

    assert caught.value.__cause__.diag.constraint_name == rule
    assert caught.value.__cause__.diag.table_name == "campaigns_signature"
    assert rule in str(caught.value)
    assert not {"one@example.org", "Ada Okafor"} & set(str(caught.value).split())
    changed.update(country="FR")  # a row that breaks no rule is stored


@pytest.mark.parametrize("column", ["kind", "outcome"])
def test_a_mail_has_no_unknown_value(column):
    signature = make_signature(make_petition(), email="one@example.org")
    values = {"kind": "confirm", "outcome": "", column: "other"}
    with pytest.raises(IntegrityError, match=f"{column}_is_known"), transaction.atomic():
        OutgoingMail.objects.create(signature=signature, due_at=signature.signed_at, **values)


def functions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname ~ '_is_sound$'")
        return {name for (name,) in cursor.fetchall()}


@isolate_apps("campaigns")
def test_rules_come_and_go_with_their_table_and_are_replaced():
    class Cup(models.Model):
        drops = models.IntegerField()

        class Meta:
            app_label = "campaigns"
            constraints = [
                CompiledChecks(name="cup_is_sound", rules={"cup_is_not_full": Q(drops__lt=9)})
            ]

        def __str__(self) -> str:
            return str(self.drops)

    (old,) = Cup._meta.constraints
    rules = {"cup_is_small": Q(drops__lt=5), "cup_says_what": ~Q(drops__in=[3, 4])}
    new = CompiledChecks(name="cup_is_sound", rules=rules)
    before = functions()
    with connection.schema_editor() as editor:
        editor.create_model(Cup)
    Cup.objects.create(drops=4)

    with pytest.raises(IntegrityError, match="cup_is_not_full"), transaction.atomic():
        Cup.objects.create(drops=9)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Cup, old)
    assert functions() == before
    Cup.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Cup, new)
    with pytest.raises(IntegrityError, match="cup_is_small"), transaction.atomic():
        Cup.objects.create(drops=8)
    with pytest.raises(IntegrityError, match="cup_says_what"), transaction.atomic():
        Cup.objects.create(drops=4)
    assert functions() == before | {"campaigns_cup_is_sound"}


def test_a_migration_says_the_same_as_the_model():
    told = checks_of(Signature)

    _path, args, kwargs = told.deconstruct()

    assert CompiledChecks(*args, **kwargs) == told
    assert CompiledChecks(name=told.name, rules={**told.rules, "more": Q(name="")}) != told


@pytest.mark.parametrize(
    ("what", "most"),
    [
        ("sum(length(tgqual)) FROM pg_trigger WHERE tgrelid", 2_000),
        ("sum(length(conbin)) FROM pg_constraint WHERE conrelid", 1_000),
    ],
)
def test_what_postgresql_parses_for_each_signature_is_short(what, most):
    """It parses the conditions of triggers and checks for each statement that writes to a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {what} = 'campaigns_signature'::regclass")
        [length] = cursor.fetchone()
    assert 0 < length < most

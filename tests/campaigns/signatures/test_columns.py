"""What is declared about a column applies to all its readers.

Receivers, imports and the file for handing over choose their columns by name.
"""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.utils import timezone
from django.utils.text import capfirst
from django_countries.fields import CountryField

from campaigns.exports import rows
from campaigns.models import Petition, Signature
from campaigns.petitions.settings import Ask
from campaigns.privacy import access_report, anonymising
from campaigns.signatures.column_types import ShownIn, as_text, column, columns
from campaigns.signatures.columns import COLUMNS, PERSONAL, SignatureColumns
from campaigns.signing import signing
from campaigns.signing.forms import SignForm
from tests.factories import make_campaign, make_petition, make_signature

NOT_FILLED = ("anonymised_at", "for_mailings_since", "email_key")
ANSWERS = {"country": "KE", "updates": False, "may_answer": False}


def sample(field: models.Field) -> Any:
    """A value that the column can contain, and that no other text field has."""
    if isinstance(field, CountryField):
        return "RU"
    if field.choices:
        return field.choices[-1][0]
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.JSONField):
        return {"other": {"key": "a reply"}}
    if isinstance(field, models.BinaryField):
        return b"k" * 32
    return f"a {field.name}"[: field.max_length]


def make_full(petition: Petition, **changes: Any) -> Signature:
    """A signature with a value in every column except those that say what was deleted."""
    signature = make_signature(petition, page=make_campaign(petition))
    full = {
        field.name: sample(field)
        for field, _ in COLUMNS
        if not field.is_relation and field.name not in NOT_FILLED
    }
    valid = {"language": "en", "sent_mails": b"\x01\x09\x10"}
    Signature.objects.filter(pk=signature.pk).update(**full | valid | changes)
    return Signature.objects.get()


def shown(place: ShownIn) -> list[tuple[str, str]]:
    """The label of each column that is shown in this place, and its value if that is plain text."""
    own = place is ShownIn.OWN_PAGE
    return [
        (
            str((own and column.own_label) or capfirst(field.verbose_name)),
            "" if own and column.own_text else as_text(Signature.objects.get(), field),
        )
        for field, column in COLUMNS
        if place in column.shown_in
    ]


def text_of(client: Client, path: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).content.decode()).split())


def missing(text: str, place: ShownIn) -> list[tuple[str, str]]:
    return [
        (label, value)
        for label, value in shown(place)
        if label not in text or value.lower() not in text.lower()
    ]


def test_a_declaration_stays_with_its_field():
    class Abstract(models.Model):
        phone = column(models.CharField("phone", null=True), personal=True, typed=True)
        number = models.IntegerField()

        class Meta:
            abstract = True
            app_label = "campaigns"

    ((field, declared),) = columns(Abstract)

    assert (field.name, declared.personal, declared.typed) == ("phone", True, True)
    assert declared.shown_in is ShownIn.EVERYWHERE


def test_a_column_that_is_not_declared_is_named_here_with_its_reason():
    undeclared = {
        "id": "the number: each reader writes it in its own way",
        "tally": "the petition: likewise",
        "household_slot": "tells two people with one email apart",
        "moderation": "shown as the state, which is derived from it",
        "times_signed": "makes all signatures take the same time",
    }

    declared = {field.name for field, _ in COLUMNS}
    found = {field.name for field in Signature._meta.concrete_fields}

    assert found - declared == undeclared.keys()
    assert {field.name for field in SignatureColumns._meta.concrete_fields} == found


@pytest.mark.django_db
def test_anonymising_empties_each_personal_column():
    signature = make_full(make_petition())
    before = {name: getattr(signature, name) for name in PERSONAL}

    anonymising.anonymise([signature.pk])

    after = Signature.objects.values(*PERSONAL).get()
    assert [name for name, value in before.items() if value is None] == []
    assert after == dict.fromkeys(PERSONAL)


@pytest.mark.django_db
@pytest.mark.parametrize("is_confirmed", [False, True])
def test_signing_again_replaces_each_typed_column_until_it_is_confirmed(is_confirmed):
    petition = make_petition(confirms_by_email=False)
    moment = timezone.now() if is_confirmed else None
    names = [field.attname for field, column in COLUMNS if column.typed]
    make_full(petition, confirmed_at=moment, version=None, language="fr")
    before = Signature.objects.values(*names).get()

    signing.sign(
        petition,
        name="Ada",
        email="Ada@example.org",
        version=petition.version.pk,
        is_shown=True,
        replies={"other": {"key": "another"}},
        **{name: ANSWERS.get(name, "another") for name in signing.UNANSWERED},
    )

    after = Signature.objects.values(*names).get()
    replaced = [name for name in names if after[name] != before[name]]
    assert replaced == ([] if is_confirmed else names)


@pytest.mark.django_db
def test_nobody_signs_with_what_no_form_asks_for():
    petition = make_petition()

    with pytest.raises(TypeError, match="shoe_size"):
        signing.sign(petition, name="A", email="a@example.org", version=1, shoe_size="39")


@pytest.mark.django_db
def test_the_form_asks_for_each_column_as_the_settings_of_the_petition_say():
    asked = {field.name: column.setting for field, column in COLUMNS if column.form_field}
    settings = {name: setting for name, setting in asked.items() if setting}
    kinds = {name: Petition._meta.get_field(name) for name in settings.values()}
    is_tick = {name: isinstance(kind, models.BooleanField) for name, kind in kinds.items()}

    off = SignForm(make_petition(**{name: False if is_tick[name] else Ask.OFF for name in kinds}))
    on = SignForm(
        make_petition(
            title="On",
            slug="on",
            forwards="each",
            **{name: True if is_tick[name] else Ask.OPTIONAL for name in kinds},
        )
    )

    assert asked.keys() & off.fields.keys() == asked.keys() - settings.keys()
    assert asked.keys() & on.fields.keys() == asked.keys()
    assert [name for name in settings if on.fields[name].required] == []
    assert [name for name in asked if not on[name].label] == []


@pytest.mark.django_db
def test_the_export_has_a_heading_and_a_cell_for_each_exported_column():
    signature = make_full(make_petition(), channel="form")
    exported = [field for field, column in COLUMNS if ShownIn.EXPORT in column.shown_in]

    (row,) = rows.rows(Signature.objects.all())

    words = {True: "yes", False: "no"}
    values = [getattr(signature, field.attname) for field in exported]
    assert rows.headings()[3:] == [capfirst(field.verbose_name) for field in exported]
    assert list(row[3:]) == [words[value] if isinstance(value, bool) else value for value in values]


@pytest.mark.django_db
def test_the_access_report_holds_each_column():
    signature = make_full(make_petition())

    report = access_report.exported(signature)

    empty = [field.name for field, _ in COLUMNS if report.get(field.name) in (None, "")]
    # The emails are listed one by one, and this signature is not anonymised, even in part.
    assert empty == ["sent_mails", "anonymised_at", "for_mailings_since"]


@pytest.mark.django_db
def test_the_signers_own_page_shows_each_column_that_is_shown_there(client):
    signature = make_full(make_petition())

    text = text_of(client, f"/signatures/manage/{signature.token('manage')}/")

    assert missing(text, ShownIn.OWN_PAGE) == []


@pytest.mark.django_db
def test_the_cms_shows_each_column_that_is_shown_there(client):
    signature = make_full(make_petition())
    client.force_login(User.objects.create_superuser("root"))

    text = text_of(client, f"/admin/signatures/inspect/{signature.pk}/")

    assert missing(text, ShownIn.CMS) == []

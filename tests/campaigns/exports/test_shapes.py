"""The file of each shape: its columns, and its rows among signatures in every state."""

import csv
import io
import itertools
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db.models import CharField, Q, QuerySet
from django.utils import timezone
from openpyxl import load_workbook

from campaigns.exports import rows, shapes
from campaigns.exports.csv import csv_file
from campaigns.exports.shapes import ANALYSIS, EVERYTHING, HANDOVER, MAILING, SHAPES, Shape
from campaigns.exports.xlsx import xlsx_file
from campaigns.models import Petition, Signature, StoppedMailbox
from campaigns.privacy import anonymising
from campaigns.signatures.columns import COLUMNS, PERSONAL
from campaigns.signatures.question_answers import grouped
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 11, 24, 23, 30, 15, tzinfo=UTC)
CANARY = "canary"
ALL = dict.fromkeys(SHAPES, Q())
QUESTIONS = [
    ("text", {"label": "What is your job?", "is_personal": True}),
    ("text", {"label": "In your words?", "is_personal": False}),
    ("checkbox", {"label": "Are you a member?", "is_personal": True}),
    ("checkbox", {"label": "Can you plant trees?", "is_personal": False}),
]


def of_csv(shape: Shape, signatures: QuerySet[Signature] | None = None) -> list[list[str]]:
    found = Signature.objects.order_by("pk") if signatures is None else signatures
    questions = rows.asked(found, shape)
    pieces = csv_file(found, rows.headings(questions, shape), questions, shape)
    text = b"".join(piece.content for piece in pieces).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def of_xlsx(shape: Shape) -> list[list[object]]:
    found = Signature.objects.order_by("pk")
    questions = rows.asked(found, shape)
    pieces = xlsx_file(found, rows.headings(questions, shape), questions, shape)
    book = load_workbook(io.BytesIO(b"".join(piece.content for piece in pieces)))
    return [list(map(plain, row)) for row in book.active.iter_rows(values_only=True)]


def plain(value: object) -> object:
    """Convert midnight, which a workbook returns for a date, back to the date."""
    is_day = isinstance(value, datetime) and value.time() == time()
    return value.date() if is_day else value


@pytest.fixture
def every_state() -> Petition:
    """A signature for each combination of the facts that decide whether it is in a file."""
    petition = make_petition()
    combined = itertools.product(
        [MOMENT, None], ["", "quarantined", "invalidated"], [True, False], [True, False], range(2)
    )
    for number, (confirmed_at, moderation, updates, is_stopped, is_anonymised) in enumerate(
        combined
    ):
        signature = make_signature(
            petition,
            email=f"{number}@example.org",
            name=f"Signer {number}",
            confirmed_at=confirmed_at,
            signed_at=MOMENT,
            moderation=moderation,
            updates=updates,
            # Identifies the signature, since anonymising removes everything else.
            source=f"row-{number}",
        )
        if is_stopped:
            StoppedMailbox.objects.create(tally=petition.tally, email_key=signature.email_key)
        if is_anonymised:
            anonymising.anonymise([signature.pk])
    return petition


def taken(shape: Shape) -> set[str]:
    return set(shape.narrowed(Signature.objects.all()).values_list("source", flat=True))


def signatures_where(**is_so: object) -> set[str]:
    """The sources of the signatures with these facts, determined in Python."""
    stopped = {bytes(key) for key in StoppedMailbox.objects.values_list("email_key", flat=True)}
    found = set()
    for each in Signature.objects.all():
        facts = {
            "counts": each.confirmed_at is not None and each.moderation == "",
            "anonymised": each.anonymised_at is not None,
            "updates": each.updates,
            "stopped": each.email_key is not None and bytes(each.email_key) in stopped,
        }
        if facts.items() >= is_so.items():
            found.add(each.source)
    return found


def test_each_shape_takes_what_its_purpose_allows_of_every_state(every_state):
    confirmed = signatures_where(counts=True, anonymised=False)

    assert len(signatures_where()) == 48
    assert taken(HANDOVER) == confirmed
    assert taken(MAILING) == signatures_where(
        counts=True, anonymised=False, updates=True, stopped=False
    )
    assert taken(ANALYSIS) == signatures_where(counts=True)
    assert taken(EVERYTHING) == signatures_where()
    assert [len(taken(shape)) for shape in SHAPES.values()] == [4, 1, 8, 48]


def test_the_numbers_that_are_told_before_are_those_of_the_rows(every_state):
    make_signature(make_petition(slug="other"), updates=True)
    every, one = Signature.objects.all(), Signature.objects.filter(source="row-0")

    total, told = shapes.counts(every, ALL)
    _total, of_one = shapes.counts(one, ALL)

    assert total == Signature.objects.count()
    assert told == {key: len(of_csv(shape)) - 1 for key, shape in SHAPES.items()}
    assert told == {key: len(of_xlsx(shape)) - 1 for key, shape in SHAPES.items()}
    assert of_one == {key: len(of_csv(shape, one)) - 1 for key, shape in SHAPES.items()}
    assert shapes.counts(Signature.objects.none(), ALL) == (0, dict.fromkeys(SHAPES, 0))


def test_a_mailbox_that_stopped_the_mails_of_one_petition_gets_those_of_another():
    first, second = make_petition(), make_petition(slug="second")
    stopped = make_signature(first, name="Stopped", updates=True)
    make_signature(second, name="Another", updates=True)
    StoppedMailbox.objects.create(tally=first.tally, email_key=stopped.email_key)

    assert of_csv(MAILING)[1:] == [["ada@example.org", "Another", "en"]]


def test_a_mailing_list_has_no_email_that_nobody_has_proved():
    unproven = make_petition(confirms_by_email=False)
    make_signature(unproven, email="victim@example.org", updates=True)
    make_signature(unproven, email="listed@example.org", updates=True, channel="import")

    _total, told = shapes.counts(Signature.objects.all(), ALL)

    assert of_csv(MAILING)[1:] == [["listed@example.org", "Ada Lovelace", "en"]]
    assert told[MAILING.key] == 1


@pytest.mark.parametrize("state", ["waiting", "shown", "hidden", None])
def test_a_comment_is_handed_over_once_its_signer_agreed_and_a_moderator_approved(state):
    make_signature(
        make_petition(title="River"),
        country="DE",
        postcode="01067",
        affiliation="River Club",
        comment="It must run free.",
        comment_state=state,
        comment_as=None if state is None else "Ada",
    )

    heading, row = of_csv(HANDOVER)

    assert heading == ["Petition", "Name", "Country", "Postcode", "Organisation", "Comment"]
    shown = "It must run free." if state == "shown" else ""
    assert row == ["River", "Ada Lovelace", "DE", "01067", "River Club", shown]
    everything = dict(zip(*of_csv(EVERYTHING), strict=True))
    assert (everything["Comment"], everything["Email"]) == ("It must run free.", "ada@example.org")


def full(petition: Petition, **fields: object) -> Signature:
    """A signature with a canary in each personal column, and in each answer that can contain it."""
    fields_of = {name: Signature._meta.get_field(name) for name in PERSONAL if name != "email"}
    texts = {name: CANARY for name, field in fields_of.items() if isinstance(field, CharField)}
    given = dict(zip(petition.asked_questions, (CANARY, CANARY, True, True), strict=True))
    values = {
        **texts,
        "phone": f"+49{CANARY}",
        "comment": CANARY,
        "comment_state": "shown",
        "shown_at": MOMENT,
        "typed_digest": b"\xca\xa7\xca\xa7\xca\xa7\xca\xa7",
        "link_key": b"\xca\xa7\xca\xa7\xca\xa7\xca\xa7",
        "network_key": b"\xca\xa7" * 16,
        "sent_mails": b"\xca\xa7\xca",
        "moderation_reason": CANARY,
        "replies": grouped(list(given.items())),
        "country": "DE",
        "language": "de",
        "source": "poster",
        "framed_by": "news.example",
        "channel": "embed",
        "updates": True,
        "signed_at": MOMENT,
        "confirmed_at": MOMENT,
    }
    return make_signature(petition, email=f"{CANARY}@example.org", **(values | fields))


def test_an_analysis_holds_nothing_personal(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    petition = make_petition(title="River", questions=QUESTIONS)
    signature = full(petition, confirmed_at=MOMENT + timedelta(days=1))
    empty = [name for name in PERSONAL if getattr(signature, name) is None]
    from_csv, from_xlsx = of_csv(ANALYSIS), of_xlsx(ANALYSIS)
    timezone.get_default_timezone.cache_clear()

    heading = [
        *(
            "Petition",
            "Day of signing",
            "Country",
            "Language",
            "Channel",
            "Source",
            "Embedding site",
        ),
        *("Keep me informed", "Can you plant trees?"),
    ]
    cells = ["embed", "poster", "news.example", "yes", "yes"]
    assert empty == []  # each personal column could leak
    assert from_csv == [heading, ["River", "2026-11-25", "DE", "de", *cells]]
    assert from_xlsx == [heading, ["River", date(2026, 11, 25), "DE", "de", *cells]]
    # The shape “Everything” contains what must not be in this file.
    whole = str(of_csv(EVERYTHING))
    assert (CANARY in whole, str(signature.pk) in whole, "T00:30:15" in whole) == (True,) * 3
    for part in (CANARY, str(signature.pk), "30:15"):
        assert part not in str(from_csv)
    assert str(signature.version_id) not in from_csv[1]


def test_an_analysis_does_not_say_no_for_those_whose_answer_was_anonymised():
    petition = make_petition()
    for number, updates in enumerate((True, True, False)):
        make_signature(petition, email=f"{number}@example.org", updates=updates, source=str(number))
    anonymising.anonymise([Signature.objects.get(source="0").pk])

    rows = of_csv(ANALYSIS)

    source, informed = (rows[0].index(name) for name in ("Source", "Keep me informed"))
    found = {row[source]: row[informed] for row in rows[1:]}
    assert found == {"0": "", "1": "yes", "2": "no"}


def test_no_personal_column_can_come_into_an_analysis_by_its_declaration():
    personal = {field.attname for field, column in COLUMNS if column.personal}

    assert personal & set(ANALYSIS.cells) == set()
    assert {"number", "version_id", "signed_at", "confirmed_at"} & set(ANALYSIS.cells) == set()
    assert {"email", "phone", "network_key", "email_key", "number"} & set(HANDOVER.cells) == set()


def test_an_answer_that_was_personal_when_it_was_given_stays_out_of_an_analysis():
    petition = make_petition(questions=QUESTIONS)
    signature = full(petition)
    replies = signature.replies
    key = petition.asked_questions[3].key
    replies["personal"][key] = replies["other"].pop(key)
    Signature.objects.update(replies=replies)

    assert of_csv(ANALYSIS)[1][-1] == ""
    assert of_csv(EVERYTHING)[1][-1] == "yes"


def test_the_order_of_an_analysis_does_not_tell_whose_row_is_whose():
    petition = make_petition()
    for number, country in enumerate(["FR", "DE", "AR", "DE"]):
        full_name = f"Signer {number}"
        make_signature(petition, email=f"{number}@example.org", name=full_name, country=country)

    assert [row[1] for row in of_csv(HANDOVER)[1:]] == [f"Signer {n}" for n in range(4)]
    assert [row[2] for row in of_csv(ANALYSIS)[1:]] == ["AR", "DE", "DE", "FR"]
    assert [row[2] for row in of_xlsx(ANALYSIS)[1:]] == ["AR", "DE", "DE", "FR"]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_workbook_has_the_cells_of_the_csv_file(shape, every_state):
    as_texts = [["" if v is None else str(v) for v in row] for row in of_xlsx(shape)]
    by_csv = of_csv(shape)
    moments = [place for place, name in enumerate(shape.cells) if name.endswith("_at")]

    for row in [*as_texts, *by_csv]:
        for place in moments:
            row[place] = ""
    assert as_texts == by_csv


def test_who_signed_two_petitions_stands_in_the_mailing_list_twice():
    for slug in ("first", "second"):
        make_signature(make_petition(slug=slug), updates=True)

    assert of_csv(MAILING)[1:] == [["ada@example.org", "Ada Lovelace", "en"]] * 2

"""Answers to a petition's questions after signing: read, corrected, exported and anonymised."""

import csv
import io
import json

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from campaigns.exports import rows
from campaigns.exports.csv import csv_file
from campaigns.exports.shapes import EVERYTHING
from campaigns.exports.xlsx import xlsx_file
from campaigns.models import Petition, Signature
from campaigns.petitions.signed_versions import changes
from campaigns.privacy import access_report, access_report_in_words, anonymising
from campaigns.signatures.question_answers import grouped
from campaigns.signing.questions import name_of
from tests.campaigns.public.test_manage import link
from tests.campaigns.signing.test_questions import JOB, PLANTS, QUESTIONS, TREE
from tests.factories import days_ago, make_petition, make_signature

pytestmark = pytest.mark.django_db


def answered(petition: Petition, *answers: str | bool, **fields: object) -> Signature:
    given = list(zip(petition.asked_questions, answers, strict=True))
    return make_signature(petition, replies=grouped(given), **fields)


def publish(petition: Petition, blocks: list[dict]) -> Petition:
    """Publish these questions in the place of the petition's own."""
    draft = Petition.objects.get(pk=petition.pk)
    draft.questions = json.dumps(blocks)
    revision = draft.save_revision()
    changes.explain(draft, reason="We know it now.")
    revision.publish()
    return Petition.objects.get(pk=petition.pk)


def blocks_of(petition: Petition) -> list[dict]:
    return list(petition.questions.get_prep_value())


def correct(client, signature, **answers: str | None):
    """Send the form of the signer's page as it is, with these answers, by label, changed."""
    page = client.get(link(signature)).content
    data = fields_of(BeautifulSoup(page, "html.parser").find("form"))
    for each in signature.petition.all_questions():
        if each.label in answers:
            data[name_of(each)] = answers[each.label]
    return client.post(link(signature), {k: v for k, v in data.items() if v is not None})


def fields_of(form: Tag) -> dict[str, str | None]:
    found = {}
    for field in form.find_all(["input", "select"]):
        if field.name == "select":
            chosen = field.find("option", selected=True)
            found[field["name"]] = chosen["value"] if chosen else ""
        elif field["type"] == "checkbox":
            found[field["name"]] = "on" if field.has_attr("checked") else None
        else:
            found[field["name"]] = field.get("value", "")
    return found


def told(signature: Signature) -> list[tuple[str, str]]:
    """The answers as staff see them."""
    signature = Signature.objects.get(pk=signature.pk)
    return [(each["question"], each["answer"]) for each in access_report.replied(signature)]


def test_every_answer_is_read_where_the_signature_is(client):
    signature = answered(make_petition(questions=QUESTIONS), "Baker", "Ash", False)
    client.force_login(User.objects.create_superuser("root"))
    expected = [("What is your job?", "Baker"), ("Which tree?", "Ash"), (PLANTS[1]["label"], "no")]

    own = json.loads(client.get(link(signature) + "download/").content)
    report = access_report.export("ada@example.org")
    inspected = client.get(f"/admin/signatures/inspect/{signature.pk}/").content.decode()
    page = client.get(link(signature)).content.decode()

    assert told(signature) == expected
    assert own["replies"] == [{"question": q, "answer": a} for q, a in expected]
    assert report["signatures"][0]["replies"] == own["replies"]
    assert "What is your job? Baker" in str(access_report_in_words.tree(report))
    assert all(label in inspected and answer in inspected for label, answer in expected)
    assert all(label in page for label, _ in expected)


def test_a_signer_corrects_and_deletes_answers(client):
    signature = answered(make_petition(questions=QUESTIONS), "Baker", "Ash", True)

    first = correct(client, signature, **{"What is your job?": "Cook", "Which tree?": ""})
    changed = told(signature)
    correct(client, signature, **{PLANTS[1]["label"]: None})

    assert first.status_code == 303
    assert changed == [("What is your job?", "Cook"), (PLANTS[1]["label"], "yes")]
    assert told(signature) == [("What is your job?", "Cook"), (PLANTS[1]["label"], "no")]


def test_what_a_form_did_not_show_stays_when_it_is_sent(client):
    signature = answered(make_petition(questions=[JOB, TREE]), "Baker", "Ash")

    client.post(link(signature), {"name": "Ada King"})

    assert told(signature) == [("What is your job?", "Baker"), ("Which tree?", "Ash")]


def test_whoever_signed_before_a_question_need_not_answer_it(client):
    petition = make_petition()
    signature = make_signature(petition)
    publish(petition, [{"type": JOB[0], "value": JOB[1]}])

    response = correct(client, signature, name="Ada King")

    assert response.status_code == 303
    assert Signature.objects.get().replies is None


def test_a_question_that_is_removed_is_not_asked_and_its_answers_stay(client):
    petition = make_petition(questions=QUESTIONS)
    signature = answered(petition, "Baker", "Ash", True)

    after = publish(petition, blocks_of(petition)[2:])

    assert [each.label for each in after.asked_questions] == [PLANTS[1]["label"]]
    assert told(signature) == [
        (PLANTS[1]["label"], "yes"),
        ("What is your job?", "Baker"),
        ("Which tree?", "Ash"),
    ]
    correct(client, signature, **{"What is your job?": "", "Which tree?": "Ash"})
    assert told(signature) == [(PLANTS[1]["label"], "yes"), ("Which tree?", "Ash")]


def test_a_choice_that_is_removed_stays_the_answer_of_whoever_chose_it(client):
    petition = make_petition(questions=[TREE])
    signature = answered(petition, "Ash")
    blocks = blocks_of(petition)
    blocks[0]["value"]["choices"] = blocks[0]["value"]["choices"][:1]

    publish(petition, blocks)

    assert correct(client, signature).status_code == 303
    assert told(signature) == [("Which tree?", "Ash")]


def test_before_anybody_has_signed_a_removed_question_is_gone_after_a_day():
    petition = make_petition(questions=QUESTIONS)
    labels = [each.label for each in petition.asked_questions]

    petition = publish(petition, blocks_of(petition)[:1])
    for was in petition.tally.questions[1:]:  # a day later
        was["removed_at"] = days_ago(2).isoformat()
    kept = [was["label"] for was in petition.tally.questions]
    petition.tally.save()
    petition = publish(petition, blocks_of(petition)[:1])

    assert kept == labels
    assert [was["label"] for was in petition.tally.questions] == labels[:1]


def test_an_answer_to_a_question_that_was_just_removed_is_read_like_the_others():
    """For a few seconds, a process may still ask a question that was removed."""
    petition = make_petition(questions=QUESTIONS)
    known = Petition.objects.get(pk=petition.pk)

    publish(petition, blocks_of(petition)[:1])
    answered(known, "Baker", "Ash", True)

    assert [each.label for each in Petition.objects.get(pk=petition.pk).all_questions()] == [
        each.label for each in known.asked_questions
    ]


def test_anonymising_takes_the_personal_answers_out():
    petition = make_petition(questions=QUESTIONS)
    signature = answered(petition, "Baker", "Ash", True)
    only_personal = make_signature(
        petition,
        email="ida@example.org",
        replies=grouped([(petition.asked_questions[0], "Baker")]),
    )

    anonymising.anonymise([signature.pk, only_personal.pk])

    _, tree, plants = (each.key for each in petition.asked_questions)
    found = list(Signature.objects.values_list("replies", flat=True))
    assert sorted(found, key=bool) == [None, {"other": {tree: "Ash", plants: True}}]


def test_an_answer_that_is_found_to_be_personal_later_is_taken_out_too():
    petition = make_petition(questions=[TREE, PLANTS])
    signature = answered(petition, "Ash", True)
    blocks = blocks_of(petition)
    blocks[0]["value"]["is_personal"] = True
    publish(petition, blocks)

    anonymising.anonymise([signature.pk])

    assert Signature.objects.get().replies == {"other": {petition.asked_questions[1].key: True}}


def test_what_was_promised_to_be_personal_stays_personal(client):
    petition = make_petition(questions=[JOB])
    signature = answered(petition, "Baker")
    blocks = blocks_of(petition)
    blocks[0]["value"]["is_personal"] = False
    publish(petition, blocks)

    correct(client, signature, **{"What is your job?": "Cook"})

    assert Signature.objects.get().replies == {
        "personal": {petition.asked_questions[0].key: "Cook"}
    }


def test_the_database_refuses_personal_answers_of_an_anonymised_signature():
    signature = answered(make_petition(questions=[JOB]), "Baker")
    anonymising.anonymise([signature.pk])

    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.update(replies={"personal": {"a": "Baker"}})


def exported() -> tuple[list[list[str]], list[list[str]]]:
    """The last columns of the CSV and of the XLSX file: those of the questions."""
    signatures = Signature.objects.order_by("email")
    questions = rows.asked(signatures)
    names = rows.headings(questions)
    text = b"".join(piece.content for piece in csv_file(signatures, names, questions)).decode()
    book = b"".join(piece.content for piece in xlsx_file(signatures, names, questions))
    sheet = load_workbook(io.BytesIO(book)).active
    start = len(EVERYTHING.cells) - 1
    return (
        [line[start:] for line in csv.reader(io.StringIO(text))],
        [[cell or "" for cell in line[start:]] for line in sheet.iter_rows(values_only=True)],
    )


def test_the_files_have_a_column_for_each_question():
    petition = make_petition(questions=QUESTIONS)
    answered(petition, "=1+1", "Ash", False, email="a@example.org")
    make_signature(petition, email="b@example.org")

    from_csv, from_xlsx = exported()

    heading = ["What is your job?", "Which tree?", "I can plant trees."]
    assert from_csv == [heading, ["'=1+1", "Ash", "no"], ["", "", ""]]
    assert from_xlsx == [heading, ["=1+1", "Ash", "no"], ["", "", ""]]


def test_questions_with_one_label_share_a_column_and_lose_nothing():
    first = make_petition(questions=[JOB])
    second = make_petition(slug="second", questions=[JOB, PLANTS])
    answered(first, "Baker", email="a@example.org")
    signature = answered(second, "Cook", True, email="b@example.org")
    blocks = blocks_of(second)
    del blocks[0]["id"]
    asked_again = publish(second, blocks).asked_questions[0]
    signature.replies["personal"][asked_again.key] = "Chef"
    signature.save()

    from_csv, from_xlsx = exported()

    assert from_csv == from_xlsx
    assert from_csv[0] == ["What is your job?", "I can plant trees."]
    assert from_csv[1] == ["Baker", ""]
    assert sorted(from_csv[2][0].split(" | ")) == ["Chef", "Cook"]


def test_the_heading_of_a_question_is_no_formula():
    petition = make_petition(questions=[("text", {"label": "=cmd()", "is_personal": True})])
    answered(petition, "Baker")

    assert exported()[0][0] == ["'=cmd()"]


def test_a_petition_that_is_not_exported_gives_no_columns():
    make_petition(questions=QUESTIONS)
    make_signature(make_petition(slug="plain"))

    assert rows.asked(Signature.objects.all()) == []

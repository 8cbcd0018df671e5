"""The answers to the questions of a petition, as they are stored and as people read them.

A signature stores them as one JSON object: {"personal": {key: answer}, "other": {key: answer}},
where the key is that of the question. An answer is a text, or whether a box was ticked. An answer
that was given as personal remains personal, whatever the petition says later.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from campaigns.petitions.questions import Question, WithQuestions
from campaigns.petitions.tally import Tally

if TYPE_CHECKING:
    from campaigns.signatures.columns import SignatureColumns

PERSONAL, OTHER = "personal", "other"
TAKE_OUT = """
    UPDATE campaigns_signature signature
    SET replies = CASE WHEN kept = '{}' THEN NULL ELSE jsonb_build_object('other', kept) END
    FROM (
        SELECT id, coalesce(replies -> 'other', '{}') - %(personal)s::text[] AS kept
        FROM campaigns_signature
        WHERE id = ANY(%(keys)s) AND tally_id = %(tally)s AND replies IS NOT NULL
    ) AS answered
    WHERE answered.id = signature.id
"""
ANSWERED = """
    SELECT DISTINCT tally_id FROM campaigns_signature
    WHERE id = ANY(%(keys)s) AND replies IS NOT NULL
"""
Answer = str | bool
Replies = dict[str, dict[str, Answer]]


def grouped(
    answered: list[tuple[Question, Answer]], *, before: Replies | None = None
) -> Replies | None:
    """Return the stored form of these answers, or None. `before` is the form that they replace."""
    found: Replies = {}
    personal = (before or {}).get(PERSONAL, {})
    for question, answer in answered:
        if answer != "":
            is_personal = question.is_personal or question.key in personal
            found.setdefault(PERSONAL if is_personal else OTHER, {})[question.key] = answer
    return found or None


def answers(replies: Replies | None) -> dict[str, Answer]:
    """Return the answers by the keys of their questions."""
    return {key: answer for group in (replies or {}).values() for key, answer in group.items()}


def readable(signature: "SignatureColumns", petition: WithQuestions) -> list[tuple[str, str]]:
    """Return (question, answer) for each answer, in the petition's language and its order."""
    if not signature.replies:
        return []
    found = answers(signature.replies)
    return [
        (each.label, each.shown(found[each.key]))
        for each in petition.all_questions()
        if each.key in found
    ]


def take_out_personal(keys: list[UUID]) -> None:
    """Delete the answers that were personal when they were given, or have become personal since."""
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED, {"keys": keys})
        tallies = [row[0] for row in cursor.fetchall()]
    for tally in Tally.objects.filter(pk__in=tallies).select_related("petition"):
        personal = [each.key for each in tally.petition.all_questions() if each.is_personal]
        with connection.cursor() as cursor:
            cursor.execute(TAKE_OUT, {"personal": personal, "keys": keys, "tally": tally.pk})

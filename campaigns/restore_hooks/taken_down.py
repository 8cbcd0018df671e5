"""After a restore: nothing is public again that moderators or signers took off since the backup.

What moderators decided since is decided again, by nobody. There is a decision of its own for each
petition, so that its team finds it in the history and can undo it.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection

from campaigns.cms.bulk import recording
from campaigns.moderation import comments, moderating
from campaigns.moderation.comments import DecidedComment
from campaigns.moderation.reasons import Reason
from campaigns.moderation.seen import Seen
from campaigns.petitions.tally import Tally
from campaigns.restore_hooks import replaced
from campaigns.signatures import public_comments
from campaigns.signatures.columns_in_words import CommentState
from campaigns.signatures.signature import Signature
from operations.backups.hooks import Old

BATCH = 5_000
MODERATED = """
    SELECT tally_id, moderation, moderation_reason, id FROM campaigns_signature
    WHERE moderation > '' AND anonymised_at IS NULL
    ORDER BY tally_id, moderation, moderation_reason, id
"""
# Anonymised signatures have only the day on which they were made.
ANONYMISED = """
    SELECT tally_id, count(*) FROM campaigns_signature
    WHERE moderation > '' AND anonymised_at IS NOT NULL AND confirmed_at IS NOT NULL
      AND signed_at <= %s
    GROUP BY tally_id
"""
COMMENTS = """
    SELECT id, comment_state, comment, comment_as FROM campaigns_signature WHERE id = ANY(%s)
"""
# What the public may read of a signer.
NAMED = ("shown_as", "country", "affiliation")
NAMES = f"SELECT id, shown_at, {', '.join(NAMED)} FROM campaigns_signature WHERE id = ANY(%s)"

MODERATED_AGAIN = "Signatures that were moderated since, and are again, until that is undone"
HIDDEN = "Comments that are not shown, until that is undone"
COUNT_AGAIN = (
    "Signatures that were quarantined or invalidated since, and then anonymised, count again for "
    "good, since nothing distinguishes them from others now. Their number at most, by petition"
)
UNKNOWN = (
    "Which signatures were quarantined or invalidated since the backup is not known: they count "
    "until moderators do that again, and for good if they were anonymised since."
)


def keep_down(made_at: datetime, old: Old) -> str:
    """Take down what is not public in the replaced database; return a notice with the numbers.

    If it cannot say, all comments are hidden. The names of signers stay then, since nobody could
    show them again. Signatures that do not count are treated alike: they may count later.
    """
    unname(old)
    hidden = hide_comments(old)  # before they are moderated: decisions are about what counts
    rows = replaced.said(old, MODERATED)
    found = {MODERATED_AGAIN: moderate_again(rows or []), HIDDEN: hidden}
    notices = [f"{said}: {number:,}." for said, number in found.items() if number]
    notices += [count_again(made_at, old), UNKNOWN if rows is None else ""]
    return "\n".join(filter(None, notices))


def count_again(made_at: datetime, old: Old) -> str:
    """Return a notice if fewer anonymised signatures of a petition are moderated here.

    Those that were anonymised since have another key in each database, so only numbers can be
    compared. Some may have been made after the backup, on the same day: their moment is not known.
    """
    with connection.cursor() as cursor:
        cursor.execute(ANONYMISED, [made_at])
        here = dict(cursor.fetchall())
    more = Counter(dict(replaced.said(old, ANONYMISED, made_at) or [])) - Counter(here)
    titles = Tally.objects.filter(pk__in=more).values_list("pk", "petition__title")
    named = sorted(f"{title} ({more[key]:,})" for key, title in titles)
    return f"{COUNT_AGAIN}: {', '.join(named)}." if named else ""


def unname(old: Old) -> None:
    """Take the names off of those who agree no longer that they are shown, or not in these words.

    A name that waits in the replaced database to be shown together with others waits here, too.
    """
    named = Signature.objects.filter(shown_as__isnull=False).values_list("pk", *NAMED).iterator()
    while ours := {key: words for key, *words in islice(named, BATCH)}:
        waiting, changed = [], []
        for key, shown_at, *words in replaced.said(old, NAMES, [*ours]) or []:
            waiting += [key] if shown_at is None else []
            changed += [key] if words != ours[key] else []
        Signature.objects.filter(pk__in=waiting).update(shown_at=None)
        Signature.objects.filter(pk__in=changed).update(shown_as=None, shown_at=None)


def moderate_again(rows: list[tuple[Any, ...]]) -> int:
    """Repeat what was quarantined or invalidated since; return the number of signatures."""
    number, words = 0, dict(Reason.choices)  # it is a decision now, also where screening made it
    for (_tally, moderation, reason), group in groupby(rows, key=itemgetter(0, 1, 2)):
        keys: list[UUID] = []
        for wanted in in_batches([key for *_, key in group]):
            there = moderating.changeable(Signature.objects.filter(pk__in=wanted), moderation)
            keys += there.order_by("pk").values_list("pk", flat=True)
        if keys:
            decision = moderating.moderate_in_batches(
                in_batches(keys),
                moderation=moderation,
                reason=str(words.get(reason, reason)),
                by=None,
                seen=Seen.now(),
                advance=moderating.ignore_progress,
            )
            counts = moderating.counts(decision)
            told = {"moderation": moderation, "decision": decision.pk}
            recording.log_each("petition.moderate", counts, by=None, **told)
        number += len(keys)
    return number


def in_batches(keys: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def hide_comments(old: Old) -> int:
    """Hide the comments that were not shown last; return the number of those decided about."""
    number = 0
    for tally in Tally.objects.all():
        agreed = Signature.objects.filter(tally=tally, comment_state__isnull=False)
        rows = agreed.only("comment", "comment_as", "comment_state").iterator()
        wordings: dict[UUID, str] = {}
        while ours := {each.pk: each for each in islice(rows, BATCH)}:
            wordings |= shown_no_more(ours, old)
        shown = agreed.filter(pk__in=wordings, comment_state=CommentState.SHOWN)
        decision = comments.decide(shown, wordings, state=CommentState.HIDDEN, by=None)
        if decision:
            counts = comments.counts(decision)
            told = {"state": decision.state, "comment_decision": decision.pk}
            recording.log_each("petition.decide_comments", counts, by=None, **told)
            number += counts.total()
        # Nobody decides about those left, which do not count: they wait until they do.
        DecidedComment.objects.filter(signature__in=shown).update(is_outdated=True)
        shown.update(comment_state=CommentState.WAITING)
    return number


def shown_no_more(ours: dict[UUID, Signature], old: Old) -> dict[UUID, str]:
    """Take off what signers no longer agree to; return the wordings of comments to be hidden."""
    last, changed = {}, []
    for key, state, *words in replaced.said(old, COMMENTS, [*ours]) or []:
        last[key] = state
        if state is None or words != [ours[key].comment, ours[key].comment_as]:
            changed.append(key)
    forget_consent(changed)
    return {
        key: comments.wording(each)
        for key, each in ours.items()
        if each.comment_state == CommentState.SHOWN and last.get(key) != CommentState.SHOWN
    }


def forget_consent(keys: Collection[UUID]) -> None:
    """Take off the comments whose signers agree no longer that they are shown, as they are here."""
    DecidedComment.objects.filter(signature__in=keys).update(is_outdated=True)
    disagrees = public_comments.offered("", None, agrees=False)
    Signature.objects.filter(pk__in=keys).update(**disagrees)

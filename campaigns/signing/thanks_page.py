"""The number that a signer is shown at once, in the URL of the page that thanks them.

The URL contains the number and a signature over it, and nothing about the signer: everybody who has
the URL reads the same page, and nobody can make a page with another number.
"""

from typing import NamedTuple
from uuid import UUID

from django.core import signing

from campaigns.petitions.petition import Petition
from campaigns.prepared_statements import Statement
from campaigns.signatures.conditions import COUNTED_SQL

# How many signatures were counted when this one was confirmed, including this one. The worker has
# counted those that were confirmed up to a few seconds ago (`Tally.settled`), so only the newest
# are counted here, and each gets a number of its own. A signature that was confirmed before that
# moment is not newly signed, and gets 0. People who signed elsewhere are counted first. A
# quarantined signer reads what everybody reads. If `is_rank` is false, this is the number of all
# signatures counted by now.
#
# While a long transaction is writing, nothing is settled. Where there are MOST newer ones already,
# counting them for each signer would take longer than confirming: all get the total of a second
# ago, and themselves, which is no rank.
MOST = 5_000
NUMBER = Statement(f"""
    SELECT CASE WHEN %(is_rank)s AND own.confirmed_at <= since.moment THEN 0
        WHEN since.is_long_ago THEN tally.total + tally.elsewhere + 1
        ELSE tally.settled + tally.elsewhere + (
            SELECT count(*) FROM campaigns_signature s
            WHERE s.tally_id = tally.id AND {COUNTED_SQL} AND s.confirmed_at > since.moment
              AND (NOT %(is_rank)s OR s.confirmed_at <= own.confirmed_at)
        ) + CASE WHEN own.moderation = '' THEN 0 ELSE 1 END
        END, own.page_id, own.source, %(is_rank)s AND NOT since.is_long_ago
    FROM campaigns_signature own JOIN campaigns_tally tally ON tally.id = own.tally_id
        CROSS JOIN LATERAL (
            SELECT coalesce(tally.settled_at, '-infinity') AS moment,
                tally.total - tally.settled > {MOST} AS is_long_ago) AS since
    WHERE own.id = %(id)s
""")


class Thanked(NamedTuple):
    """The thanks to a signer; number and page are 0 if they are not shown or not known.

    `is_rank` is False if the number is the count of all signatures, since the response must not
    reveal whether the mailbox has signed before.
    """

    petition: Petition
    number: int = 0
    page: int = 0
    source: str = ""
    is_rank: bool = True

    @property
    def goal(self) -> int | None:
        """The goal that is shown beside the number."""
        petition, is_won = self.petition, self.petition.tally.won_at is not None
        return petition.original.shown_at(self.number, is_won=is_won).goal


def thanked(petition: Petition, signature: UUID, *, is_rank: bool) -> Thanked:
    """Return the number of a signature that has just been confirmed, and the page it came from."""
    found = NUMBER.run(id=signature, is_rank=is_rank)
    if found is None:  # It has just been withdrawn.
        return Thanked(petition)
    number, page, source, is_rank = found
    if number < petition.original.count_from:
        number = 0
    return Thanked(petition, number, page or 0, source, is_rank)


def mark(thanked: Thanked) -> str:
    """Return number and page as the last part of a URL: up to 70 characters, safe in a path."""
    kind = "n" if thanked.is_rank else "c"
    return _signer(thanked.petition).sign(f"{kind}{thanked.number}-{thanked.page}")


def read(petition: Petition, mark: str) -> Thanked | None:
    """Return what the mark contains; None if it was not made for this petition."""
    try:
        text = _signer(petition).unsign(mark)
    except signing.BadSignature:
        return None
    number, page = text[1:].split("-")
    return Thanked(petition, int(number), int(page), is_rank=text[0] == "n")


def _signer(petition: Petition) -> signing.Signer:
    return signing.Signer(salt=f"lastdrop.thanked.{petition.tally.pk}", sep=".")

"""Public comments: why people sign, in the words of signers who agreed to publish them.

A comment is shown once a moderator has approved it (`campaigns.moderation.comments`), and only
while its signature counts. A comment that is withdrawn, corrected, deleted, anonymised or
invalidated disappears the next time the page is rendered.

Public pages never read a full name, but `comment_as`, which was made when the signer agreed: the
first word of the name, or "" if that is a title or half a name, or does not look like a name.
"""

from typing import Any, NamedTuple

from campaigns.caching import cached
from campaigns.petitions.petition import Petition
from campaigns.signatures.columns_in_words import CommentState
from campaigns.signatures.conditions import SHOWN_COMMENT
from campaigns.signatures.public_signers import BEGINNINGS, HONORIFICS, is_unspaced, is_word
from campaigns.signatures.signature import Signature

# The maximum number of comments on a page.
SHOWN = 5


class PublicComment(NamedTuple):
    """A comment and the first name of its signer, or ""."""

    text: str
    name: str


def comments(petition: Petition) -> list[PublicComment]:
    """Return the newest shown comments; cached. Empty if the petition does not show comments."""
    if not petition.original.shows_comments:
        return []
    tally = petition.tally.pk
    return cached(("comments", tally), lambda: read(tally))


def read(tally: int) -> list[PublicComment]:
    shown = Signature.objects.filter(SHOWN_COMMENT, tally=tally).order_by("-pk")
    values = shown.values_list("comment", "comment_as")[:SHOWN]
    return [PublicComment(text or "", name or "") for text, name in values]


def offered(name: str, comment: str | None, *, agrees: bool) -> dict[str, Any]:
    """Return the columns for a signer who agrees, or does not agree, to show the comment."""
    if not (agrees and comment):
        return {"comment_as": None, "comment_state": None}
    return {"comment_as": first_name(name), "comment_state": CommentState.WAITING}


def first_name(name: str) -> str:
    """Return the first word of a name: “Amina” for Amina Wanjiru Kamau.

    For a name without spaces in Kana, Han or Hangul, it is the first character. "" for a text that
    may not be a name, for a title (Mrs Jane Doe), and for half a name (Abu Bakr).
    """
    first, *rest = name.split() or [""]
    if not is_word(first) or first.casefold() in HONORIFICS | BEGINNINGS:
        return ""
    return f"{first[0]}○" if is_unspaced(first) and not rest else first

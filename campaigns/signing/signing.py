"""Sign, confirm and correct: what signers do, apart from `changing_emails` and `withdrawing`.

Signing is the hottest path of the site, so it is one prepared statement in SQL, both for new
signers and for those who sign again. The statement itself decides by the database's clock whether
the petition is open, so neither a stale cache nor a POST that had to wait can add a late signature.
"""

import json
from typing import Any

import psycopg
import uuid6
from django.db import DatabaseError
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from campaigns.canonical_emails import normalise
from campaigns.mailings import suppression
from campaigns.moderation import comments, network_limits, proof_of_work, screening
from campaigns.petitions.petition import Petition
from campaigns.prepared_statements import Statement
from campaigns.rekeying import mailboxes
from campaigns.signatures import (
    daily_keys,
    networks,
    public_comments,
    public_signers,
    tokens,
)
from campaigns.signatures.columns import COLUMNS
from campaigns.signatures.question_answers import Replies
from campaigns.signatures.signature import Signature, signed_petition
from campaigns.signing import thanks_page, typed_digest
from campaigns.signing.prepared_statements import CONFIRM, SIGN
from campaigns.signing.thanks_page import Thanked

# The columns that the form asks for besides name and email, with their values for no answer.
UNANSWERED: dict[str, Any] = {
    field.name: None if field.null else field.get_default()
    for field, column in COLUMNS
    if column.form_field and field.name not in ("name", "email")
}


class PetitionClosed(Exception):
    """The petition takes no signatures at the moment: it is closed, won, paused or not yet open."""


class BadLink(Exception):
    """The link is incomplete, forged, made for another purpose, or its signature is gone."""


class Gone(BadLink):
    """The link to withdraw a signature is genuine, but the signature is gone already."""


class Replaced(Exception):
    """Somebody has signed again with the email address, and replaced what the link confirms."""


class TooLate(Exception):
    """The petition closed more than a day before the signature was confirmed."""


def sign(
    petition: Petition,
    *,
    name: str,
    email: str,
    version: int,
    is_shown: bool = False,
    is_comment_shown: bool = False,
    page: int | None = None,
    source: str = "",
    framed_by: str = "",
    channel: str = Signature.Channel.FORM,
    network: str | None = None,
    trap: str = "",
    proof: str = "",
    replies: Replies | None = None,
    **answers: Any,
) -> Thanked | None:
    """Store a signature and add its email to the outbox.

    Returns whom to thank at once, if neither the petition nor a missing proof of work requires a
    confirmation; else None.

    If the same mailbox has signed before, no signature is added, and the email says so. The caller
    learns neither that nor whether the signature was quarantined. Repeating the call after a
    failure is safe: at worst it adds one email.

    `is_shown` is the signer's consent to be named in public, `is_comment_shown` the consent to show
    the comment in public. `answers` are the values for the keys of UNANSWERED, "" for none, and
    `replies` the answers to the petition's questions. `network` comes from `networks.network_of`;
    `trap` is the content of the field that people do not see, and `proof` the answer to a challenge
    (`proof_of_work`). Raises PetitionClosed.
    """
    if unknown := answers.keys() - UNANSWERED.keys():
        raise TypeError(f"No form asks for {unknown}.")
    today = timezone.now().date()
    mailbox = normalise(email)
    network_key = daily_keys.network_hash(network, today) if network else None
    reason = screening.screen(
        mailbox, network=network, hashed=network_key, site=framed_by, trap=trap
    )
    values = {
        "id": uuid6.uuid7(),
        "tally": petition.tally.pk,
        "original": petition.original.pk,
        "recipient_key": daily_keys.daily_hash("recipient", mailbox, today),
        "network_key": network_key,
        **daily_keys.ranges_of(network_key),
        "is_trusted": reason is None,
        "reason": reason or "",
        "is_unproven": petition.tally.proof_at is not None
        and not proof_of_work.spend(petition, proof),
        "name": name,
        "email": email,
        **UNANSWERED,
        **{field: answer for field, answer in answers.items() if answer != ""},
        "replies": json.dumps(replies, sort_keys=True) if replies else None,
        "language": petition.locale.language_code,
        "shown_as": public_signers.shortened(name) if is_shown else None,
        **public_comments.offered(name, answers.get("comment"), agrees=is_comment_shown),
        "version": version,
        "page": page,
        "source": source,
        "framed_by": framed_by,
        "channel": channel,
        **network_limits.limits(
            burst=petition.tally.burst_limit, sustained=petition.tally.sustained_limit
        ),
    }
    statement = SIGN[networks.version(network), petition.original.shares_email]
    stored = store(petition, mailbox, statement, values)
    if petition.original.confirms_by_email or values["is_unproven"]:
        return None
    # The same mailbox may have signed this row before: return only values that were sent now.
    counted = thanks_page.thanked(petition, stored[0], is_rank=False)
    return counted._replace(page=page or 0, source=source)


def store(
    petition: Petition, mailbox: str, statement: Statement, values: dict[str, Any]
) -> tuple[Any, ...]:
    """Run the statement that signs; return its row. Raises PetitionClosed.

    It runs again, and then sees what others did meanwhile, where somebody took the first slot, and
    where the mailbox's earlier signature was withdrawn.
    """
    for is_last in (False, False, True):
        try:
            with mailboxes.held(petition.tally.pk, mailbox) as email_keys:
                values["email_key"] = next(iter(email_keys.values()))
                values["typed_digest"] = typed_digest.digest(values, email_keys)
                stored = statement.run(**values)
        except DatabaseError as error:
            if isinstance(error.__cause__, psycopg.errors.RaiseException):
                break  # The petition was paused or closed while the statement waited.
            if is_last or not isinstance(error.__cause__, psycopg.errors.SerializationFailure):
                raise
            continue
        if stored:
            return stored
        if not petition.original.shares_email:
            break
    raise PetitionClosed


def find(purpose: str, token: str) -> Signature:
    """Return the signature that belongs to the token of a link. Raises BadLink and Gone."""
    try:
        pk, bound = tokens.read(purpose, token)
        rows = Signature.objects.select_related("tally__petition")
        signature = rows.get(pk=pk, anonymised_at=None)
    except tokens.BadToken:
        raise BadLink from None
    except Signature.DoesNotExist:
        raise (Gone if purpose == "withdraw" else BadLink) from None
    # A link to confirm whose typed values were replaced is accepted here, unless the email address
    # was changed since: `confirm` then raises Replaced.
    is_bound = purpose != "confirm" or signature.link_key
    if is_bound and bound != signature.token_content(purpose)[16:]:
        raise BadLink
    return signature


def is_replaced(signature: Signature, token: str) -> bool:
    """Return whether the link to confirm was made for other values than those stored now."""
    return tokens.read("confirm", token)[1] != bytes(signature.typed_digest or b"")


def confirm(token: str) -> Thanked:
    """Confirm the signature; return whom to thank, with the petition in their language.

    Confirming twice does no harm. The link confirms only what had been typed when its email was
    written. Raises BadLink, Replaced, and TooLate a day after closing.
    """
    try:
        pk, digest = tokens.read("confirm", token)
    except tokens.BadToken:
        raise BadLink from None
    if row := CONFIRM.run(id=pk, typed=digest or None):
        key, original, language = row
        petition = signed_petition(key, original, language=language)
        return thanks_page.thanked(petition, pk, is_rank=True)
    signature = find("confirm", token)
    if signature.confirmed_at is None:
        raise Replaced if is_replaced(signature, token) else TooLate
    if not is_replaced(signature, token):  # staff may have confirmed it by hand
        Signature.objects.filter(pk=pk, proven_at=None).update(proven_at=Now())
    return thanks_page.thanked(signature.petition, pk, is_rank=True)


def correct(
    token: str,
    *,
    name: str,
    is_shown: bool | None = None,
    is_comment_shown: bool | None = None,
    was_ticked: bool | None = None,
    **answers: Any,
) -> None:
    """Change what a signer typed, except the email address; omitted values stay as they are.

    `answers` are the values for keys of UNANSWERED, as in `sign`, and all the `replies`.
    `was_ticked` is whether the signer read “keep me informed” as ticked. If that is unknown, a tick
    is new unless the mailbox wants no mailings. Raises BadLink.
    """
    if unknown := answers.keys() - UNANSWERED.keys() - {"replies"}:
        raise TypeError(f"No form asks for {unknown}.")
    signature = find("manage", token)
    if is_shown is None:
        is_shown = signature.shown_as is not None
    shown_as = public_signers.shortened(name) if is_shown else None
    values = {
        field: UNANSWERED[field] if answer == "" else answer for field, answer in answers.items()
    }
    is_ticked = values.get("updates")
    if was_ticked is None:
        was_ticked = signature.updates or suppression.has_wish(signature)
    if is_ticked == was_ticked:
        # Its signer left it as it was. Since then, they may have unsubscribed in another place.
        del values["updates"]
    # A signature that was anonymised or deleted since the link was read stays so. The name must
    # wait until it can be shown together with others: a name that changed alone would reveal who
    # has just been here.
    values |= {"name": name, "shown_as": shown_as, "shown_at": None}
    if signature.confirmed_at:  # else the next person to send the form replaces the values
        values["proven_at"] = Coalesce("proven_at", Now())
    if not comments.rewrite(signature, values, agrees=is_comment_shown):
        raise BadLink
    if is_ticked:
        suppression.lift(signature, is_new=not was_ticked)

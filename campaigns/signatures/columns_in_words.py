"""Texts for signers about columns whose stored values would tell them nothing."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from campaigns.signatures.column_types import as_text, value_of

if TYPE_CHECKING:
    from campaigns.signatures.columns import SignatureColumns


def own_language(signature: "SignatureColumns") -> str:
    return language_name(signature.language)


def language_name(code: str) -> str:
    """Return the name of a language; its code if Django does not have it."""
    try:
        name: str = get_language_info(code)["name_translated"]
        return capfirst(name)
    except KeyError:
        return capfirst(code)


def confirmed(signature: "SignatureColumns") -> str:
    field = signature._meta.get_field("confirmed_at")
    return as_text(signature, field) or gettext("Not yet")


def network(signature: "SignatureColumns") -> str:
    if not signature.network_key:
        return ""
    return gettext("We store only a key made from it, for two days, and not the IP address itself.")


def public_page(signature: "SignatureColumns") -> str:
    """Return the title of the page that had the form; "" if the public may not read that page."""
    page = value_of(signature, "page")
    if page is None or not page.live or page.get_view_restrictions().exists():
        return ""
    return str(page)


def public_name(signature: "SignatureColumns") -> str:
    """Return what the public may read of a signer who agreed to be named; "" for other signers.

    The text does not depend on moderation, which the signer must not notice.
    """
    if signature.shown_as is None:
        return ""
    if not signature.shown_as:
        return gettext("Nothing, because your name cannot be shortened")
    # Isolated, so that its writing direction does not affect the country next to it.
    name = f"\u2068{signature.shown_as}\u2069"
    if signature.country:
        texts = {"name": name, "country": signature.country.name}
        name = gettext("%(name)s, %(country)s") % texts
    if not signature.affiliation:
        return name
    texts = {"name": name, "organisation": f"\u2068{signature.affiliation}\u2069"}
    return gettext("%(name)s; in a list of its own: %(organisation)s") % texts


class CommentState(models.TextChoices):
    """The state of a comment that its signer has agreed to show."""

    WAITING = "waiting", _("waits for a moderator")
    SHOWN = "shown", _("is shown")
    HIDDEN = "hidden", _("is not shown")


def public_comment(signature: "SignatureColumns") -> str:
    """Return what becomes of a comment that its signer agreed to show; "" for other comments.

    The text does not depend on moderation of the signature, which the signer must not notice.
    """
    match signature.comment_state:
        case CommentState.WAITING:
            text = gettext("Our team has not decided yet whether to show it on our site.")
        case CommentState.SHOWN:
            text = gettext("Our team has approved it: it may be shown on the petition’s page.")
        case CommentState.HIDDEN:
            text = gettext("Our team has decided not to show it on our site.")
        case _:
            return ""
    if not signature.comment_as:
        return f"{text} {gettext('No name is shown beside it.')}"
    name = f"\u2068{signature.comment_as}\u2069"
    return f"{text} {gettext('The name beside it is %s.') % name}"

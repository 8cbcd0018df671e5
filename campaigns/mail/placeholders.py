"""Emails with placeholders for what differs between signers: rendered once, then filled in.

Rendering a template takes a hundred times as long as filling in its placeholders.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import NamedTuple

# A placeholder contains a word that nobody can know. Otherwise, a text of the CMS could contain a
# placeholder, and send the link of each signer to another site.
BEGIN, END = f"\ue000{secrets.token_hex(16)}:", "\ue001"
PLACE = re.compile(f"{BEGIN}([a-z_]+){END}")


class Pattern(NamedTuple):
    """An email with placeholders, whose names are at every second index of `text` and `html`."""

    subject: str
    text: list[str]
    html: list[str]

    @property
    def names(self) -> Iterable[str]:
        return {*self.text[1::2], *self.html[1::2]}


def place(name: str) -> str:
    """Return the placeholder of a value for a template; HTML escaping leaves it unchanged."""
    return f"{BEGIN}{name}{END}"


def filled(pieces: list[str], values: Mapping[str, str]) -> str:
    """Fill in the values. Values for HTML must be escaped."""
    whole = pieces.copy()
    whole[1::2] = [values[name] for name in pieces[1::2]]
    return "".join(whole)

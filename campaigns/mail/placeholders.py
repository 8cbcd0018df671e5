"""Mails with places for what differs from signer to signer: rendered once, then filled for each.

To render a template takes a hundred times as long as to fill its places.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

# Characters for private use, which no form of ours accepts (`signing.fields.plain`).
BEGIN, END = "\ue000", "\ue001"
PLACE = re.compile(f"{BEGIN}([a-z_]+){END}")


class Pattern(NamedTuple):
    """A mail with places. At every second index of `text` and `html` stands the name of one."""

    subject: str
    text: list[str]
    html: list[str]

    @property
    def names(self) -> Iterable[str]:
        return {*self.text[1::2], *self.html[1::2]}


def place(name: str) -> str:
    """What a template shows in the place of a value; HTML leaves it as it is."""
    return f"{BEGIN}{name}{END}"


def filled(pieces: list[str], values: Mapping[str, str]) -> str:
    """The text with its values. Those for HTML must be escaped."""
    whole = pieces.copy()
    whole[1::2] = [values[name] for name in pieces[1::2]]
    return "".join(whole)

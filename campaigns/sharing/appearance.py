"""The look of the organisation's emails, cards and posters, which are made without a request."""

from dataclasses import dataclass

from wagtail import hooks

from campaigns import caching
from campaigns.pages.images import Rendition


@dataclass(frozen=True)
class Appearance:
    """The look that the settings of the site define.

    `colours` maps names of the style sheet's tokens to a light and a dark colour, each as "#" and
    six digits. `faces` is the pair of fonts: "poster", "plain" or "device". `prose` is the
    font-family of text in emails. `shape` is that of the sign: "drop", "round", or "own" with a
    picture.
    """

    colours: dict[str, tuple[str, str]]
    prose: str
    faces: str = "poster"
    shape: str = "drop"
    logo: Rendition | None = None
    logo_on_dark: Rendition | None = None
    logo_has_name: bool = False
    sign: Rendition | None = None


def appearance() -> Appearance:
    """Return the appearance of the site; cached.

    A higher layer registers a function for the hook `site_appearance`.
    """

    def read() -> Appearance:
        found: Appearance = next(answer() for answer in hooks.get_hooks("site_appearance"))
        return found

    return caching.cached("site-appearance", read)

"""The look of a site: the style sheet with its organisation's choices, and the icon.

Everything that they depend on is in their URL, with a digest of the style sheet. So they can be
cached for ever, and a release that derives other colours has another URL.
"""

from hashlib import sha256
from typing import NamedTuple

from django.urls import reverse

from home import stylesheets
from home.identity import font_pairs, signs
from home.identity.font_pairs import Faces
from home.identity.palette import Palette, derive
from home.identity.signs import Sign

SHEET = """@layer tokens {{
  :root {{
{tokens}
  }}

  @media (prefers-contrast: more) {{
    :root {{
      --soft: var(--text);
      --line: var(--text);
    }}
  }}
}}
"""


class Look(NamedTuple):
    """The choices of an organisation. `mask` is the file of its own sign, below MEDIA_URL."""

    first: str = ""
    second: str = ""
    faces: str = Faces.POSTER.value
    sign: str = Sign.DROP.value
    mask: str = ""

    @property
    def colours(self) -> Palette:
        return derive(self.first, self.second)

    @property
    def sheet(self) -> str:
        """The style sheet; "" if nothing was chosen."""
        return font_pairs.rules(self.faces) + self.tokens + signs.rules(self.sign, self.mask)

    @property
    def tokens(self) -> str:
        if not (self.first or self.second):
            return ""
        tokens = (
            f"    --{name}: light-dark({light}, {dark});"
            for name, (light, dark) in self.colours.items()
        )
        sheet = SHEET.format(tokens="\n".join(tokens))
        return sheet + stylesheets.light_alone(sheet)

    @property
    def digest(self) -> str:
        return sha256(self.sheet.encode()).hexdigest()[:12]

    @property
    def url(self) -> str:
        """The URL of the style sheet; "" if there is none."""
        return self.url_of("css")

    def url_of(self, kind: str) -> str:
        """Return the URL of the style sheet ("css") or of an icon ("svg", "png")."""
        return reverse("look", args=[self, self.digest, kind]) if self.sheet else ""


class LookConverter:
    """The path converter for a look: its choices, with "0" for a colour that was not chosen."""

    colour = "(?:0|[0-9a-f]{6})"
    regex = (
        f"{colour}-{colour}-(?:poster|plain|device)-(?:drop|round|own/images/[A-Za-z0-9_.-]+[.]png)"
    )

    def to_python(self, value: str) -> Look:
        chosen, _, mask = value.partition("/")
        first, second, pair, sign = chosen.split("-")
        colours = [f"#{each}" if each != "0" else "" for each in (first, second)]
        return Look(colours[0], colours[1], pair, sign, mask)

    def to_url(self, value: Look) -> str:
        colours = (each.removeprefix("#") or "0" for each in (value.first, value.second))
        chosen = "-".join([*colours, value.faces, value.sign])
        return f"{chosen}/{value.mask}" if value.mask else chosen

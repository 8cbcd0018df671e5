"""The style sheet that makes the pages look like their organisation.

Everything that it depends on stands in its URL, with a digest of what it says, so that it may be
cached for ever and a release that derives other colours has another URL.
"""

from hashlib import sha256
from typing import NamedTuple

from django.urls import reverse

from home.identity.palette import Palette, derive

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
    """What an organisation chose; "" stands for what the site has without it."""

    first: str = ""
    second: str = ""

    @property
    def colours(self) -> Palette:
        return derive(self.first, self.second)

    @property
    def sheet(self) -> str:
        """The style sheet; "" where nothing was chosen."""
        if not any(self):
            return ""
        tokens = (
            f"    --{name}: light-dark({light}, {dark});"
            for name, (light, dark) in self.colours.items()
        )
        return SHEET.format(tokens="\n".join(tokens))

    @property
    def digest(self) -> str:
        return sha256(self.sheet.encode()).hexdigest()[:12]

    @property
    def url(self) -> str:
        """The URL of the style sheet; "" where there is none."""
        return reverse("look", args=[self, self.digest]) if self.sheet else ""


class LookConverter:
    """The path converter for a look: its parts, with "0" for what was not chosen."""

    regex = "(?:0|[0-9a-f]{6})-(?:0|[0-9a-f]{6})"

    def to_python(self, value: str) -> Look:
        return Look(*(f"#{part}" if part != "0" else "" for part in value.split("-")))

    def to_url(self, value: Look) -> str:
        return "-".join(part.removeprefix("#") or "0" for part in value)

"""Join the parts of the site's style sheet into one file for browsers.

`site/static/css/site.css` imports its parts in the order in which they apply. A new browser could
read it unchanged, and would show the same page after some forty more requests. For older browsers,
media query ranges and the colours of the light look are written in the syntax that they support.
"""

import posixpath
import re

from django.conf import settings

SOURCES = settings.ROOT / "site" / "static"
SHEET = "css/site.css"
COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
INDENT = re.compile(r"\n\s+")
IMPORT = re.compile(r'@import url\("([^"]+)"\);\n+')
SPACES = re.compile(r"\s*([{};,])\s*")
PROPERTY = re.compile(r"(?<=[{;])([\w-]+): ")
CHILD, NOUGHT = re.compile(r" > "), re.compile(r"(?<![\w.#-])0(?=\.\d)")
URL = re.compile(r'url\("([^"]+)"\)')
MEDIA = re.compile(r"(?<=@media )[^{]+")
RANGE = re.compile(r"\((?:([\d.]+rem) <= )?(width|height) (<|>=) ([\d.]+)rem\)")
LIGHT_DARK = re.compile(r"(--[\w-]+): light-dark\(([^(),]+), [^()]+\);")
# Firefox supports light-dark() since 2023, Chrome and Safari since 2024; the last browsers for
# phones with Android 7 or iOS 16 do not. Without a colour, a token would make text white on white.
LIGHT = """@supports not (color: light-dark(red, red)) {{
@layer tokens {{
:root {{
color-scheme: light;
{tokens}
}}
}}
}}
"""


def read(part: str) -> str:
    """Return a part of the style sheet by its path below css/, without comments and indentation.

    Its URLs are made relative to css/, the folder of the joined style sheet.
    """
    text = INDENT.sub("\n", COMMENT.sub("", (SOURCES / "css" / part).read_text()))
    folder = posixpath.dirname(part)
    return URL.sub(lambda url: f'url("{posixpath.normpath(posixpath.join(folder, url[1]))}")', text)


def whole() -> str:
    """Return the joined style sheet, without comments: each import is replaced by the part."""
    sheet = COMMENT.sub("", (SOURCES / SHEET).read_text())
    joined = IMPORT.sub(lambda found: read(found[1]), sheet)
    joined = MEDIA.sub(lambda query: RANGE.sub(limits, query[0]).replace(" or ", ", "), joined)
    return joined + light_alone(joined)


def limits(found: re.Match[str]) -> str:
    """Return a range of a media query in the syntax of older browsers, with min- and max-.

    Safari supports ranges since 16.4 and Chrome since 104, so the last browsers for iOS 15 and for
    Android 6 do not.
    """
    least, side, sign, size = found.groups()
    if sign == ">=":
        return f"(min-{side}: {size}rem)"
    most = f"(max-{side}: {float(size) - 0.01:.2f}rem)"
    return f"(min-{side}: {least}) and {most}" if least else most


def light_alone(sheet: str) -> str:
    """Return rules with the light colours of a style sheet, for browsers without light-dark()."""
    tokens = "\n".join(f"{name}: {light};" for name, light in LIGHT_DARK.findall(sheet))
    return LIGHT.format(tokens=tokens) if tokens else ""


def minified(sheet: str) -> str:
    """Return the style sheet without the spaces, line breaks and zeros that only people need."""
    sheet = PROPERTY.sub(r"\1:", SPACES.sub(r"\1", sheet))
    return NOUGHT.sub("", CHILD.sub(">", sheet))

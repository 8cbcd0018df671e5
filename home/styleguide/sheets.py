"""The style sheets for the style guide alone: its swatches, and its view of the print styles."""

import re

from home.styleguide import tokens
from home.styleguide.contrast import PAIRS

# The rule that shows a token, for each kind of token.
SWATCHES = {
    "colours": ".swatch-{0} {{ background: var(--{0}); }}",
    "faces": ".face-{0} {{ font-family: var(--{0}); }}",
    "sizes": ".size-{0} {{ font-size: var(--{0}); }}",
    "leading": ".leading-{0} {{ line-height: var(--{0}); }}",
    "spaces": ".space-{0} {{ inline-size: var(--{0}); }}",
}


def swatches(known: dict[str, str]) -> str:
    """Return a style sheet with a class for each token and each pair of colours.

    The security policy allows no style attributes on the page itself.
    """
    lines = [SWATCHES[tokens.kind(name)].format(name) for name in known]
    lines += [
        f".pair-{upper}-{ground} {{ color: var(--{upper}); background: var(--{ground}); }}"
        for upper, ground, _ in PAIRS
    ]
    return "\n".join(lines) + "\n"


def paper(sheet: str) -> str:
    """Return the print rules of a style sheet, without their media query, in their layers."""
    return "".join(
        f"@layer {layer[1]} {{{rules}}}\n"
        for layer in re.finditer(r"@layer (\w+) {", sheet)
        if (rules := printed(inside(sheet, layer.end())))
    )


def printed(rules: str) -> str:
    return "".join(inside(rules, found.end()) for found in re.finditer("@media print {", rules))


def inside(sheet: str, start: int) -> str:
    """Return the text from `start`, just after an opening brace, to the matching closing brace."""
    depth, end = 1, start
    while depth:
        depth += {"{": 1, "}": -1}.get(sheet[end], 0)
        end += 1
    return sheet[start : end - 1]

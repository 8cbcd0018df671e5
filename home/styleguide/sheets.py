"""The style sheets that only the page of the design wears: swatches, and paper on the screen."""

import re

from home.styleguide import tokens
from home.styleguide.contrast import PAIRS

# What shows a token of a kind.
SWATCHES = {
    "colours": ".swatch-{0} {{ background: var(--{0}); }}",
    "faces": ".face-{0} {{ font-family: var(--{0}); }}",
    "sizes": ".size-{0} {{ font-size: var(--{0}); }}",
    "leading": ".leading-{0} {{ line-height: var(--{0}); }}",
    "spaces": ".space-{0} {{ inline-size: var(--{0}); }}",
}


def swatches(known: dict[str, str]) -> str:
    """A sheet with a class for each token and each pair: pages have no styles of their own."""
    lines = [SWATCHES[tokens.kind(name)].format(name) for name in known]
    lines += [
        f".pair-{upper}-{ground} {{ color: var(--{upper}); background: var(--{ground}); }}"
        for upper, ground, _ in PAIRS
    ]
    return "\n".join(lines) + "\n"


def paper(sheet: str) -> str:
    """What a sheet says for paper alone, layer by layer, as if the screen were paper."""
    return "".join(
        f"@layer {layer[1]} {{{rules}}}\n"
        for layer in re.finditer(r"@layer (\w+) {", sheet)
        if (rules := printed(inside(sheet, layer.end())))
    )


def printed(rules: str) -> str:
    return "".join(inside(rules, found.end()) for found in re.finditer("@media print {", rules))


def inside(sheet: str, start: int) -> str:
    """What stands between a bracket that opens before `start` and its own that closes it."""
    depth, end = 1, start
    while depth:
        depth += {"{": 1, "}": -1}.get(sheet[end], 0)
        end += 1
    return sheet[start : end - 1]

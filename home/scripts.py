"""Remove from our scripts what only the readers of their sources need."""

import re

# Third-party scripts are in folders of their own, and stay unchanged.
FOLDER = "js/"
# Comments on lines of their own, empty lines, and indentation. None of our string literals spans
# several lines.
SPARE = re.compile(r"^\s*//.*\n|^\s+", re.MULTILINE)


def minified(script: str) -> str:
    """Return the script without indentation, empty lines, and comments on lines of their own."""
    return SPARE.sub("", script)

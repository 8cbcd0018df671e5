"""Leaves out of our scripts what only those need who read their sources."""

import re

# The scripts of others, in folders of their own, stay as they came.
FOLDER = "js/"
# A comment on lines of its own, empty lines, and indentation. No text of ours goes over two lines.
SPARE = re.compile(r"^\s*//.*\n|^\s+", re.MULTILINE)


def tight(script: str) -> str:
    """The script without indentation, empty lines, and comments on lines of their own."""
    return SPARE.sub("", script)

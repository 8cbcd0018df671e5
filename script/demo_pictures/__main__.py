"""Draws the demo's pictures again: .venv/bin/python script/demo_pictures [NAME …].

They are stored in demo/pictures/, each as a JPEG of 1600 × 1067 pixels. The same version of Pillow
writes the same bytes, so files change only where their drawings do.
"""

import sys
from pathlib import Path

import landscapes
import papers
import powers
import signals
import streets

FOLDER = Path(__file__).resolve().parents[2] / "demo" / "pictures"
DRAWINGS = {
    "square": powers.square,
    "snowball": streets.snowball,
    "river": landscapes.river,
    "library": papers.library,
    "nightbus": streets.nightbus,
    "trees": landscapes.trees,
    "letters": papers.letters,
    "hall": powers.hall,
    "lighthouse": signals.lighthouse,
    "radio": signals.radio,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or DRAWINGS:
        (FOLDER / f"{name}.jpg").write_bytes(DRAWINGS[name]())

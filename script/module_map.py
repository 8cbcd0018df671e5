"""Writes the map of modules in docs/architecture.md, from their first sentences.

.venv/bin/python -m script.module_map
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
# `site/` is a path entry, not a package: config is imported by its own name (docs/adr/0001).
FOLDERS = (
    *("campaigns", "guide", "home", "search", "staff", "operations", "demo", "servers"),
    "site/config",
)
BEGIN, END = "<!-- module map -->\n", "<!-- end of the module map -->"


def modules() -> dict[str, Path]:
    """Our modules by their dotted names, without migrations and empty files."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" in path.parts or path.stem == "apps" or not path.stat().st_size:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts).removeprefix("site.").removesuffix(".__init__")
            found[name] = path
    return found


def first_line(path: Path) -> str:
    """Return the first paragraph of a module's docstring; "" without one."""
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    return " ".join(docstring.split("\n\n")[0].split())


def written() -> str:
    """Return the map as it should be on the page, with one table for each package."""
    tables: dict[str, list[str]] = {}
    for name, path in modules().items():
        above, _, module = name.rpartition(".")
        row = f"| `{module}` | {first_line(path)} |"
        tables.setdefault(above or name, []).append(row)
    head = "| module | what it is for |\n| --- | --- |\n"
    parts = (f"**{name}**\n\n{head}" + "\n".join(rows) for name, rows in tables.items())
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Replace the map on the page."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{written()}\n{END}{after}")


if __name__ == "__main__":
    main()

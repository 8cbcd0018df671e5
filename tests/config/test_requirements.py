"""Everything that we import is declared, with its version."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FOR_DEVELOPERS = {"bench", "script", "servers", "tests"}
FILES = {
    "site": ["requirements.txt", "requirements-server.txt"],
    "developers": ["requirements.txt", "requirements-server.txt", "requirements-dev.txt"],
}
OURS = {path.stem for folder in (ROOT, ROOT / "site", ROOT / "script") for path in folder.iterdir()}


def requirements(*names: str) -> list[Requirement]:
    lines = [line for name in names for line in (ROOT / name).read_text().splitlines()]
    return [Requirement(line) for line in lines if not line.startswith("-r")]


def sources(audience: str) -> Iterator[Path]:
    for path in sorted(ROOT.iterdir()):
        if (path.name in FOR_DEVELOPERS) != (audience == "developers"):
            continue
        if path.suffix == ".py":
            yield path
        elif path.is_dir() and path.name != "var" and not path.name.startswith("."):
            yield from path.rglob("*.py")


def imported(path: Path) -> Iterator[str]:
    """The first part of each imported name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("audience", FILES)
def test_what_is_imported_is_declared(audience: str):
    declared = {canonicalize_name(each.name) for each in requirements(*FILES[audience])}
    distributions = packages_distributions()

    missing = set()
    for path in sources(audience):
        for name in set(imported(path)) - OURS - sys.stdlib_module_names:
            providers = {canonicalize_name(each) for each in distributions.get(name, [])}
            if providers and not providers & declared:
                missing.add((str(path.relative_to(ROOT)), name))

    assert missing == set()


def test_each_requirement_names_one_version():
    loose = [
        str(each)
        for each in requirements(*FILES["developers"])
        if not str(each.specifier).startswith("==")
    ]

    assert loose == []

"""Every package is pinned to one version, with its hashes, and every import is declared.

`requirements*.in` say what we choose, and `script/lock` compiles them to `requirements*.txt`.
"""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FOR_DEVELOPERS = {"bench", "script", "servers", "tests"}
FILES = {
    "site": ["requirements", "requirements-server"],
    "developers": ["requirements-dev"],
    "releases": ["requirements-release"],
}
EACH = sorted(path.stem for path in ROOT.glob("requirements*.in"))
OURS = {path.stem for folder in (ROOT, ROOT / "site", ROOT / "script") for path in folder.iterdir()}


def chosen(*names: str) -> dict[str, Requirement]:
    """The requirements in these files, and in the files that they include, by name."""
    found = {}
    for name in names:
        for line in (ROOT / f"{name}.in").read_text().splitlines():
            if line.startswith("-r "):
                found |= chosen(line.removeprefix("-r ").removesuffix(".in"))
            elif line and not line.startswith("#"):
                each = Requirement(line)
                found[canonicalize_name(each.name)] = each
    return found


def entries(name: str) -> list[str]:
    """The parts of a compiled file: each is a package, its hashes, and what requires it."""
    lines = [line for line in (ROOT / f"{name}.txt").read_text().splitlines() if line[0] != "#"]
    return re.findall(r"^\S.*(?:\n .*)*", "\n".join(lines), flags=re.MULTILINE)


def requirement(entry: str) -> Requirement:
    return Requirement(re.split(r"[\\\n]", entry)[0])


def sources(audience: str) -> Iterator[Path]:
    for path in sorted(ROOT.iterdir()):
        if (path.name in FOR_DEVELOPERS) != (audience == "developers"):
            continue
        if path.suffix == ".py":
            yield path
        elif path.is_dir() and path.name != "var" and not path.name.startswith("."):
            yield from path.rglob("*.py")


def named(path: Path) -> set[str]:
    """The first part of each name that may be imported, or stands in a text that looks like it."""
    return set(re.findall(r"^\s*(?:from|import) +(\w+)", path.read_text(), re.MULTILINE))


def imported(path: Path) -> Iterator[str]:
    """The first part of each imported name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


def test_what_is_imported_is_declared():
    providers = {
        name: {canonicalize_name(each) for each in found}
        for name, found in packages_distributions().items()
        if name not in OURS | sys.stdlib_module_names
    }

    missing = set()
    for audience in ("site", "developers"):
        declared = set(chosen(*FILES[audience]))
        unknown = {name for name, found in providers.items() if not found & declared}
        for path in sources(audience):
            if named(path) & unknown:
                for name in unknown.intersection(imported(path)):
                    missing.add((str(path.relative_to(ROOT)), name))

    assert missing == set()


def test_each_requirement_names_one_version():
    loose = [str(each) for each in chosen(*EACH).values() if str(each.specifier)[:2] != "=="]

    assert loose == []


@pytest.mark.parametrize("name", EACH)
def test_what_is_chosen_and_what_is_held_agree(name: str):
    """If they differ, somebody has forgotten to run script/lock."""
    held = {}
    for entry in entries(name):
        if re.search(r"(via|#) +-r requirements\S*\.in$", entry, flags=re.MULTILINE):
            each = requirement(entry)
            held[canonicalize_name(each.name)] = str(each.specifier)

    assert held == {name: str(each.specifier) for name, each in chosen(name).items()}


@pytest.mark.parametrize("name", EACH)
def test_what_others_require_is_held_with_its_hashes(name: str):
    """pip requires this: if one package has no hash, it installs nothing."""
    held = {canonicalize_name(requirement(entry).name): entry for entry in entries(name)}

    loose = [
        package
        for package, entry in held.items()
        if not re.match(r"\S+==\S+ .*\n    --hash=sha256:[0-9a-f]{64}\b", entry)
    ]
    missing = set()
    waiting = [(key, tuple(each.extras)) for key, each in chosen(name).items()]
    seen = set()
    while waiting:
        package, extras = waiting.pop()
        if (package, extras) in seen:
            continue
        seen.add((package, extras))
        if package not in held:
            missing.add(package)
        try:
            lines = requires(package) or []
        except PackageNotFoundError:  # packages for releases are not installed here
            continue
        for below in map(Requirement, lines):
            if not below.marker or any(below.marker.evaluate({"extra": e}) for e in ("", *extras)):
                waiting.append((canonicalize_name(below.name), tuple(below.extras)))

    assert (loose, missing) == ([], set())


def test_the_files_hold_the_same_versions_and_name_no_registry():
    versions: dict[tuple[str, str], set[str]] = {}
    for name in EACH:
        for each in map(requirement, entries(name)):
            key = (canonicalize_name(each.name), str(each.marker))
            versions.setdefault(key, set()).add(str(each.specifier))

    assert {key: found for key, found in versions.items() if len(found) > 1} == {}
    text = "".join((ROOT / f"{name}.txt").read_text() for name in EACH)
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url|--find-links", text) == []

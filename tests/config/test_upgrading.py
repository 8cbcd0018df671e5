"""The register of borrowed internals in docs/upgrading.md is correct."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import wagtail

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("campaigns", "demo", "home", "operations", "search", "staff", "site/config")
ROWS = [
    line.strip("| ").split(" | ")
    for line in (ROOT / "docs" / "upgrading.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith(("| what", "| ---"))
]
FILE = re.compile(r"`([\w./-]+/[\w.-]+\.\w+)`")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
WAGTAIL = Path(wagtail.__file__).parent
TEMPLATES = (WAGTAIL / "admin" / "templates", WAGTAIL / "templates")
# Overriding these is documented: the blocks for branding, and the preview of a block.
BRANDING = {
    "wagtailadmin/admin_base.html",
    "wagtailadmin/base.html",
    "wagtailadmin/login.html",
    "wagtailcore/shared/block_preview.html",
}
# These are documented: for named tuples of the standard library, and for models of Django.
DOCUMENTED = {"_asdict", "_default_manager", "_fields", "_meta", "_replace", "_state"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_each_row_names_files_and_a_test_that_are_there(row: list[str]):
    files = FILE.findall(row[1])
    tests = TEST.findall(row[3]) if len(row) == 5 else []

    assert files
    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert len(tests) == (1 if len(row) == 5 else 0)
    for name, test in tests:
        assert f"def {test}(" in (ROOT / name).read_text()


def test_the_first_file_of_each_row_has_the_first_name_in_it():
    wrong = []
    for what, where, *_rest in ROWS:
        name = re.search(r"`([^`…]+)", what)[1]
        file = FILE.findall(where)[0]
        if name != file.removeprefix("templates/"):
            word = re.findall(r"\w+", name)[-1]
            wrong += [(word, file)] if word not in (ROOT / file).read_text() else []

    assert wrong == []


def test_each_template_of_wagtail_that_is_replaced_is_in_the_register_or_documented():
    ours = (ROOT / "templates").glob("wagtail*/**/*.html")
    replaced = {str(path.relative_to(ROOT / "templates")) for path in ours}
    of_wagtail = {name for name in replaced if any((each / name).is_file() for each in TEMPLATES)}

    rows = {name for row in ROWS for name in FILE.findall(row[1])}

    assert of_wagtail
    assert {each for each in of_wagtail - BRANDING if f"templates/{each}" not in rows} == set()


def borrowed(path: Path) -> Iterator[str]:
    """The underscored attributes that a file uses and does not define."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr):
            if isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "self":
                own.add(node.attr)
            elif node.attr not in own | DOCUMENTED:
                yield node.attr


def test_what_a_package_marks_as_its_own_is_in_the_register():
    missing = {
        (str(path.relative_to(ROOT)), name)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for name in borrowed(path)
        if not any(str(path.relative_to(ROOT)) in row[1] and name in row[0] for row in ROWS)
    }

    assert missing == set()

"""docs/architecture.md and the code agree on layers and modules."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from script import module_map

PAGE = module_map.PAGE.read_text()
MODULES = module_map.modules()
OURS = {name.split(".")[0] for name in MODULES}
# | 3 | `campaigns.petitions` `campaigns.blocks` | … |
ROW = re.compile(r"^\| (\d+) \| ((?:`[\w.]+` ?)+)\|", re.MULTILINE)
LAYERS = {
    entry: int(number)
    for number, entries in ROW.findall(PAGE.partition("## Layers")[2])
    for entry in re.findall(r"`([\w.]+)`", entries)
}
MOST_MODULES = 15
MOST_LINES = 300


def place(name: str) -> tuple[int, str]:
    """The layer and the entry of the table that a module belongs to: the longest that fits."""
    fits = [entry for entry in LAYERS if f"{name}.".startswith(f"{entry}.")]
    assert fits, f"{name} has no layer yet: give it one in docs/architecture.md"
    entry = max(fits, key=len)
    return LAYERS[entry], entry


def imports(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: write imports in full"
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else str(node.module) for name in full]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in OURS)


def test_every_entry_of_the_table_is_code():
    packages = {name.rpartition(".")[0] for name in MODULES}
    known = {*MODULES, *packages, *(name.split(".")[0] for name in packages)}

    assert [entry for entry in LAYERS if entry not in known] == []


def test_imports_go_down():
    up = [
        f"{name} imports {each}"
        for name, path in MODULES.items()
        for each in imports(path)
        if place(each)[1] != place(name)[1] and place(each)[0] >= place(name)[0]
    ]

    assert up == []


def test_no_import_hides_in_a_function():
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    # Only what has the word elsewhere than where an import begins a line is read further.
    begun_late = re.compile(r"^(?!from |import ).*\bimport\b", re.MULTILINE)
    hidden = [
        f"{path}:{inner.lineno}"
        for path in MODULES.values()
        if begun_late.search(path.read_text())
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, functions)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_nothing_outside_the_tests_imports_from_them():
    folders = [module_map.ROOT / folder for folder in (*module_map.FOLDERS, "bench", "script")]
    wrong = [
        str(path)
        for folder in folders
        for path in folder.rglob("*.py")
        if re.search(r"^\s*(from|import) tests\b", path.read_text(), re.MULTILINE)
    ]

    assert wrong == []


def test_no_folder_holds_too_many_modules():
    measured = [path for path in (module_map.ROOT / "bench").rglob("*.py") if path.stat().st_size]
    folders = [path.parent for path in [*MODULES.values(), *measured]]

    assert [str(each) for each in set(folders) if folders.count(each) > MOST_MODULES] == []


def test_every_module_says_what_it_is_for():
    assert [name for name, path in MODULES.items() if not module_map.first_line(path)] == []


def test_every_module_is_on_the_map_with_its_own_first_line():
    _, _, rest = PAGE.partition(module_map.BEGIN)

    shown = rest.partition(module_map.END)[0].strip()

    assert shown == module_map.written().strip(), "run: .venv/bin/python -m script.module_map"


def test_every_model_is_among_the_data():
    data = PAGE.partition("## Data")[2].partition("\n## ")[0]
    models = [each for each in apps.get_models() if each.__module__.split(".")[0] in OURS]

    assert [each.__name__ for each in models if f"**`{each.__name__}`**" not in data] == []


def test_files_stay_short():
    lengths = {name: len(path.read_text().splitlines()) for name, path in MODULES.items()}

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_files_of_tests_stay_short():
    files = (module_map.ROOT / "tests").rglob("*.py")

    long = [str(each) for each in files if len(each.read_text().splitlines()) > MOST_LINES]

    assert long == []


def while_loading(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run while a module is loaded: all but the bodies of its functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            yield from (
                inner for each in getattr(node, "decorator_list", []) for inner in ast.walk(each)
            )
        else:
            yield node
            yield from while_loading(node)


def test_no_test_asks_for_the_day_while_it_is_loaded():
    """A run of all tests may begin before midnight and end after it."""
    asking = {
        f"{path}:{node.lineno}"
        for path in Path("tests").rglob("*.py")
        for node in while_loading(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("localdate", "today", "date")
    }

    assert asking == set()

"""Files and names in the code that documents, docstrings and comments refer to exist."""

import ast
import functools
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from script import module_map

ROOT = module_map.ROOT
FOLDERS = {*(name.split("/")[0] for name in module_map.FOLDERS), "bench", "script", "tests"}
IN_BACKTICKS = re.compile(r"(?<!`)`([^`\s]+)`(?!`)")
# `counting.fold`, `campaigns.counting.counting` or `figures.today(…)`
DOTTED = re.compile(r"([a-z]\w*(?:\.\w+)+)(?:\(.*\))?")
# `campaigns/counting/counting.py`, `counting/counting.py` or `includes/head.html`
FILE = re.compile(r"\w[\w./-]*\.(?:css|html|js|py|svg)")
# Events, hosts, files other than code, an example, and names that other packages use, too.
OTHERS = {
    *("signature.added", "signature.changed", "signature.removed", "petition.example.org"),
    *("base.txt", "privacy.md", "signing.log", "lower_snake_case.html"),
    *("csv.writer", "form.save", "smtp.EmailBackend.connection", "staff.apps.UsersConfig"),
}


def names_in(path: Path) -> set[str]:
    """Return all names in a module, with its imports and the members of its classes."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.alias(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                found.add(name)
    return found


def inside() -> dict[str, set[str]]:
    """Return the names in each module, by each suffix of its path: packages are often left out."""
    found = defaultdict(set)
    for module, path in module_map.modules().items():
        package, _, name = module.rpartition(".")
        found[module] |= names_in(path)
        # Django names a model by its app: `campaigns.Petition`.
        found[package] |= {name, *(found[module] if name == "models" else ())}
        while package:
            package, _, name = package.rpartition(".")
            found[package].add(name)
    by_end = defaultdict(set)
    for place, names in found.items():
        parts = place.split(".")
        for start in range(len(parts)):
            by_end[".".join(parts[start:])] |= names
    return by_end


@functools.cache
def files() -> list[Path]:
    found = list(ROOT.glob("*.*"))
    for folder in (*FOLDERS, "deploy", "docs", "templates"):
        found += (ROOT / folder).rglob("*.*")
    return found


@functools.cache
def ends() -> set[str]:
    """Each file by each end of its path: folders are often left out."""
    paths = [path.relative_to(ROOT).parts for path in files()]
    return {"/".join(parts[start:]) for parts in paths for start in range(len(parts))}


def is_there(place: str, names: dict[str, set[str]]) -> bool:
    """Whether it is a file or a name in a module of ours; True if it begins with no such module."""
    if FILE.fullmatch(place):
        return place in ends()
    if not (dotted := DOTTED.fullmatch(place)):
        return True
    head, name = dotted[1], ""
    while head and head not in names:
        head, _, name = head.rpartition(".")
    return not (head and name) or name in names[head]


def remarks(path: Path) -> str:
    """Return a whole document, a template's comments, or a module's comments and docstrings."""
    text = path.read_text()
    if path.suffix == ".html":
        return "".join(re.findall(r"{#.*?#}|{% comment .*?{% endcomment %}", text, re.DOTALL))
    if path.suffix == ".md" or "`" not in text:
        return text
    comments = []
    if re.search("#.*`", text):
        with path.open() as file:
            tokens = list(tokenize.generate_tokens(file.readline))
        comments = [each.string for each in tokens if each.type == tokenize.COMMENT]
    places = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, places)]
    return "\n".join([*comments, *(ast.get_docstring(node) or "" for node in nodes)])


def references() -> Iterator[tuple[str, str]]:
    """What stands in backticks, and where."""
    for path in files():
        if path.suffix in (".html", ".md", ".py") and "migrations" not in path.parts:
            for place in IN_BACKTICKS.findall(remarks(path)):
                yield str(path.relative_to(ROOT)), place
    # The section "One signature" of that document uses no backticks.
    _, _, way = module_map.PAGE.read_text().partition("## One signature")
    for place in DOTTED.findall(way.split("```")[1]):
        yield "docs/architecture.md", place


def test_what_is_called_by_its_place_in_the_code_is_there():
    names = inside()

    wrong = {(where, place) for where, place in references() if not is_there(place, names)}

    assert {each for each in wrong if each[1] not in OTHERS} == set()

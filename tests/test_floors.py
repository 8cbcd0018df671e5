"""The house has floors, and imports only ever go down (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("campaigns", "demo", "home", "search", "staff", "config")
FLOORS = [  # a module may import only from floors above it in this list, or from its own entry
    ["campaigns.signing.fields", "campaigns.signing.typos", "campaigns.signing.postcodes"],
    [
        "campaigns.caching",
        "campaigns.signatures.email_keys",
        "campaigns.signing.forms",
        "campaigns.sharing.typesetting",
        "campaigns.signatures.networks",
        "campaigns.statements",
        "campaigns.sharing.links",
        "campaigns.signatures.tokens",
        "config.env",
    ],
    ["campaigns.blocks"],
    ["campaigns.models"],
    [
        "campaigns.counting.counting",
        "campaigns.sharing.cards",
        "campaigns.sharing.embedding",
        "campaigns.exports.rows",
        "campaigns.privacy.dependents",
        "campaigns.signatures.key_fingerprint",
        "campaigns.mail.composing",
        "campaigns.sharing.posters",
        "campaigns.mail.reminders",
        "campaigns.signatures.public_signers",
        "campaigns.pages.timeline",
        "campaigns.petitions.changes",
        "campaigns.moderation.screening",
        "campaigns.petitions.translating",
    ],
    [
        "campaigns.pages.copying",
        "campaigns.mail.sending",
        "campaigns.moderation.moderating",
        "campaigns.privacy.people",
        "campaigns.petitions.publishing",
        "campaigns.privacy.retention",
        "campaigns.signing.signing",
    ],
    [
        "campaigns.cms",
        "campaigns.management",
        "campaigns.templatetags",
        "campaigns.public.views",
        "home",
        "search",
    ],
    [
        "campaigns.public.api",
        "campaigns.public.frames",
        "campaigns.public.downloads",
        "demo",
        "staff",
    ],
    [
        "campaigns.public.urls",
        "campaigns.wagtail_hooks",
        "home.urls",
        "home.wagtail_hooks",
        "search.urls",
        "staff.urls",
        "staff.wagtail_hooks",
    ],
    ["config"],
]
SOURCES = [
    path
    for folder in ("campaigns", "demo", "home", "search", "staff", "site/config")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts and path.stem not in ("__init__", "apps")
]


def place(module: str) -> tuple[int, str]:
    """The floor and the entry of FLOORS that a module belongs to: the longest that fits."""
    fits = [
        (len(entry), number, entry)
        for number, entries in enumerate(FLOORS)
        for entry in entries
        if f"{module}.".startswith(f"{entry}.")
    ]
    if not fits:
        raise LookupError(f"{module} has no floor yet: give it one in FLOORS")
    return max(fits)[1:]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: write imports in full"
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from names if node.module in ROOMS else (node.module,)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path: Path):
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removeprefix("site.")
    floor, entry = place(module)

    for name in imports(path):
        if name.split(".")[0] in ROOMS:
            below, target = place(name)
            assert target == entry or below < floor, f"{module} must not import {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_hides_in_a_function(path: Path):
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    hidden = [
        inner.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, functions)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_short(path: Path):
    assert len(path.read_text().splitlines()) <= 300

"""The scripts of public pages are understood by browsers as old as Chrome 80 and Safari 14.

A browser ignores a whole script because of one piece of syntax that it does not know. These tests
look for such syntax, and for newer functions and selectors, by their spelling only. They find
nothing that is not listed.
"""

import re

import pytest

from home import stylesheets

ROOT = stylesheets.SOURCES.parents[1]
STAFF = (ROOT / "templates" / "staff", ROOT / "templates" / "campaigns" / "cms")
# Sites that embed our petitions load this one.
NAMES = {"embed.js"} | {
    name
    for path in (ROOT / "templates").rglob("*.html")
    if not any(path.is_relative_to(folder) for folder in STAFF)
    for name in re.findall(r'"js/([\w-]+\.js)"', path.read_text())
}
NEWER = {
    "an assignment with ??, || or &&": r"(\?\?|\|\||&&)=",
    "at(), replaceAll(), hasOwn() or findLast()": r"\.(at|replaceAll|hasOwn|findLast(Index)?)\(",
    "a copy of an array or an object": r"\.(to(Sorted|Reversed|Spliced)|with|fromAsync|groupBy)\(",
    "replaceChildren() or requestSubmit()": r"\.(replaceChildren|requestSubmit|checkVisibility)\(",
    "structuredClone(), randomUUID()": r"\b(structuredClone|randomUUID|requestIdleCallback)\(",
    "when the page began, with no other way to know": r"\bperformance\.timeOrigin\b(?! \|\|)",
    "more of signals and promises": r"\b(AbortSignal\.\w+|Promise\.(any|try|withResolvers))\(",
    "a selector with :is(), :where() or :has()": r":(is|where|has|focus-visible)\b",
    "an await outside of functions": r"^(const .*= )?await\b|^for await\b",
    "a private or static part of a class": r"(\.|^\s*)#\w|^\s*static\b",
    "a lookbehind": r"\(\?<[=!]",
    "a flag of a regular expression": r"/[dgimsuy]*[dv][dgimsuy]*[.,;)]",
    "an error with its cause": r"\bcause:",
    "an import with attributes": r"\bimport .* (with|assert) \{",
}


def test_the_scripts_of_public_pages_are_known():
    assert {"source.js", "typed.js", "proof.js", "embed.js", "errors.js"} <= NAMES
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", sorted(NAMES))
def test_an_older_browser_understands_the_whole_script(name):
    source = (stylesheets.SOURCES / "js" / name).read_text()

    assert newer_than_promised(re.sub(r"(^|\s)//.*", "", source, flags=re.MULTILINE)) == {}


def newer_than_promised(code: str) -> dict[str, str]:
    return {
        what: match[0]
        for what, newer in NEWER.items()
        if (match := re.search(newer, code, re.MULTILINE))
    }


def test_a_proof_of_work_needs_no_newer_browser_than_the_guide_says():
    """An older one sends the form without it (docs/quality.md)."""
    altcha = (stylesheets.SOURCES / "altcha" / "altcha.js").read_text()
    worker = (stylesheets.SOURCES / "altcha" / "pbkdf2.js").read_text()

    found = newer_than_promised(altcha)

    assert newer_than_promised(worker) == {}
    # Safari 15 and Chrome 85. It calls requestSubmit() only to send a form by itself, and gives the
    # pattern with a lookbehind, as a string, only to a server that verifies.
    assert found == {
        "an assignment with ??, || or &&": "??=",
        "at(), replaceAll(), hasOwn() or findLast()": ".replaceAll(",
        "replaceChildren() or requestSubmit()": ".requestSubmit(",
        "a private or static part of a class": ".#s",
        "a lookbehind": "(?<!",
    }
    assert not re.search(r"static\s*\{|/[^/\n]*\(\?<[=!][^/\n]*/[gimsuy]", altcha)


def test_no_script_of_the_cms_asks_firefox_before_121_for_has():
    scripts = [path.read_text() for path in (stylesheets.SOURCES / "js").glob("*.js")]

    assert [script for script in scripts if ":has(" in script] == []


@pytest.mark.parametrize(
    "code",
    [
        *("a ??= b;", "a ||= b;", "a &&= b;", 'text.split("@").at(-1)'),
        *('text.replaceAll("a", "b")', "Object.hasOwn(a, b)", "list.toSorted()"),
        *("list.with(0, 1)", "Array.fromAsync(all)"),
        *("box.replaceChildren()", "form.requestSubmit()", "structuredClone(a)"),
        *("const page = performance.timeOrigin;", "{ page: performance.timeOrigin }"),
        *("AbortSignal.timeout(10)", "Promise.any(all)", 'find(".field :is(input, select)")'),
        *("await start();", "const a = await start();", "this.#count", "#count = 0;"),
        *("/(?<=a)b/", "/(?<!a)b/", "/a/d.exec(b)", "/a/gv.exec(b)"),
        'import a from "a" with { type: "json" }',
    ],
)
def test_what_is_newer_is_found(code):
    assert any(re.search(newer, code, re.MULTILINE) for newer in NEWER.values())

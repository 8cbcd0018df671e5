"""The style sheet: several files for its authors, one file for readers."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from home import built_assets, scripts, stylesheets
from home.styleguide.sheets import inside

ROOT = stylesheets.SOURCES.parents[1]
CSS = stylesheets.SOURCES / "css"
PARTS = stylesheets.IMPORT.findall((CSS / "site.css").read_text())
# The CMS has style sheets of its own, and so has the page that shows the design. A pair of fonts is
# part of the style sheet of a look.
ALONE = {
    *("cms.css", "cms-exports.css", "cms-finding.css", "cms-guide.css", "cms-look.css"),
    *("comments.css", "jobs.css", "ledger.css", "quarantine.css", "statistics.css", "site.css"),
    *("cms-layout.css", "cms-signing-in.css", "styleguide.css"),
    *("type/device.css", "type/plain.css"),
}


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """A style sheet of one part, in a folder of its own."""
    monkeypatch.setattr(stylesheets, "SOURCES", tmp_path)
    monkeypatch.setattr(built_assets, "BUILT", tmp_path / "built")
    (tmp_path / "css" / "parts").mkdir(parents=True)
    (tmp_path / "css" / "site.css").write_text('/* All. */\n@import url("parts/a.css");\n')
    part = tmp_path / "css" / "parts" / "a.css"
    part.write_text('/* A. */\n.a { mask: url("../../icons/a.svg") }\n')
    return part


def test_every_file_is_imported_once():
    files = {str(path.relative_to(CSS)) for path in CSS.rglob("*.css")}

    assert sorted(PARTS) == sorted(files - ALONE)


@pytest.mark.parametrize("path", sorted(CSS.rglob("*.css")), ids=lambda path: path.stem)
def test_files_stay_short(path):
    assert len(path.read_text().splitlines()) <= 400


@pytest.mark.parametrize("part", PARTS)
def test_each_part_stands_in_the_layer_of_its_folder(part):
    layers = re.findall(r"@layer (\w+)", stylesheets.read(part))

    assert set(layers) == {part.split("/")[0].removesuffix(".css")}


def test_no_animation_takes_the_name_of_another_which_it_would_replace():
    names = re.findall(r"@keyframes ([\w-]+)", stylesheets.whole())

    assert names
    assert sorted(names) == sorted(set(names))


def test_a_part_stands_in_the_place_of_its_import(small):
    assert stylesheets.whole() == '.a { mask: url("../icons/a.svg") }\n'


def test_a_change_of_a_part_is_in_the_sheet_at_once(small):
    before = built_assets.build("css/site.css").read_text()
    small.write_text(".b {}\n")

    after = built_assets.build("css/site.css").read_text()

    assert (before, after) == ('.a{mask:url("../icons/a.svg")}', ".b{}")


def test_browsers_get_no_spaces_and_noughts_that_only_people_need():
    sheet = (
        "@media (width < 2rem) {\n:is(.a, .b) > c {\ncolor: red;\nfont: 0.5rem / 2 x, y;\n}\n}\n"
    )

    minified = stylesheets.minified(sheet)

    assert minified == "@media (width < 2rem){:is(.a,.b)>c{color:red;font:.5rem / 2 x,y;}}"


def test_the_sheet_is_served_and_collected_whole():
    collected = {
        path: storage for finder in finders.get_finders() for path, storage in finder.list([])
    }

    served = Path(finders.find("css/site.css")).read_text()

    assert served == stylesheets.minified(stylesheets.whole())
    assert collected["css/site.css"].open("css/site.css").read().decode() == served
    assert "@import" not in served
    assert finders.find("css/cms.css") == str(CSS / "cms.css")


def test_scripts_are_served_and_collected_without_what_only_people_read():
    collected = {
        path: storage for finder in finders.get_finders() for path, storage in finder.list([])
    }
    script = """// Says hello.

const words = () => {
  // A reason.
  say("a // b"); // another reason
};
"""

    assert scripts.minified(script) == (
        'const words = () => {\nsay("a // b"); // another reason\n};\n'
    )
    ours = [path for path in collected if path.startswith("js/")]
    assert len(ours) > 20
    for path in ours:
        source = (stylesheets.SOURCES / path).read_text()
        # scripts.minified handles no strings over two lines and no comments within quotation marks.
        assert all(line.count("`") % 2 == 0 and "/*" not in line for line in source.splitlines())
        served = Path(finders.find(path)).read_text()
        assert collected[path].open(path).read().decode() == served == scripts.minified(source)


def test_each_url_in_the_sheet_leads_to_a_file():
    urls = stylesheets.URL.findall(stylesheets.whole())

    assert len(urls) > 20
    assert [url for url in urls if not (CSS / url).is_file()] == []


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("(width >= 40rem)", "(min-width: 40rem)"),
        ("(width < 40rem)", "(max-width: 39.99rem)"),
        ("(height < 18.5rem)", "(max-height: 18.49rem)"),
        ("(40rem <= width < 68rem)", "(min-width: 40rem) and (max-width: 67.99rem)"),
        ("(width < 8rem) and (height < 3rem)", "(max-width: 7.99rem) and (max-height: 2.99rem)"),
        ("(width < 58rem) or (height < 62rem)", "(max-width: 57.99rem), (max-height: 61.99rem)"),
        ("(max-width: 40em)", "(max-width: 40em)"),
        ("print", "print"),
    ],
)
def test_older_browsers_know_at_which_widths_the_layout_changes(small, written, served):
    small.write_text(f"@media {written} {{\n.a {{}}\n}}\n")

    assert stylesheets.whole() == f"@media {served} {{\n.a {{}}\n}}\n"


def test_no_range_and_no_or_is_left_in_a_media_query():
    queries = re.findall(r"@media ([^{]+)", stylesheets.whole())

    assert len(queries) > 30
    assert [query for query in queries if re.search(r"[<=>]| or ", query)] == []


def test_the_keyboards_place_is_shown_without_has_too():
    rules = re.findall(r"([^{}]*:has\([^{}]*)\{([^{}]*)", stylesheets.whole())

    assert len(rules) > 20
    assert [selector for selector, styles in rules if "outline" in styles] == []


def test_nothing_is_written_in_a_way_that_chrome_99_and_safari_15_do_not_know():
    sheet = stylesheets.minified(stylesheets.whole())
    newer = r"[;{](?:rotate|translate|scale):|:dir\(|\(scripting|[;{][>&+~]"
    plain, prefixed = (
        re.findall(rf"[;{{]{start}(mask|print-color-adjust):", sheet) for start in ("", "-webkit-")
    )

    assert re.findall(newer, sheet) == []
    assert plain == prefixed


def test_no_selector_is_lost_with_one_that_an_older_browser_does_not_know():
    """A browser drops the whole rule; only within :is() does it keep the other selectors."""
    sheet = stylesheets.minified(stylesheets.whole())
    while "(" in sheet:
        sheet = re.sub(r"(:is)?\(([^()]*)\)", plain, sheet)
    lists = [found.split(",") for found in re.findall(r"([^{};]+)\{", sheet)]

    assert len(lists) > 500
    assert [
        selectors for selectors in lists if len({":has" in selector for selector in selectors}) > 1
    ] == []


def plain(brackets: re.Match[str]) -> str:
    """What counts of a pair of brackets, without its commas."""
    return "" if brackets[1] else brackets[2].replace(",", " ")


def test_what_nobody_should_see_is_hidden_from_browsers_without_layers_too():
    sheet = rest = stylesheets.minified(stylesheets.whole())
    for layer in re.finditer(r"@layer \w+{", sheet):
        rest = rest.replace(inside(sheet, layer.end()), "")
    hidden = " ".join(re.findall(r"([^{}]+)\{display:none;\}", rest))

    for name in ("[hidden]", ".form-elsewhere"):
        assert name in hidden


def test_a_list_whose_marks_are_drawn_is_one_for_voiceover_too():
    """Safari takes a list with list-style: none for none, unless it has the role."""
    drawn = set(re.findall(r"\.(\w+) li::before", stylesheets.whole()))
    templates = (ROOT / "templates" / "campaigns" / "includes").glob("*.html")
    marked = re.findall(
        r'<[uo]l class="(\w+)" role="list"', "".join(path.read_text() for path in templates)
    )

    assert drawn == set(marked) == {"demands", "timeline"}


def test_a_place_for_what_scripts_tell_is_no_stop_while_it_is_empty():
    """Orca stops at an empty paragraph with role="status", and calls it a status bar."""
    paths = [*(ROOT / "templates").rglob("*.html")]

    stops = [path.name for path in paths if re.search(r'role="status"[^>]*></', path.read_text())]

    assert stops == []

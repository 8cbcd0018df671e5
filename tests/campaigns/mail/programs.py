"""Features that an email uses, and which mail programs lack them, by the tables of caniemail.com.

`script/caniemail.py` makes the tables from the npm package caniemail. Its own check needs Node 22,
which neither Debian nor the tests have, and stops at the first missing feature, even if nothing can
be done about it. This module uses its names of features, and the test decides about each.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag

TABLES = json.loads((Path(__file__).parent / "caniemail.json").read_text())
CSS, HTML, IMAGES = TABLES["css"], TABLES["html"], TABLES["image"]
LACKING: dict[str, list[str]] = CSS | HTML | IMAGES

# Features that every mail program supports, or that are for one program only. No table lists them.
PLAIN = {
    *("html", "head", "meta", "title", "a", "b", "br", "tr", "td", "th", "thead", "tbody"),
    *("class", "style", "href", "border", "name", "content", "charset", "alt", "src", "scope"),
    *("bgcolor", "color", "font-family", "mso-hide", "-webkit-text-size-adjust", ":root"),
}
ELEMENTS = {
    "address": "address",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "<h1> to <h6> elements"),
    **dict.fromkeys(("ul", "ol", "dl", "li", "dt", "dd"), "<ul>, <ol> and <dl>"),
    **dict.fromkeys(("article", "aside", "figure", "header", "footer", "main"), "HTML5 semantics"),
    **dict.fromkeys(("mark", "nav", "section", "time"), "HTML5 semantics"),
}
ATTRIBUTES = {"srcset": "srcset and sizes attributes", "sizes": "srcset and sizes attributes"}
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def asked(html: str) -> set[str]:
    """The features of an email, by their titles in the tables, or as written if none has them."""
    soup = BeautifulSoup(html, "html.parser")
    found = {"HTML5 doctype"} if html.lower().startswith("<!doctype html>") else set()
    found |= {"HTML comments"} if re.search(r"<!--", html) else set()
    for element in soup.find_all(True):
        found |= set(of_element(element))
    for sheet in soup.find_all("style"):
        found |= set(of_sheet(sheet.get_text()))
    return found - PLAIN


def of_element(element: Tag) -> Iterator[str]:
    titles = (title for title in HTML if title.startswith(f"<{element.name}>"))
    yield ELEMENTS.get(element.name) or next(titles, element.name)
    for name, value in element.attrs.items():
        attribute = f"{name} attribute"
        yield attribute if attribute in HTML else ATTRIBUTES.get(name, name)
        if name == "href" and str(value).startswith(("#", "mailto:")):
            yield "Local anchors" if str(value).startswith("#") else "mailto: links"
        if name == "src":
            kind = str(value).rpartition(".")[2].lower()
            yield from (title for title in IMAGES if title.lower().startswith(f"{kind} image"))
    if element.get("name") == "color-scheme":
        yield "color-scheme meta tag"
    yield from of_declarations(str(element.get("style", "")))


def of_sheet(sheet: str) -> Iterator[str]:
    sheet, comments = re.subn(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    if comments:
        yield "CSS comments"
    for rule, condition in re.findall(r"(@[\w-]+)([^{;]*)", sheet):
        yield rule
        for query in re.findall(r"\(([\w-]+)", condition):
            titles = [title for title in CSS if title.startswith(f"{rule} (") and query in title]
            yield from titles or [f"{rule} ({query})"]
    for selectors, declarations in RULE.findall(re.sub(r"@[\w-]+[^{;]*\{", "", sheet)):
        yield from of_selectors(selectors.strip())
        yield from of_declarations(declarations)


def of_selectors(selectors: str) -> Iterator[str]:
    if "," in selectors:
        yield "Grouping selectors"
    for sign, title in {
        r"\.\w": "Class selector",
        r"#\w": "ID selector",
        r"\[": "Attribute selector",
        r"\.[\w-]+\.": "Chaining selectors",
        r">": "Child combinator",
        r"\+": "Adjacent sibling combinator",
        r"~": "General sibling combinator",
        r"\*": "Universal selector *",
        r"(^|[\s,>])[a-z]": "Type selector",
        r"[\w\])] +[.\w#\[:]": "Descendant combinator",
    }.items():
        if re.search(sign, selectors):
            yield title
    for pseudo in re.findall(r"::?[\w-]+", selectors):
        yield next((title for title in CSS if title.removesuffix("()") == pseudo), pseudo)


def of_declarations(text: str) -> Iterator[str]:
    for declaration in text.split(";"):
        name, _colon, value = (part.strip() for part in declaration.partition(":"))
        if not name:
            continue
        yield next((title for title in CSS if longhand(name) in names(title)), name)
        yield from (title for title in CSS if title.replace(": ", ":") == f"{name}:{value}")
        yield from of_value(value)


def names(title: str) -> list[str]:
    """The properties of a title, such as "left, right, top, bottom" or "height property"."""
    words = re.sub(r" (shorthand|property|CSS property|properties)$", "", title)
    return re.split(r", | & ", words) if re.fullmatch(r"[a-z, &-]+", words) else []


def longhand(name: str) -> str:
    """The property under which the tables list one of its parts: border for border-top."""
    return re.sub(r"-(top|right|bottom|left)$", "", name)


def of_value(value: str) -> Iterator[str]:
    if "!important" in value:
        yield "!important keyword"
    for unit in re.findall(r"(?<![#\w])[\d.]*\d(%|[a-z]+)", value):
        yield next((title for title in CSS if title == f"{unit} unit"), unit)
    for function in re.findall(r"([a-z-]+)\(", value):
        called = {"var": "CSS Variables (Custom Properties)"}
        yield called.get(function) or next(
            (title for title in CSS if f"{function}()" in title), f"{function}()"
        )


# Values that some program misreads, although it supports the property (notes on caniemail.com).
MISREAD = {
    r"(^|;)\s*margin[^:;]*:[^;]*(-\d|auto)": "margins below nought or “auto”: Outlook, Gmail",
    r"text-align:\s*(start|end)": "text-align start and end: Outlook, Yahoo, GMX",
    r"font-size:[^;]*\d(rem|em|%)": "font sizes but in px: Outlook, Yahoo, GMX, Samsung",
    r"display:(?!\s*(none|block))": "display but none and block: Outlook, Gmail, Yahoo",
    r"font-weight:\s*\d": "font weights in numbers: Outlook, Yahoo",
}
# Elements on which a property works, mainly in Outlook for Windows. Images have attributes, too.
PLACES = {
    r"(^|;)\s*padding[^:;]*:(?!\s*0(px)?\s*(;|$))": ("td", "th"),
    r"max-width:": ("table", "img"),
    r"(^|;)\s*(width|height):": ("td", "th", "table", "img"),
}


def misread(html: str) -> Iterator[str]:
    """Declarations that some program misreads, although it supports the property."""
    for element in BeautifulSoup(html, "html.parser").select("[style]"):
        style = str(element["style"])
        yield from (what for value, what in MISREAD.items() if re.search(value, style))
        cell = element.parent.get("style", "") if element.parent else ""
        for value, places in PLACES.items():
            is_placed = element.name in places or "mso-padding-alt" in cell  # read in its place
            if not is_placed and re.search(value, style):
                yield f"{value} on <{element.name}>"
    for picture in BeautifulSoup(html, "html.parser").select("img"):
        if not {"alt", "width", "height"} <= set(picture.attrs):
            yield "a picture without words or size, for those who block pictures"

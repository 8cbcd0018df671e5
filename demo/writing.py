"""Functions for writing the demo's stories: they make blocks that name pictures and pages.

`building` replaces the names with the objects.
"""

from typing import Any

Block = tuple[str, Any]


def text(*parts: str) -> Block:
    """Return a block of text; parts that begin with a tag are not wrapped in a paragraph."""
    return "text", "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)


def bullets(*items: str, tag: str = "ul") -> str:
    """Return the HTML of a list, as one of the parts of a text."""
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def heading(words: str) -> Block:
    return "heading", words


def picture(name: str, caption: str, *, size: str = "text") -> Block:
    """Return a block with one of the demo's `images`, by name; its description is in English."""
    return "image", {"image": name, "caption": caption, "credit": "", "size": size}


def quote(words: str, *, by: str, role: str = "") -> Block:
    """Return a quote without a name, since the demo must not ascribe words to anybody."""
    return "quote", {"text": words, "attribution": by, "role": role}


def petition(slug: str | None = None) -> Block:
    """Return a block with one of the `petitions`, by its slug; None is the page's own petition."""
    return "petition", {"petition": slug}


def appeal() -> Block:
    """Return a block with the demo's appeal."""
    return "appeal", {}


def call(words: str, *, label: str, page: str) -> Block:
    """Return a button that leads to a page, which is given by its slug."""
    return "call_to_action", {"text": words, "label": label, "page": page, "url": ""}


def actions_taken() -> Block:
    return "actions_taken", None


def gallery(*names: str, caption: str) -> Block:
    return "gallery", {"images": list(names), "caption": caption}


def fact(figure: str, says: str, source: str) -> Block:
    return "fact", {"figure": figure, "text": says, "source": source}


def accordion(*parts: tuple[str, str]) -> Block:
    return "accordion", {
        "parts": [{"heading": heading, "text": f"<p>{answer}</p>"} for heading, answer in parts]
    }


def table(caption: str, headings: tuple[str, ...], *rows: tuple[str, ...]) -> Block:
    kinds = ["text", *["figure"] * (len(headings) - 1)]
    columns = [
        {"type": kind, "heading": heading} for kind, heading in zip(kinds, headings, strict=True)
    ]
    cells = [{"values": row} for row in rows]
    return "table", {"table": {"caption": caption, "columns": columns, "rows": cells}}


def related(heading: str) -> Block:
    return "related", {"heading": heading, "campaigns": [], "number": 3}


def update(day: int, heading: str, text: str) -> Block:
    """Return a short post; `day` is its number of days from today."""
    return "update", {"day": day, "heading": heading, "text": f"<p>{text}</p>"}

"""How the demo's stories are written down: blocks that name pictures, petitions and pages.

`building` puts the things themselves in the place of their names.
"""

from typing import Any

Block = tuple[str, Any]


def text(*parts: str) -> Block:
    """Paragraphs; a part that begins with a tag stands as it is."""
    return "text", "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)


def bullets(*items: str, tag: str = "ul") -> str:
    """A list, to stand among the paragraphs of a text."""
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def heading(words: str) -> Block:
    return "heading", words


def picture(name: str, caption: str, *, alt: str = "", size: str = "text") -> Block:
    """One of `images`, by its name; its own description is in English."""
    return "image", {"image": name, "caption": caption, "credit": "", "alt": alt, "size": size}


def quote(words: str, *, by: str, role: str = "") -> Block:
    """By nobody in particular: the demo puts no words into anybody's mouth."""
    return "quote", {"text": words, "attribution": by, "role": role}


def petition(slug: str | None = None) -> Block:
    """One of `petitions`, by its slug; on a campaign page None is its own."""
    return "petition", {"petition": slug}


def call(words: str, *, label: str, page: str) -> Block:
    """A button that leads to a page, by its slug."""
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
    """A short post, so many days from today."""
    return "update", {"day": day, "heading": heading, "text": f"<p>{text}</p>"}

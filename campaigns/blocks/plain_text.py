"""Converts rich text to plain text for emails: paragraphs, lists, and the URL after each link."""

from html.parser import HTMLParser

BLOCKS = ("p", "li", "h2", "h3", "h4", "ul", "ol", "hr", "div")


class PlainText(HTMLParser):
    """Collects the text of HTML that Wagtail has cleaned, for `plain`."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.lists: list[int | None] = []
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Handle the beginning of an element."""
        if tag == "br":
            self.lines.append("")
        if tag in BLOCKS:
            self.end_line()
        if tag in ("ul", "ol"):
            self.lists.append(None if tag == "ul" else 0)
        elif tag == "li" and self.lists:
            if (number := self.lists[-1]) is not None:
                self.lists[-1] = number + 1
            bullet = "-" if self.lists[-1] is None else f"{self.lists[-1]}."
            self.lines[-1] = f"{'  ' * (len(self.lists) - 1)}{bullet} "
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.lines[-1])))

    def handle_endtag(self, tag: str) -> None:
        """Handle the end of an element."""
        if tag == "a" and self.links:
            url, start = self.links.pop()
            if url and self.lines[-1][start:] != url:
                self.lines[-1] += f" ({url})"
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        if tag in BLOCKS:
            self.end_line()
            if tag != "li" and self.lines[-2:] != ["", ""] and not self.lists:
                self.lines.append("")

    def handle_data(self, data: str) -> None:
        """Handle text between elements."""
        self.lines[-1] += data

    def end_line(self) -> None:
        if self.lines[-1]:
            self.lines.append("")


def plain(html: str) -> str:
    """Return rich text as plain text, with an empty line between paragraphs."""
    parser = PlainText()
    parser.feed(html)
    parser.close()
    return "\n".join(line.rstrip() for line in parser.lines).strip()

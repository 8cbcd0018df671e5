"""A person without JavaScript: follows links and sends forms by what is written on them.

Where the server alone decides what somebody sees, this takes the place of a browser, which draws
each page. Pages are read at one site, whatever host their addresses have.
"""

from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.contrib.auth.models import User
from django.test import Client

HOST = "http://testserver"


def said(part: Tag) -> str:
    """What is written there, with single spaces."""
    return " ".join(part.get_text(" ").split())


class Person:
    """Has one page open."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client(enforce_csrf_checks=True)
        if user:
            self.client.force_login(user)
        self.url = ""
        self.page = BeautifulSoup("", "html.parser")

    def goto(self, address: str) -> None:
        self._open("GET", address, referer="")

    def click(self, link: str) -> None:
        """Follow the link of this name, or the first that has it in its name."""
        self._open("GET", str(self.link(link)["href"]), referer=self.url)

    def link(self, name: str) -> Tag:
        return self._named("a[href]", name)

    def field(self, label: str, *, within: str = "body") -> Tag:
        """The field whose label is this, or begins with it."""
        labels = [each for each in self._part(within).select("label") if self._of(each)]
        named = [each for each in labels if said(each).startswith(label)]
        named.sort(key=lambda each: len(said(each)))
        assert named, f"{self.url} has no field {label!r} among {[*map(said, labels)]}"
        field = self._of(named[0])
        assert field is not None
        return field

    def _of(self, label: Tag) -> Tag | None:
        fields = "input", "textarea", "select"
        found = self.page.find(fields, id=label["for"]) if label.get("for") else label.find(fields)
        return found if isinstance(found, Tag) else None

    def fill(self, label: str, text: str, *, within: str = "body") -> None:
        field = self.field(label, within=within)
        if field.name == "textarea":
            field.string = text
        elif field.name == "select":
            chosen = next(each for each in field.select("option") if said(each) == text)
            for each in field.select("[selected]"):
                del each["selected"]
            chosen["selected"] = ""
        else:
            field["value"] = text

    def tick(self, label: str, *, within: str = "body") -> None:
        field = self.field(label, within=within)
        for each in self.page.select("[type=radio][checked]"):
            if each.get("name") == field.get("name"):
                del each["checked"]
        field["checked"] = ""

    def press(self, button: str, *, within: str = "body") -> None:
        """Send the form of the button of this name, with what it holds."""
        pressed = self._named(f"{within} :is(button, [type=submit])", button)
        form = pressed.find_parent("form")
        assert form is not None
        sent = [each for field in form.select("[name]") for each in _values(field)]
        if name := pressed.get("name"):
            sent.append((str(name), str(pressed.get("value", ""))))
        address = str(form.get("action") or self.url)
        method = str(form.get("method", "get")).upper()
        self._open(method, address, sent, referer=self.url)

    @property
    def heading(self) -> str:
        found = self.page.find("h1")
        assert isinstance(found, Tag), self.url
        return said(found)

    @property
    def text(self) -> str:
        """What the page says beside the menu and the foot of the site."""
        return said(self.page.main or self.page)

    def _part(self, selector: str) -> Tag:
        found = self.page.select_one(selector)
        assert found is not None, f"{self.url} has no {selector}"
        return found

    def _named(self, selector: str, name: str) -> Tag:
        found = [(_name(each), each) for each in self.page.select(selector)]
        for is_named in (name.__eq__, lambda words: name in words):
            for words, each in found:
                if is_named(words):
                    return each
        raise AssertionError(f"{self.url} has no {name!r} among {[words for words, _ in found]}")

    def _open(
        self, method: str, address: str, sent: list[tuple[str, str]] | None = None, *, referer: str
    ) -> None:
        """Follow what it leads to, as a browser that tells this site alone which page it left."""
        headers = {"Referer": referer} if referer else {}
        for _redirect in range(5):
            parts = urlsplit(urljoin(self.url, address))
            query = f"?{parts.query}" if parts.query else ""
            self.url, path = f"{HOST}{parts.path}{query}", f"{parts.path}{query}"
            if method == "GET" and sent is not None:
                self.url, path = (
                    f"{HOST}{parts.path}?{urlencode(sent)}",
                    f"{parts.path}?{urlencode(sent)}",
                )
                sent = None
            data: Any = {"data": urlencode(sent or [])} if method == "POST" else {}
            kind = {"content_type": "application/x-www-form-urlencoded"} if data else {}
            answer = self.client.generic(method, path, headers=headers, **data, **kind)
            if answer.status_code not in (301, 302, 303):
                break
            method, address, sent = "GET", answer["Location"], None
        self.answer = answer
        if "html" in answer.get("Content-Type", ""):
            self.page = BeautifulSoup(answer.content, "html.parser")


def _name(control: Tag) -> str:
    return str(
        control.get("aria-label")
        or control.get("value" if control.name == "input" else "", "")
        or said(control)
    )


def _values(field: Tag) -> list[tuple[str, str]]:
    name, kind = str(field["name"]), field.get("type")
    if field.has_attr("disabled") or field.name == "button" or kind in ("submit", "file"):
        return []
    if field.name == "select":
        options = field.select("option")
        chosen = [each for each in options if each.has_attr("selected")]
        if not chosen and not field.has_attr("multiple"):
            chosen = options[:1]
        return [(name, str(each.get("value", said(each)))) for each in chosen]
    if field.name == "textarea":
        return [(name, field.get_text().removeprefix("\n").replace("\n", "\r\n"))]
    if kind in ("checkbox", "radio"):
        return [(name, str(field.get("value", "on")))] if field.has_attr("checked") else []
    return [(name, str(field.get("value", "")))]

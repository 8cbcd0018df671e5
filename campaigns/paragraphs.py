"""The type of texts, the punctuation between them, and texts of several paragraphs.

Paragraphs are typed, compared and translated one by one.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext
from wagtail_localize.segments import StringSegmentValue

# A text as it is, or one that is translated when it is shown.
Text = str | Promise

COMMA = ", "  # Django has its translations

BREAK = re.compile(r"<br\s*/?>|</(?:p|li|h[1-6])>", re.IGNORECASE)
LINE_END = re.compile(r"\s*\n\s*")
# Typed by translators in a single-line text box, with the help of `static/js/paragraphs.js`.
MARK = "¶"
TYPED_END = re.compile(rf"\s*[\n{MARK}]\s*")
# What divides lines, columns and records in text that was pasted from slides, word processors and
# tables.
DIVIDERS = re.compile(" *[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+ *")


def paragraphs(text: str) -> list[str]:
    """Return the lines of a text that are not empty, with one space between words.

    Two texts have the same paragraphs regardless of line ends, empty lines and spaces: browsers,
    spreadsheets and translation tools each write these in their own way.
    """
    lines = BREAK.sub("\n", text.replace(MARK, "\n")).splitlines()
    return [" ".join(line.split()) for line in lines if line.strip()]


def one_line(title: str) -> str:
    """Return a title in one line, without control characters."""
    spaced = DIVIDERS.sub(" ", title).strip()
    return "".join(each for each in spaced if unicodedata.category(each) != "Cc")


def colon(label: Text) -> str:
    """Return the colon after a label, in French with a space; "" after a question."""
    return "" if str(label).endswith(tuple("?؟!:")) else gettext(":")


def labelled(label: Text, value: object) -> str:
    """Return a label and, after a colon, what it is about."""
    return f"{label}{colon(label)} {value}"


def quoted(text: Text) -> str:
    return gettext("“%s”") % text


def with_commas(names: Iterable[object]) -> str:
    """Return names with a comma between them, as the active language writes it."""
    return gettext(COMMA).join(map(str, names))


def has_letters(paragraph: str) -> bool:
    """Return whether there is something to translate: numbers and ornaments need no translation."""
    return any(character.isalpha() for character in paragraph)


def with_letters(text: str) -> set[str]:
    """Return the paragraphs of a text, or of rich text, that contain letters."""
    return {strip_tags(each) for each in paragraphs(text) if has_letters(strip_tags(each))}


class InParagraphs:
    """A mixin for a field or a block whose paragraphs are translated one by one.

    wagtail-localize would show the whole text at once, with `<br/>` instead of the line ends. It
    calls these two methods of fields and blocks.
    """

    def get_translatable_segments(self, value: str) -> list[StringSegmentValue]:
        return [StringSegmentValue("", paragraph) for paragraph in paragraphs(value)]

    def restore_translated_segments(self, value: str, segments: list[StringSegmentValue]) -> str:
        """Return the translated text, with the empty lines of the original text `value`.

        A line end or a MARK in a translation begins a paragraph, too.
        """
        ordered = sorted(segments, key=lambda segment: segment.order)
        texts = [segment.render_text().strip() for segment in ordered]
        ends = ["\n\n" if end.count("\n") > 1 else "\n" for end in LINE_END.findall(value.strip())]
        if len(texts) != len(ends) + 1:  # The segments come from the text as a whole.
            return "\n\n".join(texts).replace(MARK, "\n\n")
        texts = [TYPED_END.sub("\n\n", text) for text in texts]
        return "".join(text + end for text, end in zip(texts, [*ends, ""], strict=True))


# TextField is generic in the stubs only.
class StoredText(models.TextField):  # type: ignore[type-arg]
    """The base of the fields below; in migrations, Django's TextField."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class ParagraphsField(InParagraphs, StoredText):
    """A text of several paragraphs."""


class LinesField(forms.CharField):
    """Text whose line breaks count as one character each, as they do in the browser."""

    def to_python(self, value: Any) -> Any:
        """Return the text; browsers send each line break as two characters."""
        return super().to_python(value.replace("\r\n", "\n") if value else value)


class LinesTextField(StoredText):
    """A text of several lines with a limit, of which forms make a LinesField."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": LinesField, **kwargs})

"""The model field for a colour, which accepts the usual spellings of hexadecimal colours."""

from typing import Any

from django.db import models

from home.identity.colours import check, normalised


class ColourField(models.CharField):  # type: ignore[type-arg]  # no generic at run time
    """A colour as "#" and six digits, or ""; #0B5D3B, 0b5d3b and #fff are accepted, too.

    In migrations it is Django's CharField.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        defaults: dict[str, Any] = {"max_length": 7, "blank": True, "validators": [check]}
        super().__init__(*args, **(defaults | kwargs))

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        del kwargs["validators"]
        return name, "django.db.models.CharField", args, kwargs

    def to_python(self, value: Any) -> str:
        return normalised(super().to_python(value) or "")

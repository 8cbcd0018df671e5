"""What the test client remembers of each answer: its templates, but for the parts of fields.

A form of the CMS has more than a thousand of these parts. Telling the client of each, and copying
their contexts, took a twelfth of the time of such a form.
"""

from collections.abc import Callable
from typing import Any

from django.template.base import Template

Render = Callable[[Template, Any], str]
PARTS = (
    "django/forms/",
    *(f"wagtailadmin/{name}/" for name in ("icons", "panels", "shared", "widgets")),
)


def but_for_parts(render: Render) -> Render:
    """Template._render as tests have it, which tells the client of the template."""

    def quick(template: Template, context: Any) -> str:
        if (template.name or "").startswith(PARTS):
            return template.nodelist.render(context)
        return render(template, context)

    return quick

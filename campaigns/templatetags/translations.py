"""What wagtail-localize's editor offers to translators."""

import json

from django import template

register = template.Library()


@register.filter
def without_alias(props: str) -> str:
    """Remove “Convert to alias page” from the links of the editor, which are given as JSON."""
    data = json.loads(props)
    data["links"]["convertToAliasUrl"] = None
    return json.dumps(data)

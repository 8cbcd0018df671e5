"""What wagtail-localize's editor offers to translators."""

import json

from django import template
from django.conf import settings

register = template.Library()


@register.filter
def without_alias(props: str) -> str:
    """Remove “Convert to alias page” from the links of the editor, which are given as JSON."""
    data = json.loads(props)
    data["links"]["convertToAliasUrl"] = None
    return json.dumps(data)


@register.filter
def with_directions(props: str) -> str:
    """Add to both languages in which direction they are written, for js/translating.js."""
    data = json.loads(props)
    for language in (data["sourceLocale"], data["locale"]):
        is_bidi = language["code"].partition("-")[0] in settings.LANGUAGES_BIDI
        language["direction"] = "rtl" if is_bidi else "ltr"
    return json.dumps(data)

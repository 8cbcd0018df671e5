"""The template tag for the links “Help about this”."""

from django import template
from django.utils.safestring import SafeString

from guide import help_links

register = template.Library()


@register.simple_tag
def help_about(subject: str) -> SafeString:
    return help_links.link(subject)

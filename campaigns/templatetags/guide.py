"""The template tag for the links “Help about this”."""

from django import template
from django.utils.safestring import SafeString

from guide import beside

register = template.Library()


@register.simple_tag
def help_about(subject: str) -> SafeString:
    return beside.link(subject)

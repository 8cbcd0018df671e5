"""The template tag for the preview of an appeal."""

from django import template
from django.template import Context

from campaigns.appeals.writing import MessageForm

register = template.Library()


@register.simple_tag(takes_context=True)
def offer_to_write(context: Context) -> str:
    """Add the form of an appeal that sends messages to the context, as on its public page."""
    appeal = context["appeal"]
    if appeal.sends:
        context["form"] = MessageForm(appeal, context["representatives"])
    return ""

"""The template tag of the preview of an appeal."""

from django import template
from django.template import Context

from campaigns.appeals.writing import MessageForm

register = template.Library()


@register.simple_tag(takes_context=True)
def offer_to_write(context: Context) -> str:
    """Put the form of an appeal that sends messages into the context, as its public page has it."""
    appeal = context["appeal"]
    if appeal.sends:
        context["form"] = MessageForm(appeal, context["representatives"])
    return ""

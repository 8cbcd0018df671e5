"""Requests and form data that the tests of the CMS share."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

SPACE = "wagtailsnippets_campaigns_petition"
HOME = (302, "/admin/")


def url(view, *args):
    return reverse(f"{SPACE}:{view}", args=args)


def form_data(**fields):
    """The data that the form of a petition sends."""
    values = {
        "title": "Save the bees",
        "slug": "",
        "ask": "Call on the minister.",
        "salutation": "Dear Minister,",
        "opening": "The bees are dying.",
        "close": "",
        "consent": "I agree.",
        "goal": "1000",
        "opens_at": "",
        "closes_at": "",
        "country_field": "optional",
        "postcode_field": "off",
        "affiliation_field": "off",
        "comment_field": "off",
        "forwards": "off",
        "offers_updates": "on",
        "confirms_by_email": "on",
        "sends_thanks": "on",
        "goal_rises": "on",
        "count_from": "0",
        "retention_days": "90",
        "mailing_days": "0",
        "targets": streamfield([]),
        "demands": streamfield([]),
        "thanks_blocks": streamfield([]),
        "questions": streamfield([]),
    }
    return nested_form_data(values | fields)


def searched(client, text, **filters):
    """The query of the list of signatures after typing a text into its search box."""
    index = reverse("signatures_modeladmin_index")
    response = client.post(f"{index}?{urlencode(filters)}", {"typed": text})
    return dict(parse_qsl(urlsplit(response.url).query))


def answer(client, path, **data):
    """Answer a question after reading it: its hidden fields are sent, too."""
    shown = client.get(path).context or {}
    fields = shown["form"].hidden_fields() if "form" in shown else []
    hidden = {field.name: field.value() for field in fields if field.value() is not None}
    return client.post(path, hidden | data)


def said(client: Client) -> str:
    """The messages for the next page, without rendering it, which would take far longer."""
    request = HttpRequest()
    request.COOKIES = {name: cookie.value for name, cookie in client.cookies.items()}
    return " ".join(str(message) for message in CookieStorage(request))

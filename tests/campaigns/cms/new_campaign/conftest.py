"""The form data of “New campaign”."""

from io import BytesIO

import pytest
from PIL import Image
from wagtail.models import Collection

from tests.factories import make_campaign, make_petition

BEGIN = "/admin/campaigns/new/"
LETTER = """Dear President Putin,

I call on you to repeal laws that:

•    re-criminalise libel
•    restrict public protests

Uphold these freedoms."""


def iptc(*sets):
    """A JPEG with IPTC datasets, as photographers' programs write them."""
    out = BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    data = b"".join(
        b"\x1c" + bytes([*key]) + len(text.encode()).to_bytes(2, "big") + text.encode()
        for key, text in sets
    )
    data += b"\0" * (len(data) % 2)
    resource = b"8BIM\x04\x04\0\0" + len(data).to_bytes(4, "big") + data
    segment = b"Photoshop 3.0\0" + resource
    app13 = b"\xff\xed" + (len(segment) + 2).to_bytes(2, "big") + segment
    return out.getvalue()[:2] + app13 + out.getvalue()[2:]


@pytest.fixture
def parent(db):
    return make_campaign(make_petition(title="Another"), title="Another").get_parent().specific


@pytest.fixture
def answers(client, parent, people):
    """Sign in an editor in the client; return the form data that they send."""
    client.force_login(people.editor)
    form = client.get(BEGIN).context["form"]
    return {
        "title": "Protect freedom of expression",
        "ask": "Call on the President to repeal these laws.",
        "target": "Vladimir Putin",
        "letter": LETTER,
        "goal": "5000",
        "closes_at": "2030-05-01",
        "parent": parent.pk,
        "collection": Collection.get_first_root_node().pk,
        "key": str(form["key"].value()),
    }

"""“Help about this”: every link leads to a heading that exists, and is shown somewhere."""

import re

import pytest
from django.conf import settings

from guide import documents, help_links

USED = re.compile(r'help_about "(\w+)"|AboutFieldPanel\("\w+", "(\w+)"|explained\(\w+, "(\w+)"')


def uses() -> set[str]:
    files = [*(settings.ROOT / "templates").rglob("*.html")]
    for folder in ("campaigns", "home"):
        files += (settings.ROOT / folder).rglob("*.py")
    found = (match for path in files for match in USED.findall(path.read_text()))
    return {subject for groups in found for subject in groups if subject}


@pytest.mark.parametrize("subject", help_links.ABOUT)
def test_every_link_leads_to_a_heading(subject):
    name, anchor = help_links.ABOUT[subject]

    assert name in documents.NAMES
    assert anchor in [section.anchor for section in documents.read(name).sections]
    assert f'href="/admin/guide/{name}/#{anchor}"' in help_links.link(subject)


def test_every_subject_is_linked_from_somewhere_and_no_other():
    assert uses() == set(help_links.ABOUT)

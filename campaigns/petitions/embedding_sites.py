"""The sites of others that may embed a petition: what an editor may write there."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from publicsuffixlist import PublicSuffixList

# With its private part: below github.io, too, anybody can have a site. An ending that is not in the
# list, such as that of an internal network, is none of these.
SUFFIXES = PublicSuffixList(accept_unknown=False)
# An origin, or all hosts below a domain; plain HTTP only for the reader's own machine.
SITE = re.compile(
    r"https://(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}(:[0-9]{1,5})?"
    r"|https?://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
)


def check_sites(text: str) -> None:
    """Raise ValidationError unless each line is a source for the `frame-ancestors` directive."""
    wrong = [line for line in text.split() if not SITE.fullmatch(line) or is_of_all(line)]
    if wrong:
        raise ValidationError(
            _(
                "These are not web addresses of sites: %(sites)s. Write them like "
                "https://www.example.org."
            ),
            params={"sites": ", ".join(wrong)},
        )


def is_of_all(site: str) -> bool:
    """Return whether these are all sites below a domain where anybody can have one, like co.uk."""
    if not site.startswith("https://*."):
        return False
    domain = site.removeprefix("https://*.").split(":")[0]
    suffix = SUFFIXES.publicsuffix(f"a.b.{domain}") or ""
    return len(suffix) >= len(domain)

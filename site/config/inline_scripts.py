"""The short scripts that Wagtail writes into the pages of the CMS, and their digests.

The security policy of the CMS allows no other inline scripts, and each of these only by its SHA-256
(CSP Level 2). Each script starts a widget: a date picker, a chooser, a list of forms. Only scripts
of known forms are allowed, in which nothing varies but the id and the options of the widget, so
that nothing that somebody typed is ever run as code.
"""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterator

INLINE = re.compile(r"<script(?: type=\"text/javascript\")?>(.*?)</script>", re.DOTALL)
WORD = r"[\w\\-]+"  # an id; the template filter escapejs writes hyphens as \u002D
# In the template of a new form in a list, this stands for the form's number. The browser replaces
# it when somebody adds a form, and then runs the form's scripts.
PREFIX = "__prefix__"
MOST_ADDED = 20

# Patterns for scripts whose white space is reduced to single spaces. The group `json` must be JSON.
KNOWN = [
    re.compile(pattern)
    for pattern in (
        rf'init(?:Date|Time|DateTime)Chooser\("{WORD}", (?P<json>\{{.*\}})\);',
        rf'new [A-Z][A-Za-z]*Chooser\("{WORD}", (?P<json>\{{.*\}})\);',
        rf'createTaskChooser\("{WORD}"\);',
        r"\(function\(\) \{ var panel = new (?:Inline|MultipleChooser)Panel\("
        r'JSON\.parse\("[^"<]*"\)\); \}\)\(\);',
        # wagtail.contrib.search_promotions
        rf"/\* global InlinePanel \*/ \$\(function \(\) \{{ var panel = new InlinePanel\(\{{ "
        rf"formsetPrefix: '{WORD}', emptyChildFormPrefix: '{WORD}', canOrder: true, \}}\); \}}\); "
        r"function createQueryChooser\(id\) \{ var chooserElement = \$\('#' \+ id \+ '-chooser'\); "
        r"var input = \$\('#' \+ id\); chooserElement\.on\('click', function \(\) \{ "
        r"var initialUrl = '[\w/-]+'; ModalWorkflow\(\{ url: initialUrl, "
        r"onload: QUERY_CHOOSER_MODAL_ONLOAD_HANDLERS, responses: \{ "
        r"queryChosen: function \(queryData\) \{ input\.val\(queryData\.querystring\); \}, \}, "
        rf"\}}\); \}}\); \}} \$\(function\(\) \{{ createQueryChooser\('{WORD}'\); \}}\);",
        # wagtail-localize
        r'if \(typeof window\.chooserUrls === "undefined"\) \{ window\.chooserUrls = \{ '
        r'(?:\w+: "[\w/-]+", )+\} \}',
        r"document\.addEventListener\('DOMContentLoaded', function\(\) \{ "
        r"var selectAll = document\.querySelector\('\[name=\"select_all\"\]'\); "
        r"var locales = document\.querySelectorAll\('\[name=\"locales\"\]'\); "
        r"selectAll\.addEventListener\('change', function\(\) \{ "
        r"for \(var i = 0; i < locales\.length; i\+\+\) \{ "
        r"locales\[i\]\.checked = selectAll\.checked; \} \}\); \}\);",
    )
]


def is_known(script: str) -> bool:
    """Return whether Wagtail writes scripts of this form."""
    text = " ".join(script.split())
    for pattern in KNOWN:
        if found := pattern.fullmatch(text):
            options = found.groupdict().get("json")
            return options is None or is_json(options)
    return False


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def digests(html: str) -> list[str]:
    """Return the sources for `script-src` that allow the known scripts of a page, each once."""
    scripts = {script for script in INLINE.findall(html) if is_known(script)}
    return sorted({digest(text) for script in scripts for text in filled_in(script)})


def filled_in(script: str) -> Iterator[str]:
    """Yield the script, and its variants in each form that somebody may add to a list."""
    yield script
    if PREFIX in script:
        yield from (script.replace(PREFIX, str(number)) for number in range(MOST_ADDED))


def digest(script: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"

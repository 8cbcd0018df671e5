"""The variables that the settings read are documented."""

import ast
import re

from tests.config.test_settings import REQUIRED, ROOT

NOT_OURS = {"LASTDROP_RUN", "PATH"}  # the first is set by deploy/run


def names_read(*places: str) -> set[str]:
    """The variables that these files read: env.text("NAME", …), os.environ.get("NAME")."""
    files = [file for place in places for file in sorted(ROOT.glob(place))]
    calls = [
        node
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and re.fullmatch(r"env\.\w+|databases\.database|os\.environ\.get", ast.unparse(node.func))
    ]
    return {
        call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)
    } - NOT_OURS


SETTINGS = names_read("site/config/**/*.py", "gunicorn.conf.py")


def test_every_variable_is_explained():
    explained = re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.M)

    others = names_read("script/*.py", "tests/conftest.py") | {"PYTHON"}
    assert sorted(explained) == sorted(SETTINGS | others)


def test_every_variable_of_the_site_is_in_the_example():
    examples = re.findall(r"^(?:# )?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M)

    assert sorted(examples) == sorted(SETTINGS)


def test_the_example_asks_for_what_production_requires():
    asked = re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.M)

    assert sorted(asked) == sorted(REQUIRED)

"""`script/test --near` runs the tests of what was changed."""

from tests import near


def test_a_change_leads_to_the_tests_beside_it_and_to_those_about_all_code():
    changed = [
        "campaigns/forwarding/stopping.py",
        "site/config/middleware.py",
        "templates/campaigns/unsubscribe.html",
        "templates/campaigns/cms/gone.html",  # nobody names it
        "tests/search/test_letters.py",
        "tests/search/test_deleted.py",
        "tests/staff/users/conftest.py",
        "docs/quality.md",
    ]

    found = near.nearest(changed)

    assert all((near.ROOT / name).exists() for name in found)
    assert {name.rpartition("/")[0] for name in found} == {
        "tests",
        "tests/campaigns/forwarding",
        "tests/campaigns/public",  # its view names the template
        "tests/config",
        "tests/search",
        "tests/staff/users",
    }
    assert [name for name in found if "/search/" in name] == ["tests/search/test_letters.py"]
    assert found[-1].startswith("tests/test_")
    assert near.nearest([]) == [name for name in found if name.count("/") == 1]

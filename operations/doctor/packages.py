"""The doctor queries osv.dev for known vulnerabilities in the packages of the site."""

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import requests
from django.conf import settings

from operations.doctor.findings import Asked, Finding

# Google collects these advisories from many sources. One request covers all packages
# (https://google.github.io/osv.dev/post-v1-querybatch/).
URL = "https://api.osv.dev/v1/querybatch"
PATIENCE = 10  # seconds
HELD = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def check(asked: Asked) -> Iterator[Finding]:
    try:
        known = advisories(dict(installed()))
    except (requests.RequestException, LookupError, TypeError, ValueError) as error:
        yield Finding(
            "packages",
            f"osv.dev could not be asked for known vulnerabilities: {type(error).__name__}.",
            "A package of this release may have one that everybody knows.",
            "let this machine reach https://api.osv.dev, or read the releases of Lastdrop",
            is_fault=False,
        )
        return
    for name, (its_version, names) in known.items():
        yield Finding(
            "packages",
            f"{name} {its_version} has a known vulnerability: {', '.join(names)}.",
            "Whoever attacks sites reads the same lists.",
            "install the newest release of Lastdrop; if there is none, "
            f"https://osv.dev/{names[0]} says what it is about",
            is_fault=False,  # There may be no version yet that fixes it.
        )


def installed() -> Iterator[tuple[str, str]]:
    """Yield the release's packages with their installed versions.

    Packages that only other operating systems need are not installed, and left out.
    """
    for name in HELD.findall((settings.ROOT / "requirements.txt").read_text()):
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def advisories(packages: Mapping[str, str]) -> dict[str, tuple[str, list[str]]]:
    """Return the version and the identifiers of the advisories of each package that has any.

    Raise RequestException, or LookupError, TypeError or ValueError for a response of another shape.
    """
    queries: list[Mapping[str, Any]] = [
        {"package": {"ecosystem": "PyPI", "name": name}, "version": each}
        for name, each in packages.items()
    ]
    answer = requests.post(URL, json={"queries": queries}, timeout=PATIENCE)
    answer.raise_for_status()
    found = zip(packages.items(), answer.json()["results"], strict=True)
    return {
        name: (its_version, [each["id"] for each in result["vulns"]])
        for (name, its_version), result in found
        if result.get("vulns")
    }

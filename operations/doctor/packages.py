"""The doctor asks osv.dev whether a package of the site has a known vulnerability."""

from collections.abc import Iterator, Mapping
from importlib.metadata import distributions
from typing import Any

import requests

from operations.doctor.findings import Asked, Finding

# The advisories that Google collects from many sources: one question for all packages
# (https://google.github.io/osv.dev/post-v1-querybatch/).
URL = "https://api.osv.dev/v1/querybatch"
PATIENCE = 10  # seconds


def check(asked: Asked) -> Iterator[Finding]:
    installed = sorted({(each.metadata["Name"], each.version) for each in distributions()})
    try:
        known = advisories(installed)
    except (requests.RequestException, LookupError, TypeError, ValueError) as error:
        yield Finding(
            "packages",
            f"osv.dev could not be asked for known vulnerabilities: {type(error).__name__}.",
            "A package of this release may have one that everybody knows.",
            "let this machine reach https://api.osv.dev, or read the releases of Lastdrop",
            is_fault=False,
        )
        return
    for (name, version), names in known.items():
        yield Finding(
            "packages",
            f"{name} {version} has a known vulnerability: {', '.join(names)}.",
            "Who attacks sites reads the same lists.",
            f"install the newest release of Lastdrop; https://osv.dev/{names[0]} says what it is",
        )


def advisories(installed: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """The identifiers of the advisories for these packages and versions, where there are any.

    Raises RequestException, or LookupError, TypeError or ValueError for an answer of another shape.
    """
    queries: list[Mapping[str, Any]] = [
        {"package": {"ecosystem": "PyPI", "name": name}, "version": version}
        for name, version in installed
    ]
    answer = requests.post(URL, json={"queries": queries}, timeout=PATIENCE)
    answer.raise_for_status()
    found = zip(installed, answer.json()["results"], strict=True)
    return {
        package: [each["id"] for each in result["vulns"]]
        for package, result in found
        if result.get("vulns")
    }

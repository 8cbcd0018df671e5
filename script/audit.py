"""Queries two sources for known vulnerabilities in the site's packages, and records a full audit.

A vulnerability that a newer version fixes is an error. A vulnerability without a fix, and a source
that does not answer, are warnings, since the person who runs this can change neither;
tests/conftest.py shows the warnings again below the tests. With --note, which is for releases, a
source that does not answer is an error, and the day on which both sources answered is written to
script/audited.json.
"""

import datetime
import hashlib
import json
import subprocess
import sys
import textwrap
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILES = ("requirements.txt", "requirements-server.txt")
# pip-audit's names for the advisories of the package index, and for those that Google collects from
# many sources. The lists are additional options for a source.
SOURCES: dict[str, list[str]] = {"pypi": [], "osv": []}
# The timeout for a source, which may be slow.
SECONDS = 90
# The day on which both sources last answered, and a hash of the packages. Each release contains it.
AUDITED = ROOT / "script" / "audited.json"
# The warnings, which the tests repeat and the forge shows.
WARNINGS = ROOT / "var" / "audit.txt"


def ask(source: str) -> dict[str, Any] | str:
    """Return the report of pip-audit, or a sentence that says why there is none."""
    command = [sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off"]
    command += ["--require-hashes", "--disable-pip", "--timeout=10"]
    command += [f"--vulnerability-service={source}", *SOURCES[source]]
    command += [f"--requirement={ROOT / name}" for name in FILES]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        report: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return f"it did not answer within {SECONDS} seconds"
    except ValueError:
        said = (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
        return textwrap.shorten(said, 120, placeholder=" …")
    if all("skip_reason" in package for package in report["dependencies"]):
        return "it says nothing of any package"
    return report


def findings(reports: Iterable[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return (errors, warnings) of the reports as lines of text, each vulnerability only once."""
    errors, warnings = [], []
    told: set[tuple[str, str]] = set()
    for report in reports:
        unknown = []
        for package in report["dependencies"]:
            if "skip_reason" in package:
                unknown.append(package["name"])
            for weakness in package.get("vulns", []):
                names = [weakness["id"], *weakness["aliases"]]
                keys = {(package["name"], name) for name in names}
                if keys & told:
                    continue
                told |= keys
                what = f"{package['name']} {package['version']}: {', '.join(names)}"
                if fixes := weakness["fix_versions"]:
                    errors.append(f"{what}; fixed in {', '.join(fixes)}")
                else:
                    warnings.append(f"{what}; no version mends it yet")
        if unknown:
            warnings.append(f"One source says nothing of {', '.join(unknown)}.")
    return errors, warnings


def held() -> str:
    """Return a hash of the pinned packages."""
    return hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in FILES)).hexdigest()


def last() -> str:
    """Return a sentence that says when all sources last answered."""
    if not AUDITED.exists():
        return "The packages of this version were never audited by all sources."
    noted = json.loads(AUDITED.read_text())
    which = "these packages" if noted["held"] == held() else "other versions of the packages"
    return f"The last audit by all sources was on {noted['on']}, of {which}."


def main(arguments: list[str]) -> int:
    with ThreadPoolExecutor() as pool:
        answers = dict(zip(SOURCES, pool.map(ask, SOURCES), strict=True))
    reports = [answer for answer in answers.values() if not isinstance(answer, str)]
    errors, warnings = findings(reports)
    silent = [
        f"Packages were not audited by {source}: {answer}"
        for source, answer in answers.items()
        if isinstance(answer, str)
    ]
    if "--note" in arguments and not silent and not errors:
        today = datetime.datetime.now(tz=datetime.UTC).date()
        AUDITED.write_text(json.dumps({"on": str(today), "held": held()}) + "\n")
    if silent:
        warnings += [*silent, last()]

    WARNINGS.parent.mkdir(exist_ok=True)
    WARNINGS.write_text("".join(f"{line}\n" for line in warnings))
    for line in [*warnings, *errors]:
        print(line, file=sys.stderr)
    return 1 if errors or (silent and "--note" in arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

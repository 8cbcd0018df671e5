"""Asks the package index for known vulnerabilities in the packages of the site.

A vulnerability that a newer version fixes is an error. One without a fix, and an index that does
not answer, are only warnings, since whoever runs this can change neither.
"""

import json
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
FILES = ("requirements.txt", "requirements-server.txt")
# The longest wait for the index, which may be slow.
SECONDS = 90


def pins(lines: list[str]) -> list[str]:
    """The required packages and their dependencies, as `name==version` of what is installed."""
    waiting = [Requirement(line) for line in lines if line.strip() and line[0] not in "#-"]
    found: dict[str, str] = {}
    while waiting:
        wanted = waiting.pop()
        name = wanted.name.lower().replace("_", "-")
        extras = ["", *wanted.extras]
        if name in found:
            continue
        try:
            found[name] = f"{name}=={version(name)}"
        except PackageNotFoundError:
            continue
        for line in requires(name) or []:
            below = Requirement(line)
            if below.marker is None or any(below.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(below)
    return sorted(found.values())


def ask(packages: list[str]) -> dict[str, Any] | str:
    """The report of pip-audit, or a sentence that says why there is none."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(packages))
        file.flush()
        command = [sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off"]
        command += ["--no-deps", "--disable-pip", "--timeout=10", f"--requirement={file.name}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
            report: dict[str, Any] = json.loads(done.stdout)
            return report
        except subprocess.TimeoutExpired:
            return f"the index did not answer within {SECONDS} seconds"
        except ValueError:
            return (done.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]


def findings(report: dict[str, Any]) -> tuple[list[str], list[str]]:
    """(errors, warnings) of a report, as lines of text."""
    errors, warnings, unknown = [], [], []
    for package in report["dependencies"]:
        if "skip_reason" in package:
            unknown.append(package["name"])
        for weakness in package.get("vulns", []):
            names = ", ".join([weakness["id"], *weakness["aliases"]])
            what = f"{package['name']} {package['version']}: {names}"
            if fixes := weakness["fix_versions"]:
                errors.append(f"{what}; fixed in {', '.join(fixes)}")
            else:
                warnings.append(f"{what}; no version mends it yet")
    if len(unknown) == len(report["dependencies"]):
        warnings.append("Packages were not audited: the index here says nothing of any.")
    elif unknown:
        warnings.append(f"The index says nothing of {', '.join(unknown)}.")
    return errors, warnings


def main() -> int:
    packages = pins([line for name in FILES for line in (ROOT / name).read_text().splitlines()])
    report = ask(packages)
    if isinstance(report, str):
        print(f"Packages were not audited: {report}", file=sys.stderr)
        return 0
    errors, warnings = findings(report)
    for line in [*warnings, *errors]:
        print(line, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

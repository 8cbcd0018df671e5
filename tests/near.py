"""Prints the files of the tests that are nearest to what differs from upstream, a line each.

`script/test --near` runs them. tests/ mirrors the packages, so that a module leads to the tests of
its folder, and a template to those of the modules and templates that name it. The tests about all
code come last. Other tests may fail, too: that is what `script/test --fast` is for.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UPSTREAM = ("origin/HEAD", "main")  # the first of these that exists
TEMPLATES = Path("templates")


def git(*arguments: str) -> list[str]:
    """Return the lines that git prints; [] where it has nothing to say, or fails."""
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()


def differing() -> list[str]:
    """Return the files that differ from upstream, committed or not, with those that are new."""
    known = (name for name in UPSTREAM if git("rev-parse", "--verify", "--quiet", name))
    base = git("merge-base", "HEAD", next(known, "HEAD"))
    return git("diff", "--name-only", *base) + git("ls-files", "--others", "--exclude-standard")


def nearest(files: Iterable[str]) -> list[str]:
    """Return the files of the tests that are nearest to these files, all relative to ROOT."""
    found, seen, waiting = set[Path](), set[Path](), {Path(file) for file in files}
    while new := waiting - seen:
        seen |= new
        waiting = {Path(name) for each in new for name in users(each)}
        found |= {test for each in new for test in tests_of(each)}
    return sorted(str(path.relative_to(ROOT)) for path in found) + always()


def users(file: Path) -> list[str]:
    """Return the modules and templates that name a template; [] for every other file."""
    if TEMPLATES not in file.parents:
        return []
    name = file.relative_to(TEMPLATES).as_posix()
    return git("grep", "-lF", f'"{name}"', "--", "*.py", "templates")


def tests_of(file: Path) -> Iterator[Path]:
    """Yield a test itself, and for any other module the tests of its folder, not of those below."""
    if file.suffix != ".py" or TEMPLATES in file.parents:
        return
    if file.name.startswith("test_"):
        yield from (ROOT / file,) if (ROOT / file).exists() else ()
        return
    package = [part for part in file.parent.parts if part not in ("site", "tests")]
    yield from (ROOT / "tests").joinpath(*package).glob("test_*.py")


def always() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").glob("test_*.py"))


if __name__ == "__main__":
    sys.stdout.writelines(f"{name}\n" for name in nearest(differing()))

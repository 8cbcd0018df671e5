"""The table, as Markdown."""

from bench.comparing import Row
from bench.machine import QUIET

HEAD = (
    "| work | ratio (spread) | by CPU | floor | | measured | yardstick | others' cores |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
)


def render(rows: list[Row], *, heading: list[str]) -> str:
    lines = [*heading, "", HEAD + "\n".join(map(_line, rows)), ""]
    if noisy := [row.work for row in rows if row.foreign > QUIET]:
        lines.append(f"Others used the machine during: {'; '.join(noisy)}. Trust CPU there.")
    return "\n".join(lines).rstrip() + "\n"


def _line(row: Row) -> str:
    if row.ratio is None:
        return f"| {row.work} | none | | {_floor(row)} | **no** | {row.ours} | {row.yardstick} | |"
    ratio = f"{row.ratio:.{row.digits}f}"
    if any(row.spread):
        ratio += f" ({row.spread[0]:.{row.digits}f}–{row.spread[1]:.{row.digits}f})"
    cells = [
        row.work,
        ratio,
        f"{row.by_cpu:.2f}" if row.by_cpu else "",
        _floor(row),
        "" if row.floor is None else "yes" if row.holds else "**no**",
        row.ours,
        f"{row.yardstick}: {row.theirs}" if row.theirs else row.yardstick,
        f"{row.foreign:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def _floor(row: Row) -> str:
    if row.floor is None:
        return ""
    return f"{'at most ' if row.at_most else ''}{row.floor:g}"

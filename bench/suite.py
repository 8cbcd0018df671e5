"""The suite: all rows of the table, with the floors that they must reach."""

import json
import os
from functools import partial

import psycopg

from bench import managing, tallying
from bench.comparing import Row, compare
from bench.database import Server
from bench.load import CLIENTS, FailedRun, Run
from bench.mail import many, measuring
from bench.processes import WORKERS
from bench.stage import Stage, built, say

MILLION = 1_000_000
LENGTH = {False: (6, 3), True: (2, 1)}  # quick or not: seconds a run, rounds a row
MOST_QUERIES = 8


def describe(*, quick: bool) -> str:
    seconds, number = LENGTH[quick]
    return (
        f"{os.cpu_count()} cores, {CLIENTS} clients, {WORKERS} gunicorn workers (sync), "
        f"medians of {number} rounds of {seconds} s"
    )


def run(*, quick: bool, only: str = "", many: int = 0) -> tuple[list[Row], Server]:
    seconds, number = LENGTH[quick]
    needs_million = any(only in work for work in OF_MANY)
    signatures = (many or (MILLION // 10 if quick else MILLION)) if needs_million else 0
    with built(seconds=seconds, signatures=signatures) as stage:
        rows: list[Row] = []
        for work, measure in ROWS.items():
            if only in work:
                try:
                    rows += measure(stage, number)
                except (FailedRun, psycopg.Error) as error:
                    say(f"  {error}")
                    rows.append(Row(work, "", None, 0, ours=type(error).__name__))
        return rows, stage.server


def signing(stage: Stage, number: int) -> list[Row]:
    work = "sign"
    return [
        *compare(
            work,
            "(a) bare view, one INSERT",
            lambda: stage.sign("ours"),
            lambda: stage.sign("bare"),
            floor=0.5,
            number=number,
        ),
        *compare(
            work,
            "(b) stock form page, POST",
            lambda: stage.sign("ours"),
            lambda: stage.sign("stock"),
            floor=5,
            number=number,
        ),
    ]


def visiting(stage: Stage, number: int) -> list[Row]:
    return compare(
        "whole visit through nginx",
        "(b) stock visit",
        lambda: stage.visit("ours"),
        lambda: stage.visit("stock"),
        floor=7,
        cpu_floor=9,
        number=number,
    )


def caching(stage: Stage, number: int) -> list[Row]:
    rows = []
    for name, label, floor in (("file", "", 0.8), ("open_file", " that it keeps open", None)):
        rows += compare(
            "campaign page through nginx's cache",
            f"(c) nginx, file of that size{label}",
            stage.cached,
            partial(stage.static, name),
            floor=floor,
            number=number,
        )
    return rows


def page(stage: Stage, number: int) -> list[Row]:
    rows = []
    for name, label, floor in (("ours", "warm", 1.5), ("cold", "cold", 0.9)):
        rows += compare(
            f"campaign page from gunicorn, {label} fragments",
            "(b) stock form page, GET",
            partial(stage.get, name),
            lambda: stage.get("stock"),
            floor=floor,
            number=number,
        )
    asked = json.loads(stage.fill_ours("queries"))
    say(f"campaign page: {asked['first']} queries at first, then {asked['then']}")
    work = f"campaign page: queries ({asked['first']} at first)"
    return [*rows, Row(work, "", asked["then"], MOST_QUERIES, at_most=True, digits=0)]


def million(stage: Stage, number: int) -> list[Row]:
    def into_empty() -> Run:
        stage.empty(stage.sites["ours"])
        return stage.sign("ours")

    many = stage.count(stage.sites["million"])
    return compare(
        f"sign into {many:,} signatures",
        "into an empty table",
        lambda: stage.sign("million"),
        into_empty,
        floor=0.9,
        number=number,
    )


def confirming(stage: Stage, number: int) -> list[Row]:
    return compare(
        "confirm (POST)",
        "sign",
        stage.confirm,
        lambda: stage.sign("ours"),
        floor=1,
        number=number,
    )


def mails(stage: Stage, number: int) -> list[Row]:
    return measuring.row(stage, mails=400 if number == 1 else 2000, number=number)


def mailings(stage: Stage, number: int) -> list[Row]:
    return many.rows(stage, mails=2_000 if number == 1 else 100_000, number=number)


def tally(stage: Stage, number: int) -> list[Row]:
    return tallying.rows(stage, seconds=8 if number == 1 else 30)


ROWS = {
    "sign": signing,
    "visit": visiting,
    "cached page": caching,
    "page": page,
    "size": managing.sizing,  # before rows are changed
    "sign into many": million,
    "confirm": confirming,
    "mails": mails,
    "mailing": mailings,
    "tally": tally,
    "export": managing.exporting,
    "list": managing.listing,
    "copy": managing.copying,
    "spreadsheet": managing.spreadsheet,
    "beside": managing.beside_an_export,
    "moderation": managing.moderating,
    "import": managing.importing,
    # The last, since its signatures are gone afterwards.
    "anonymising": managing.anonymising,
}
# The kinds of work that need the database of very many signatures.
OF_MANY = (
    *("sign into many", "tally", "export", "list", "copy", "spreadsheet", "beside", "moderation"),
    *("import", "size", "anonymising"),
)

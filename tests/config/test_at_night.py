"""docs/at-night.md is complete, and the commands and units that it names exist."""

import re
from pathlib import Path

from django.core.management import get_commands

from operations.management.commands import doctor

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "at-night.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+)\n([\s\S]+?)(?=^## |\Z)", PAGE, re.M))
TROUBLES = [title for title in SECTIONS if not title.startswith(("How you", "The first"))]
# A section needs no such parts if there is no fault to see and nothing to do: after a restart.
PARTS = ("**You see**", "**By itself:**", "**Lost:**", "**Well again:**", "```sh")
RESTARTED = "The machine was restarted"
# Units of Debian, not of this project.
THEIRS = {"postgresql", "nginx", "certbot.timer", "systemd-resolved", "systemd-timesyncd"}


def anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def test_each_trouble_is_in_the_table_and_has_all_parts():
    missing = [
        f"{title}: {part}"
        for title in TROUBLES
        for part in PARTS
        if part not in SECTIONS[title] and title != RESTARTED
    ]

    assert missing == []
    table = re.findall(r"\]\(#([\w-]+)\) \|$", SECTIONS["The first three commands"], re.M)
    assert sorted(table) == sorted(map(anchor, TROUBLES))


def test_its_commands_and_units_are_there():
    commands = set(re.findall(r"\blastdrop ([a-z_]+)", "\n".join(re.findall("```sh[^`]+", PAGE))))
    named = re.findall(r"systemctl (?:status|restart|is-active|enable --now) ([^\n;#|`]+)", PAGE)
    units = {unit for line in named for unit in line.split()} - THEIRS
    ours = {path.name for path in (ROOT / "deploy" / "systemd").iterdir()}

    # `psql lastdrop` names the database.
    assert commands - {*get_commands(), "-c"} == set()
    assert [
        unit
        for unit in units
        if "*" not in unit and not {re.sub(r"@\w+$", "@", unit) + ".service", unit} & ours
    ] == []


def test_the_doctor_leads_to_it():
    broken = doctor.Finding("disk", "It is full.", "Nobody can sign.", "df -h")

    assert "docs/at-night.md" in doctor.summary([broken])
    assert "](at-night.md)" in (ROOT / "docs" / "operators.md").read_text()


def test_all_of_it_starts_by_itself_with_the_machine_and_again_when_it_dies():
    folder = ROOT / "deploy" / "systemd"
    services = [path.read_text() for path in folder.glob("*.service")]
    lasting = [text for text in services if "Type=oneshot" not in text]
    timers = [path.read_text() for path in folder.glob("*.timer")]
    update = (ROOT / "deploy" / "update").read_text()

    assert (len(lasting), len(timers)) == (2, 2)
    for text in lasting:
        assert "\nRestart=always\n" in text
        assert "\nWantedBy=multi-user.target\n" in text
        assert "\nStartLimitIntervalSec=0\n" in text  # it is restarted however often it dies
    for text in timers:
        assert "\nPersistent=true\n" in text  # runs that were missed are made up for
    assert '"systemctl", "enable", "--now", *names' in update
    assert '"lastdrop-backup.timer", "lastdrop-erasures.timer"]' in update


def test_the_worker_and_what_a_timer_starts_give_way_to_the_site():
    """Niceness does not count between services: systemd gives each a share, by its weight."""
    deploy = ROOT / "deploy"
    texts = [path.with_suffix(".service").read_text() for path in deploy.glob("*/*.timer")]
    worker = (deploy / "systemd" / "lastdrop-worker.service").read_text()
    site = (deploy / "systemd" / "lastdrop@.service").read_text()

    assert len(texts) == 3
    assert ["\nCPUWeight=10\n" in text and "Nice=" not in text for text in texts] == [True] * 3
    assert "\nCPUWeight=50\n" in worker
    assert "CPUWeight" not in site  # 100, which its three services share

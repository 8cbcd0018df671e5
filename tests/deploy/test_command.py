"""deploy/lastdrop reads the environment file as systemd does; deploy/install writes it."""

import re
import subprocess
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from servers.processes import ROOT

# The rules are those of systemd.exec(5); a shell would read most of these differently.
FILE = r"""
# a comment with 'one quote
; another
PLAIN=abc
DOLLAR=pa$HOME#word
BLANKS =  a b  c
QUOTED="Keep the river free <us@example.org>"
SINGLE='a $b \n "c"'
ESCAPED=a\ b\\c
IN_QUOTES="a \"b\" \$c \d"
JOINED="a"'b'
LONG=one,\
two
EMPTY=
this line says nothing
LAST=end"""
READ = {
    "PLAIN": "abc",
    "DOLLAR": "pa$HOME#word",
    "BLANKS": "a b  c",
    "QUOTED": "Keep the river free <us@example.org>",
    "SINGLE": r'a $b \n "c"',
    "ESCAPED": r"a b\c",
    "IN_QUOTES": r'a "b" $c \d',
    "JOINED": "ab",
    "LONG": "one,two",
    "EMPTY": "",
    "LAST": "end",
}


def command() -> ModuleType:
    loader = SourceFileLoader("lastdrop_command", str(ROOT / "deploy" / "lastdrop"))
    module = ModuleType(loader.name)
    exec(loader.get_code(loader.name), module.__dict__)
    return module


def test_the_file_of_settings_is_read_as_systemd_reads_it():
    assert command().variables(FILE) == READ


def test_the_example_is_read_whole():
    text = (ROOT / ".env.example").read_text()

    assert sorted(command().variables(text)) == sorted(
        line.split("=")[0] for line in text.splitlines() if "=" in line and line[0] not in "#;"
    )


def test_a_file_of_settings_in_another_encoding_is_told_with_its_line(tmp_path):
    file = tmp_path / "lastdrop.env"
    file.write_bytes("SECRET_KEY=x\nDEFAULT_FROM_EMAIL=Flußfreunde\n".encode("latin-1"))

    with pytest.raises(SystemExit, match=f"^Line 2 of {file} is not in UTF-8"):
        command().settings(file)


def test_what_the_installation_writes_is_read_as_it_was_typed():
    typed = r"""Keep "it" free: $PATH \d `ls` 'x' <us@example.org>"""
    lines = (ROOT / "deploy" / "install").read_text().splitlines()
    [quoted] = [line for line in lines if line.startswith("quoted()")]

    shell = ["bash", "-c", f'{quoted}; quoted "$1"', "bash", typed]
    written = subprocess.run(shell, capture_output=True, text=True, check=True).stdout

    assert command().variables(f"NAME={written}") == {"NAME": typed}


@pytest.mark.parametrize(
    ("server", "given", "zone"),
    [
        ("echo Europe/Berlin", {}, "Europe/Berlin"),
        ("echo Europe/Berlin", {"TIME_ZONE": "Asia/Tokyo"}, "Asia/Tokyo"),
        ("return 1", {}, "UTC"),
    ],
)
def test_the_time_zone_is_that_of_the_server_unless_another_is_given(server, given, zone):
    text = (ROOT / "deploy" / "install").read_text()
    [ask] = re.findall(r"^ask\(\) \{\n(?:    .*\n)+\}$", text, re.MULTILINE)
    steps = re.findall(r"^ +(?:zone=|ask TIME_ZONE).*$", text, re.MULTILINE)
    script = ["set -eu", f"timedatectl() {{ {server}; }}", ask, *steps, "echo $TIME_ZONE"]

    shell, stdin = ["bash", "-c", "\n".join(script)], subprocess.DEVNULL
    done = subprocess.run(shell, env=given, stdin=stdin, capture_output=True, text=True, check=True)

    assert done.stdout == f"{zone}\n"
    assert "\nTIME_ZONE=$TIME_ZONE\n" in text


def certified(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run the steps of deploy/install that use a given certificate, in a folder."""
    text = (ROOT / "deploy" / "install").read_text()
    parts = re.findall(r"^(?:\w+\(\) \{.*\}|\w+\(\) \{\n(?:    .*\n)+\})$", text, re.MULTILINE)
    steps = re.findall(r"^ +(?:mkdir -p|ln|link) .*\$live.*$", text, re.MULTILINE)
    script = "\n".join(["set -eu", *parts, "ask_for_certificate", f"live={folder}/live", *steps])
    shell, stdin = ["bash", "-c", script], subprocess.DEVNULL
    return subprocess.run(
        shell, cwd=folder, env=given, stdin=stdin, capture_output=True, text=True, check=False
    )


def test_a_certificate_may_be_named_from_the_folder_in_which_somebody_stands(tmp_path):
    for name in ("chain.pem", "key.pem"):
        (tmp_path / name).write_text(name)
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "fullchain.pem").symlink_to("nothing")  # left by an earlier run

    done = certified(tmp_path, CERTIFICATE="chain.pem", CERTIFICATE_KEY=f"{tmp_path}/key.pem")

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "live" / "fullchain.pem").read_text() == "chain.pem"
    assert (tmp_path / "live" / "privkey.pem").read_text() == "key.pem"


@pytest.mark.parametrize("lost", ["chain.pem", "key.pem"])
def test_a_certificate_that_is_not_there_stops_the_installation(tmp_path, lost):
    for name in {"chain.pem", "key.pem"} - {lost}:
        (tmp_path / name).write_text(name)

    done = certified(tmp_path, CERTIFICATE="chain.pem", CERTIFICATE_KEY="key.pem")

    assert (done.returncode, done.stderr) == (1, f"{lost} cannot be read.\n")
    assert not (tmp_path / "live").exists()

"""deploy/lastdrop reads the environment file as systemd does."""

import subprocess
from importlib.machinery import SourceFileLoader
from types import ModuleType

from servers.processes import ROOT

# The rules are those of systemd.exec(5); a shell would read most of these otherwise.
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


def test_what_the_installation_writes_is_read_as_it_was_typed():
    typed = r"""Keep "it" free: $PATH \d `ls` 'x' <us@example.org>"""
    lines = (ROOT / "deploy" / "install").read_text().splitlines()
    [quoted] = [line for line in lines if line.startswith("quoted()")]

    shell = ["bash", "-c", f'{quoted}; quoted "$1"', "bash", typed]
    written = subprocess.run(shell, capture_output=True, text=True, check=True).stdout

    assert command().variables(f"NAME={written}") == {"NAME": typed}

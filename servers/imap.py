"""Dovecot, a real IMAP server, with a mailbox for each name that logs in."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from servers.ports import HOST, answers, free_port
from servers.processes import Process, program

PASSWORD = "only-in-tests"
# Each mailbox belongs to the user `nobody`: Dovecot refuses root as the owner.
CONFIGURATION = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = {host}
ssl = no
auth_allow_cleartext = yes
mail_driver = maildir
mail_home = {folder}/mail/%{{user}}
mail_path = ~/mail
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb static {{
  password = {password}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
}}
"""


class Server(NamedTuple):
    port: int


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Run the server, which is started as root. Raise Problem if it is not installed."""
    dovecot, port = program("dovecot"), free_port()
    with tempfile.TemporaryDirectory(prefix="lastdrop-imap-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "mail").mkdir()
        (folder / "mail").chmod(0o777)
        values = {"folder": folder, "host": HOST, "port": port, "password": PASSWORD}
        (folder / "dovecot.conf").write_text(CONFIGURATION.format(**values))
        with Process(dovecot, "-F", "-c", folder / "dovecot.conf", log=folder / "out") as process:
            process.wait_until(lambda: answers(port))
            yield Server(port)

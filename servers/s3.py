"""SeaweedFS, a real S3 server, in one process and with no content."""

import contextlib
import json
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from servers.ports import HOST, answers, free_ports
from servers.processes import Process, program

ACCESS_KEY, SECRET_KEY = "lastdrop", "only-in-tests"
OWNER = {
    "name": "site",
    "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
    "actions": ["Admin", "Read", "Write", "List", "Tagging"],
}
# A bucket that is public once somebody has created it.
OPEN = "everybodys"
ANYBODY = {"name": "anonymous", "actions": [f"{each}:{OPEN}" for each in ("Read", "List", "Write")]}


class Server:
    """A running SeaweedFS at `url`."""

    def __init__(self, folder: Path) -> None:
        weed = program(str(Path(sysconfig.get_path("scripts")) / "weed"))
        parts = ("master", "volume", "filer", "s3")
        names = [f"{part}.port{kind}" for part in parts for kind in ("", ".grpc")]
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.url = f"http://{HOST}:{ports['s3.port']}"
        (folder / "keys.json").write_text(json.dumps({"identities": [OWNER, ANYBODY]}))
        self.process = Process(
            *(weed, f"-logdir={folder}", "server", f"-dir={folder}", f"-ip={HOST}"),
            *(f"-ip.bind={HOST}", "-master.volumeSizeLimitMB=64", "-volume.max=8", "-s3"),
            *(f"-s3.config={folder / 'keys.json'}", "-master.telemetry=false"),
            # At their default ports, these would collide with those of another server.
            *("-s3.port.iceberg=0", "-s3.port.lance=0"),
            # The only master waits for no vote, or nothing would be stored for up to seven seconds.
            "-master.peers=none",
            *(f"-{name}={port}" for name, port in ports.items()),
            log=folder / "log",
        )
        self.process.wait_until(lambda: answers(ports["s3.port"]))


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Run a server until the block is left. Raise Problem if SeaweedFS is not installed."""
    server = Server(folder)
    try:
        yield server
    finally:
        server.process.end(seconds=0)  # Stopping takes long, and nothing is saved.

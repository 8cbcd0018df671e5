"""Files that CI and Docker run, and that no other test reads."""

import re
import subprocess
import sys
import tomllib
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from django.db import connection

from operations.backups import programs
from servers import postgres
from tests.conftest import needed

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / ".github" / "workflows" / "tests.yml"
MADE = """
    SELECT rolsuper, rolcreatedb, rolcanlogin, rolpassword <> '', datdba = r.oid
    FROM pg_authid r, pg_database WHERE rolname = 'lastdrop' AND datname = current_database();
"""


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("vendor.github-workflows", ".github/workflows/*.yml"),
        ("vendor.dependabot", ".github/dependabot.yml"),
        ("vendor.compose-spec", "deploy/compose*.yaml"),
    ],
)
def test_each_file_has_the_form_that_its_reader_expects(schema: str, pattern: str):
    files = sorted(str(path) for path in ROOT.glob(pattern))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files]

    done = subprocess.run(command, capture_output=True, text=True)

    assert (done.returncode, done.stdout, len(files) > 0) == (0, "ok -- validation done\n", True)


def test_workflows_hold_their_actions_and_may_do_no_more_than_they_need():
    """zizmor checks it: actions pinned by hash, no write permission, no untrusted input."""
    command = [Path(sys.executable).with_name("zizmor"), "--offline", "--quiet", "--format=plain"]

    done = subprocess.run([*command, ROOT / ".github"], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_images_on_which_ours_are_built_are_held_by_digest():
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    bases += [each["image"] for each in services.values() if "$" not in each["image"]]

    assert {base.partition(":")[0] for base in bases} == {"python", "nginx", "postgres"}
    for base in bases:
        assert re.fullmatch(r"[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}", base)


def test_no_log_grows_in_its_container_or_tells_the_second_of_signing():
    """The image of nginx sends access.log and error.log on to Docker, which adds the time."""
    logs = set(re.findall(r"/var/log/nginx/\S+\.log", (ROOT / "deploy" / "nginx.conf").read_text()))
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()

    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]

    apart = logs - {"/var/log/nginx/access.log", "/var/log/nginx/error.log"}
    assert apart == {"/var/log/nginx/signing.log"}
    assert "RUN ln -s /dev/null /var/log/nginx/signing.log" in dockerfile
    # Docker's default (json-file) never rotates.
    assert {each.get("logging", {}).get("driver") for each in services.values()} == {"local"}


def test_in_docker_each_visitor_with_ipv6_has_an_address_of_their_own():
    """In a network that has none, nginx would see that of Docker's bridge for all of them."""
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())

    network = compose["networks"]["default"]
    (subnet,) = (ip_network(each["subnet"]) for each in network["ipam"]["config"])
    assert network["enable_ipv6"]
    assert (subnet.version, subnet.prefixlen, subnet.is_private) == (6, 64, True)
    assert not any("networks" in each for each in compose["services"].values())


@pytest.mark.django_db
def test_in_docker_the_site_owns_its_database_and_is_no_superuser():
    name = connection.settings_dict["NAME"]
    where, environment = programs.reach(name)
    compose = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
    database = compose["services"]["db"]

    (script,) = database["configs"]
    sql = compose["configs"][script["source"]]["content"]
    sql = sql.replace("DATABASE lastdrop", f'DATABASE "{name}"')
    done = subprocess.run(
        [needed("psql"), "-XAtq", "--set=ON_ERROR_STOP=1", where],
        input=f"BEGIN;\n{sql}{MADE}ROLLBACK;\n",
        env=environment | {"POSTGRES_PASSWORD": "it's"},
        capture_output=True,
        text=True,
    )

    assert (done.stdout, done.stderr) == ("f|t|t|t|t\n", "")
    assert Path(script["target"]).parent == Path("/docker-entrypoint-initdb.d")
    assert "POSTGRES_USER" not in database["environment"]  # That one would be a superuser.


def test_the_worker_makes_large_files_on_the_disk_and_not_in_memory():
    worker = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]["worker"]
    unit = (ROOT / "deploy" / "systemd" / "lastdrop-worker.service").read_text().splitlines()

    assert "work:" + worker["environment"]["TMPDIR"] in worker["volumes"]
    assert {"Environment=TMPDIR=/var/tmp", "PrivateTmp=yes"} <= set(unit)


def test_nginx_may_open_as_many_files_as_its_connections_need():
    """Each way of installing changes nginx's own file. By default a worker has 1,024 files."""
    for name in ("deploy/Dockerfile", "deploy/install", "docs/scaling.md"):
        text = (ROOT / name).read_text()
        assert "worker_connections 8192;" in text
        assert "1i worker_rlimit_nofile 20000;" in text


def test_the_oldest_that_is_promised_is_tested():
    cells = yaml.safe_load(TESTS.read_text())["jobs"]["tests"]["strategy"]["matrix"]["include"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    oldest = min(tuple(map(int, cell["python"].split("."))) for cell in cells)
    assert project["requires-python"] == ">={}.{}".format(*oldest)
    assert min(int(cell["postgres"]) for cell in cells) == postgres.OLDEST

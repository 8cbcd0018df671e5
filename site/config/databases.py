"""The URL of the database, read from the environment, and the options of its connections."""

import os
import re
from typing import Any

import dj_database_url
from dj_database_url import DBConfig
from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo

from config import env

# A connection to a silent server fails within seconds; by default this would take hours.
LASTING: dict[str, Any] = {
    "connect_timeout": 3,  # seconds
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,  # milliseconds
}

# In kB. With PostgreSQL's 4 MB, a bitmap of the rows that a filter finds has no room for more than
# 58,000 pages of the table, which 1.8 million signatures fill: beyond that it keeps pages without
# their rows, and PostgreSQL evaluates the long expression of an index again for each row on them.
# With 8 MB there is room for 3.5 million. On two cores the site has 47 connections: if all used
# this memory at once, that would be 0.4 of the 2 GB of a small server, of which the site's
# processes take 0.8 and shared_buffers 0.5. DATABASE_URL and PGOPTIONS come later and override it.
WORK_MEM = "-c work_mem=8192"


def database(
    name: str,
    default: str | None = None,
    *,
    patience: float = 0,
    target: str = "read-write",
    **options: Any,
) -> DBConfig:
    """Return the URL of a PostgreSQL database as an entry of Django's DATABASES.

    The URL may name several servers: libpq chooses one that fits `target` (target_session_attrs).
    Parameters in the URL override ours. Connecting is tried for `patience` seconds.
    """
    value = env.text(name, default)
    start, several, end = several_hosts(value)
    try:
        found = dj_database_url.parse(f"{start}all{end}" if several else value, **options)
    except ValueError:
        found = DBConfig()
    if found.get("ENGINE") != "django.db.backends.postgresql" or not found.get("NAME"):
        raise ImproperlyConfigured(f"{name} must read postgres://user:password@host:port/database.")
    given = found["OPTIONS"] = {**LASTING, **found.get("OPTIONS", {})}
    if several:
        found["HOST"], found["PORT"] = hosts_and_ports(name, several)
        given.setdefault("target_session_attrs", target)
    try:
        make_conninfo(**given)
        int(given["connect_timeout"])
    except (ProgrammingError, ValueError):
        raise ImproperlyConfigured(
            f"{name} has a parameter behind its ? that libpq does not know, or a wrong value."
        ) from None
    found["ENGINE"] = "operations.postgresql"
    found["PATIENCE"] = patience  # type: ignore[typeddict-unknown-key]
    # psycopg prepares a statement before its second run. Without a generic plan, PostgreSQL would
    # choose for each connection whether to plan the statement again at each run, by estimates that
    # hardly differ: half of the connections would take twice as long for a signature. With such a
    # plan, PostgreSQL compiles (JIT) by the estimate for any petition, however few rows a run reads
    # of this one: again at each run, which takes much longer than the run. PgBouncer sets the same
    # for its connections (deploy/cluster/pgbouncer.ini).
    given["prepare_threshold"] = 1
    # libpq uses PGOPTIONS (deploy/update, lastdrop@sign) only if a connection has no options of its
    # own.
    own = given.get("options") or os.getenv("PGOPTIONS", "")
    given["options"] = f"{WORK_MEM} {own} -c plan_cache_mode=force_generic_plan -c jit=off"
    return found


def several_hosts(value: str) -> tuple[str, str, str]:
    """Split a URL with several hosts into what precedes them, the hosts, and the rest.

    For a URL with a single host, the parts are the whole URL and two empty texts.
    """
    found = re.fullmatch(r"(\w+://(?:[^@/?#]*@)?)([^@/?#]*,[^@/?#]*)(.*)", value)
    return (found[1], found[2], found[3]) if found else (value, "", "")


def hosts_and_ports(name: str, several: str) -> tuple[str, str]:
    """Return the hosts and the ports in a list such as db1:5432,db2, as libpq expects them."""
    found = [re.fullmatch(r"(\[[^]]+]|[^:]+)(?::(\d+))?", each) for each in several.split(",")]
    pairs = [(each[1].strip("[]"), each[2] or "") for each in found if each]
    if len(pairs) < len(found) or not all(env.is_host(host) for host, _ in pairs):
        raise ImproperlyConfigured(f"{name} must list its servers as host:port,host:port.")
    return ",".join(host for host, _ in pairs), ",".join(port for _, port in pairs)

"""The doctor checks the replicas of the database, if there are any."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError, connection

from operations.doctor.findings import Asked, Finding
from operations.postgresql import replica

PART = "replicas"
FAR = 64 * 1024**2  # bytes of the log that a replica has not replayed yet
# Only members of pg_monitor see the state of other connections; other users see NULL. Programs that
# copy a database or its log are not replicas.
STATE = """
    SELECT application_name, state, sync_state,
        pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint, extract(epoch FROM replay_lag)
    FROM pg_stat_replication
    WHERE NOT pg_is_in_recovery() AND (state IS NULL OR state <> 'backup')
        AND application_name NOT IN ('pg_basebackup', 'pg_receivewal')
    ORDER BY application_name
"""
# A replica that is away has no row there, but it has a slot, for which PostgreSQL retains the log.
STOPPED = """
    SELECT slot_name FROM pg_replication_slots
    WHERE NOT pg_is_in_recovery() AND slot_type = 'physical' AND NOT active
        AND restart_lsn IS NOT NULL
    ORDER BY slot_name
"""
WANTED = "SELECT current_setting('synchronous_standby_names') <> ''"
LIST = "patronictl -c /etc/patroni/config.yml list"


class Replica(NamedTuple):
    """A row of pg_stat_replication; values that PostgreSQL does not reveal are None."""

    name: str
    state: str | None
    step: str | None  # sync, quorum, potential or async
    behind: int | None  # bytes
    lag: float | None  # seconds


def check(asked: Asked) -> Iterator[Finding]:
    try:
        replicas = state()
        with connection.cursor() as cursor:
            cursor.execute(WANTED)
            [(must_confirm,)] = cursor.fetchall()
            cursor.execute(STOPPED)
            stopped = [name for (name,) in cursor.fetchall()]
        is_read = not replica.is_set() or replica.has_caught_up()
    except (DatabaseError, InterfaceError):
        return  # The check of the database reports the reason.
    yield from of(replicas, must_confirm=must_confirm)
    if stopped:
        yield Finding(
            PART,
            f"Nothing reads the log for {', '.join(stopped)} any more.",
            "A replica is down, and cannot take over. Meanwhile the primary keeps its log.",
            f"{LIST}; then start the machine that is down",
        )
    if not is_read:
        yield Finding(
            PART,
            f"That of REPLICA_URL does not answer, or is more than {replica.PATIENCE:g} s behind.",
            "Exports, statistics and backups are read from the primary in its place.",
            LIST,
            is_fault=False,
        )


def state() -> list[Replica]:
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return [Replica(*row) for row in cursor.fetchall()]


def of(replicas: list[Replica], *, must_confirm: bool) -> Iterator[Finding]:
    """Yield what is wrong with these replicas.

    With `must_confirm`, a commit waits until one of them has confirmed it.
    """
    if any(each.state is None for each in replicas):
        yield Finding(
            PART,
            f"There are {len(replicas)}, and the site may not see how far they are.",
            "A replica that has stopped is not noticed.",
            f'psql -c "GRANT pg_monitor TO {connection.settings_dict["USER"] or "lastdrop"}"',
            is_fault=False,
        )
        return
    if must_confirm and not any(each.step in ("sync", "quorum") for each in replicas):
        yield Finding(
            PART,
            "No replica confirms what is written.",
            "Whoever signs waits until one does.",
            f"{LIST}; then start the machine that is down",
        )
    for each in replicas:
        if each.state != "streaming" or (each.behind or 0) > FAR:
            megabytes, seconds = (each.behind or 0) // 1024**2, each.lag or 0
            yield Finding(
                PART,
                f"{each.name} is {megabytes} MB and {seconds:.0f} s behind ({each.state}).",
                "It cannot take over, and what is read from it is old.",
                LIST,
                is_fault=False,
            )

"""The doctor checks PostgreSQL: version, settings, extensions, migrations and keys."""

import json
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connection

from operations import health_readings
from operations.backups import hooks
from operations.database_errors import is_missing, reason
from operations.doctor import findings
from operations.doctor.findings import Asked, Finding

PART = "database"
OLDEST, ADVISED = 15, 17
# For each setting, its required value, and the damage that any other value can do.
NEEDED = {
    "synchronous_commit": ("on", "A signature that was acknowledged may be lost in a crash."),
    "fsync": ("on", "The whole database may be lost in a crash."),
    "full_page_writes": ("on", "The database may be damaged by a crash."),
    "autovacuum": ("on", "The tables grow without end, and the site becomes slow."),
    "log_min_error_statement": (
        "panic",
        "PostgreSQL's own log quotes statements that fail, with what signers typed.",
    ),
    "log_error_verbosity": ("terse", "PostgreSQL's own log quotes rows, with what signers typed."),
}
STATE = """
    SELECT current_setting('server_version_num')::int / 10000,
        (SELECT jsonb_object_agg(name, setting) FROM pg_settings WHERE name = ANY(%s)),
        EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm'),
        pg_encoding_to_char(d.encoding), r.rolsuper, pg_is_in_recovery(),
        (SELECT last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver),
        (SELECT count(*) FROM pg_stat_activity a WHERE a.datname = d.datname
            AND a.state LIKE 'idle in transaction%%' AND a.state_change < now() - interval '1 hour')
    FROM pg_database d, pg_roles r
    WHERE d.datname = current_database() AND r.rolname = current_user
"""
PSQL = "runuser -u postgres -- psql"


def check(asked: Asked) -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(STATE, [list(NEEDED)])
            [(version, set_to, trigrams, encoding, is_super, is_copy, archive_fails, idle)] = (
                cursor.fetchall()
            )
    except (DatabaseError, InterfaceError) as error:
        yield Finding(
            PART,
            f"It does not answer: {reason(error)}",
            "Nobody can sign, and readers get old pages from the cache.",
            "systemctl status postgresql; then look at DATABASE_URL",
        )
        return
    name = connection.settings_dict["NAME"]
    yield from of_version(version)
    for setting, value in json.loads(set_to).items():
        wanted, why = NEEDED[setting]
        if value != wanted:
            mend = f'{PSQL} -c "ALTER SYSTEM SET {setting} = {wanted}" -c "SELECT pg_reload_conf()"'
            yield Finding(PART, f"{setting} is {value}.", why, mend)
    if not trigrams:
        yield Finding(
            PART,
            "The extension pg_trgm is missing.",
            "Staff wait for seconds when they search a large petition for a part of a name.",
            f'{PSQL} {name} -c "CREATE EXTENSION pg_trgm"; lastdrop prepare_search',
            is_fault=False,
        )
    if encoding != "UTF8":
        yield Finding(
            PART, f"Its encoding is {encoding}.", "Names are refused.", "docs/operators.md"
        )
    if is_super:
        yield Finding(
            PART,
            "The site connects as a superuser.",
            "A mistake in the site could change the server itself.",
            "runuser -u postgres -- createuser --createdb lastdrop; then name it in DATABASE_URL",
            is_fault=False,
        )
    if is_copy:
        yield Finding(
            PART,
            "This is a standby, which takes nothing.",
            "Nobody can sign.",
            "let DATABASE_URL name the primary",
        )
    if archive_fails:
        yield Finding(
            PART,
            "Its log is not archived any more.",
            "PostgreSQL stores all of it until it is, and the disk fills up.",
            "runuser -u postgres -- pgbackrest --stanza=lastdrop check",
        )
    if idle:
        yield Finding(
            PART,
            f"{idle} transactions have been idle for more than an hour.",
            "Nothing is cleaned up behind them, and migrations wait for them.",
            f'{PSQL} -c "SELECT pid, application_name, xact_start FROM pg_stat_activity"',
            is_fault=False,
        )
    yield from of_content()


def of_version(version: int) -> Iterator[Finding]:
    if version < ADVISED:
        yield Finding(
            PART,
            f"It is PostgreSQL {version}.",
            f"The site is tested with {ADVISED} and newer.",
            "pg_upgradecluster, after a backup",
            is_fault=version < OLDEST,
        )


def of_content() -> Iterator[Finding]:
    is_well, said = health_readings.migrations()
    if not is_well:
        yield Finding(
            PART,
            f"Migrations: {said}",
            "The code and the tables do not fit each other, and pages fail.",
            findings.MIGRATE,
        )
    hooks.discover()
    for verify in hooks.VERIFYING:
        try:
            verify()
        except ImproperlyConfigured as error:
            if error.__cause__ and is_missing(error.__cause__) and not is_well:
                return  # It is no wrong key: the migrations are named above.
            yield Finding(
                PART,
                str(error),
                "Nobody is found any more, and nobody can sign.",
                "take the key from the safe place where you have copied it",
            )
            return
    for look in findings.OF_KEYS:
        yield from look()

"""Whatever happens to a machine, acknowledged signatures are stored once and nobody is refused."""

import signal
import time

import pyrage
from psycopg import sql

from servers.nginx import HOST
from servers.processes import python
from tests.cluster.conftest import Cluster
from tests.cluster.storm import Storm

# Patroni replaces a silent primary after 20 seconds (`ttl`); the site waits for 25.
BOUND = 25
EMAILS = "SELECT email FROM campaigns_signature WHERE email LIKE '%@{}.example.org'"
ALL = "SELECT count(*) FROM campaigns_signature"
COUNTED = "SELECT total FROM campaigns_tally"
ALIAS = "from operations.postgresql import replica; print(replica.alias())"
# The emails of a killed worker stay leased for five more minutes.
LEASES_END = "UPDATE campaigns_outgoingmail SET leased_until = NULL WHERE outcome = ''"
# That an email was sent is not replicated at once (campaigns/mail/leases.py): it may be sent again.
BATCH = 50


def check(cluster: Cluster, storm: Storm, *, bound: float = BOUND) -> None:
    """What must hold after every disaster."""
    print(storm.row())
    rows = [email for (email,) in cluster.ask(EMAILS.format(storm.name))]

    assert storm.acknowledged - set(rows) == set(), "acknowledged and lost"
    assert len(rows) == len(set(rows)), "twice in the table"
    assert set(rows) <= storm.signed.keys(), "signed by nobody"
    assert set(storm.statuses) == {303}, "somebody was turned away"
    assert storm.silence < bound
    assert {each.status for each in storm.read} == {200}, "a reader saw an error"
    cluster.wait_until(lambda: cluster.ask(COUNTED) == cluster.ask(ALL))
    cluster.wait_until(lambda: storm.acknowledged <= cluster.sink.received.keys(), 120)
    assert len(storm.mailed_twice(cluster.sink.received)) <= BATCH, "too many got two mails"


def test_the_primary_machine_dies(cluster: Cluster, storm: Storm):
    primary = cluster.databases.primary()

    storm.blow(primary.kill)
    after = cluster.databases.primary()
    primary.start()

    assert after is not primary
    check(cluster, storm)
    cluster.wait_until(cluster.databases.is_whole)


def test_patroni_dies_alone_and_its_postgresql_lives_on(cluster: Cluster, storm: Storm):
    primary = cluster.databases.primary()

    storm.blow(primary.kill_patroni)
    after = cluster.databases.primary()
    orphans = primary.postmaster()
    primary.start()

    assert orphans
    assert after is not primary
    check(cluster, storm)
    cluster.wait_until(cluster.databases.is_whole)


def test_etcd_is_away(cluster: Cluster, storm: Storm):
    primary, etcd = cluster.databases.primary(), cluster.databases.etcd

    def be_away() -> None:
        for each in etcd:
            each.kill()
        time.sleep(30)
        for each in etcd:
            each.start()

    storm.blow(be_away)

    assert cluster.databases.primary() is primary
    check(cluster, storm, bound=5)
    cluster.wait_until(cluster.databases.is_whole)


def test_the_primary_machine_stands_still_and_wakes_up(cluster: Cluster, storm: Storm):
    """The others cannot reach it, and when it resumes it still believes that it is the primary."""
    primary = cluster.databases.primary()

    def stand_still() -> None:
        primary.signal(signal.SIGSTOP)
        time.sleep(28)
        primary.signal(signal.SIGCONT)

    storm.blow(stand_still)
    after = cluster.databases.primary()

    assert after is not primary
    check(cluster, storm)
    cluster.wait_until(cluster.databases.is_whole)


def test_the_replica_in_step_stands_still(cluster: Cluster, storm: Storm):
    primary, replica = cluster.databases.primary(), cluster.databases.in_step()

    def stand_still() -> None:
        replica.signal(signal.SIGSTOP)
        time.sleep(28)
        replica.signal(signal.SIGCONT)

    storm.blow(stand_still)

    assert cluster.databases.primary() is primary
    check(cluster, storm)
    cluster.wait_until(cluster.databases.is_whole)


def test_the_doctor_looks_at_the_replicas(cluster: Cluster):
    well = cluster.doctor("replicas")
    cluster.administrate(sql.SQL("REVOKE pg_monitor FROM lastdrop"))
    blind = cluster.doctor("replicas")
    cluster.administrate(sql.SQL("GRANT pg_monitor TO lastdrop"))

    assert well == []
    assert blind == ["There are 2, and the site may not see how far they are."]


def test_a_backup_is_read_from_a_replica(cluster: Cluster, storm: Storm, tmp_path):
    key = pyrage.x25519.Identity.generate().to_public()
    own = {"BACKUP_RECIPIENTS": str(key), "BACKUP_FOLDER": str(tmp_path)}
    environment = cluster.webs[0].environment | own
    said = []

    def back_up() -> None:
        said.append(python("manage.py", "shell", "-v0", "-c", ALIAS, environment=environment))
        said.append(python("manage.py", "backup", environment=environment))

    storm.blow(back_up)

    assert said[0].split() == ["replica"]
    assert "restored on trial" in said[1]
    check(cluster, storm, bound=5)


def test_a_web_machine_dies(cluster: Cluster, storm: Storm):
    web, etcd = cluster.webs[1], cluster.databases.etcd[1]

    def die() -> None:
        web.kill()
        etcd.kill()

    storm.blow(die)
    etcd.start()
    web.start_proxies()
    web.start(host=HOST)
    cluster.do(LEASES_END)

    check(cluster, storm, bound=3)


def test_a_planned_switchover(cluster: Cluster, storm: Storm):
    primary = cluster.databases.primary()

    storm.blow(lambda: cluster.databases.patronictl("switchover", "lastdrop", "--force"))
    after = cluster.databases.primary()

    assert after is not primary
    check(cluster, storm, bound=10)
    cluster.wait_until(cluster.databases.is_whole)

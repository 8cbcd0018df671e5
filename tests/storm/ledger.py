"""Compare what the clients recorded with the database and with what the mail server received."""

OWED = "SELECT count(*) FROM campaigns_outgoingmail WHERE outcome = ''"
SENT = """
    SELECT email FROM campaigns_outgoingmail mail JOIN campaigns_signature signature
    ON signature.id = mail.signature_id WHERE outcome = 'sent'
"""


def acknowledged(ledger: dict[str, int]) -> set[str]:
    return {email for email, status in ledger.items() if status == 303}


def check(ground, ledger: dict[str, int]) -> None:
    """Assert that acknowledged signatures are stored once, and none that nobody sent."""
    rows = ground.emails()
    print(f"{len(ledger)} sent, {len(acknowledged(ledger))} acknowledged, {rows.total()} rows")
    assert acknowledged(ledger) - rows.keys() == set()
    assert rows.keys() - ledger.keys() == set()
    assert set(rows.values()) == {1}


def check_mail(ground, sink, ledger: dict[str, int], *, kills: int = 0) -> None:
    """Assert that each email arrived, and arrived once unless it was in flight at a kill."""
    received = sink.received
    twice = [email for email, times in received.items() if times > 1]
    print(f"{received.total()} mails to {len(received)} people, {len(twice)} twice")
    check(ground, ledger)
    assert ground.ask(OWED) == [(0,)]
    assert received.keys() == {email for (email,) in ground.ask(SENT)}
    assert len(twice) <= kills
    assert received.total() == len(received) + len(twice)

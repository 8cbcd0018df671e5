"""What the doctor finds: what is wrong, why it matters, and the command that mends it."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from operations import health, health_readings
from operations.database_errors import is_missing, is_outage, reason
from operations.postgresql.base import without_patience

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """One finding. A fault must be mended; a hint may be about something intended."""

    part: str
    what: str
    why: str
    mend: str
    is_fault: bool = True


@dataclass
class Asked:
    """The operator's options: where to send a test email, and the DKIM selector to look up.

    Checks add messages about what they did to `done`.
    """

    mail_to: str = ""
    selector: str = ""
    done: list[str] = field(default_factory=list)


AGAIN = "once the database answers: lastdrop doctor"
MIGRATE = "PGOPTIONS='-c lock_timeout=2s' lastdrop migrate"
Check = Callable[[Asked], Iterator[Finding]]
# Other apps' checks of the keys of this database, registered in their module `restore_hooks`.
OF_KEYS: list[Callable[[], Iterator[Finding]]] = []


def examine(checks: Mapping[str, Check], asked: Asked) -> Iterator[tuple[str, list[Finding]]]:
    """Yield each part with its findings. A check that raises an exception is a finding, too."""
    for part, check in checks.items():
        found: list[Finding] = []
        try:
            with without_patience():
                found.extend(check(asked))
        except Exception as error:
            if is_outage(error):
                what, mend = f"The database does not answer: {reason(error)}", AGAIN
            elif is_missing(error) and not health_readings.migrations()[0]:
                what, mend = f"{health.NOT_READY}: {reason(error)}", MIGRATE
            else:
                log.exception("The check of “%s” broke off.", part)
                what = f"The check broke off: {type(error).__name__}."
                mend = "look at the message above, and report it"
            found.append(Finding(part, what, "Nothing is known of this part, then.", mend))
        yield part, found

"""The register of the kinds of jobs: what each kind does, and how it is described.

Each app registers its kinds in a module named `jobs`, which is imported when a kind is needed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from operations.jobs.job import Job
from operations.jobs.work import Work

Text = str | Promise

INTERRUPTED = "interrupted"
RESTORED = "restored"
UNEXPECTED = "unexpected"
FULL = "full"
UNREADABLE = "unreadable"
ERRORS: dict[str, Text] = {
    INTERRUPTED: _(
        "The server interrupted this several times, so it has failed. Please try again later, or "
        "tell your administrator."
    ),
    RESTORED: _(
        "This had not ended in the backup from which the site was restored, so it was not done. "
        "If you still want it, please ask for it again."
    ),
    UNEXPECTED: _(
        "An unexpected error occurred. Your administrator can find it in the log of the worker."
    ),
    FULL: _(
        "The disk of the site is nearly full. Please tell whoever runs the site, and try again "
        "once there is room."
    ),
    UNREADABLE: _(
        "A secret key of the site was replaced before this was done, so it cannot be read any "
        "more. Please ask for it again."
    ),
}


@dataclass(frozen=True)
class Kind:
    """One kind of job.

    `work` does the job in a transaction, which is rolled back if the job fails, and returns the
    result to store; it raises `work.Refused` with a key of `errors`. `name` and `outcome` say in
    the active language what the job does, and with what result.
    """

    key: str
    work: Callable[[Work], dict[str, Any]]
    name: Callable[[Job], str]
    outcome: Callable[[Job], str]
    errors: Mapping[str, Text] = field(default_factory=dict)

    def error(self, job: Job) -> str:
        """Return why the job failed, in plain words."""
        return str({**ERRORS, **self.errors}.get(job.error, ERRORS[UNEXPECTED]))


REGISTERED: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    REGISTERED[kind.key] = kind


@cache
def discover() -> None:
    autodiscover_modules("jobs")


def of(job: Job) -> Kind:
    discover()
    return REGISTERED[job.kind]

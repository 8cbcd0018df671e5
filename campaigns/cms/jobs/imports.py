"""Jobs for lists of people who signed elsewhere: checking, importing, and undoing an import."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from django.contrib.auth.models import User
from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.cms.permissions import may, tallies_for
from campaigns.imports import corrected, importing, refusing, undoing
from campaigns.imports.checking import Wrong
from campaigns.imports.imported import KEPT_FOR, WAITING, Import, State
from campaigns.imports.importing import Changed, Counts, Over
from campaigns.imports.waiting import Gone
from campaigns.petitions.panels import URLS
from operations.jobs import running
from operations.jobs.job import Job
from operations.jobs.kinds import Kind
from operations.jobs.work import Refused, Work

CHECK, BRING_IN, UNDO = "check_import", "import", "undo_import"
FORBIDDEN, GONE, CHANGED, HELD, OVER = "forbidden", "gone", "changed", "held", "over"
NOTHING_LEFT = "nothing_left"


def ask(kind: str, subject: Import, *, by: User, reason: str = "") -> Job:
    """Have a list checked or imported, or an import undone for a reason."""
    petition = subject.tally.petition
    told = {
        "titles": [petition.title],
        "petitions": [str(petition.pk)],
        "import": subject.pk,
        "list": subject.file_name,
        "format": "xlsx",
        "file": f"{PurePath(subject.file_name).stem}-rows-to-correct.xlsx",
    }
    total = undoing.deletable(subject).count() if kind == UNDO else subject.rows
    order = {"import": subject.pk, "reason": reason}
    return running.ask(kind, by=by, order=order, told=told, total=total)


def may_fetch(user: User, told: dict[str, Any]) -> bool:
    """Return whether the user may bring lists into these petitions, and view their signers."""
    wanted = {int(key) for key in told["petitions"]}
    allowed = tallies_for(user, "bring_in").filter(pk__in=tallies_for(user, "view"))
    return wanted == set(allowed.filter(petition__in=wanted).values_list("petition", flat=True))


def may_undo(user: User, subject: Import) -> bool:
    """Return whether the user may delete the signatures of an import: of their own, or of any."""
    may_delete = may(user, "delete_signatures", subject.tally.petition)
    return may_delete or subject.made_by_id == user.pk


def subject_of(work: Work) -> Import:
    """Return the list that a job is about. Raise Refused if that is forbidden or it is gone."""
    if not may_fetch(work.job.made_by, work.job.told):
        raise Refused(FORBIDDEN)
    found = Import.objects.filter(pk=work.order["import"]).select_related("tally__petition").first()
    if found is None:
        raise Refused(GONE)
    return found


def check(work: Work) -> dict[str, Any]:
    subject = subject_of(work)
    return done(work, subject, lambda: importing.check(subject, advance=work.advance))


def bring_in(work: Work) -> dict[str, Any]:
    subject, by = subject_of(work), work.job.made_by
    told = done(work, subject, lambda: importing.bring_in(subject, by=by, advance=work.advance))
    subject.end_now()  # the file may have taken a minute
    return told


def done(
    work: Work, subject: Import, do: Callable[[], tuple[Counts, list[Wrong]]]
) -> dict[str, Any]:
    """Run `do`, and store the file of the rows that were not accepted."""
    try:
        counts, wrong = do()
        if not work.job.made_by.has_perm("campaigns.view_listentry"):
            wrong = [refusing.in_general(each) for each in wrong]
        file = work.store(corrected.file_of_wrong(subject, wrong)) if wrong else {}
    except Gone:
        raise Refused(GONE) from None
    except Changed:
        raise Refused(CHANGED) from None
    except Over:
        raise Refused(OVER) from None
    return {**file, **counts._asdict()}


def undo(work: Work) -> dict[str, Any]:
    subject, by = subject_of(work), work.job.made_by
    if not may_undo(by, subject):
        raise Refused(FORBIDDEN)
    reason = work.order["reason"]
    try:
        undone = undoing.undo(subject, by=by, advance=work.advance, reason=reason)
    except Gone:
        raise Refused(GONE) from None
    except undoing.NothingLeft:
        raise Refused(NOTHING_LEFT) from None
    except undoing.Held:
        raise Refused(HELD) from None
    return undone._asdict()


def name(job: Job) -> str:
    texts = {
        CHECK: gettext("Check the list “%s”"),
        BRING_IN: gettext("Import the list “%s”"),
        UNDO: gettext("Undo the import of the list “%s”"),
    }
    return texts[job.kind] % job.told["list"]


def outcome(job: Job) -> str:
    counts = Counts(*(job.result[each] for each in Counts._fields))
    return told(counts, is_done=job.kind != CHECK)


def told(counts: Counts, *, is_done: bool) -> str:
    """Return the result of an import, or of a check before it, in words."""
    if is_done:
        text = ngettext(
            "%s signature has been imported.", "%s signatures have been imported.", counts.fit
        )
    else:
        text = ngettext("%s row can be imported.", "%s rows can be imported.", counts.fit)
    parts = [text % intcomma(counts.fit)]
    if counts.duplicates:
        text = ngettext(
            "%s person has already signed, or is in the list twice.",
            "%s people have already signed, or are in the list twice.",
            counts.duplicates,
        )
        parts.append(text % intcomma(counts.duplicates))
    if counts.wrong:
        text = ngettext("%s row has an error.", "%s rows have errors.", counts.wrong)
        parts.append(text % intcomma(counts.wrong))
    if counts.refused:
        text = ngettext(
            "%s row is not imported, since the email address is blocked, or since the signature "
            "was quarantined, invalidated or deleted before.",
            "%s rows are not imported, since the email addresses are blocked, or since the "
            "signatures were quarantined, invalidated or deleted before.",
            counts.refused,
        )
        parts.append(text % intcomma(counts.refused))
    if counts.duplicates or counts.wrong or counts.refused:
        parts.append(gettext("The file of the job has these rows, with what is wrong with each."))
    return " ".join(parts)


def told_of_undoing(job: Job) -> str:
    number, kept = job.result["rows"], job.result["kept"]
    text = ngettext("%s signature has been deleted.", "%s signatures have been deleted.", number)
    parts = [text % intcomma(number)]
    if kept:
        text = ngettext(
            "%s signature stays: its signer has signed here or used their own page since.",
            "%s signatures stay: their signers have signed here or used their own page since.",
            kept,
        )
        parts.append(text % intcomma(kept))
    return " ".join(parts)


def import_url(job: Any) -> str:
    """Return the URL for importing a checked list, while the list waits for it; otherwise ""."""
    waits = job.ended_at and job.ended_at > timezone.now() - KEPT_FOR
    waits = waits and job.state_of_list in WAITING
    return url_of(job, "import") if job.kind == CHECK and waits else ""


def undo_url(job: Any) -> str:
    """Return the URL for undoing an import as long as there is something to undo; otherwise ""."""
    is_left = job.state_of_list == State.DONE and job.can_be_undone
    return url_of(job, "undo_import") if is_left else ""


def with_lists(found: QuerySet[Job]) -> QuerySet[Job]:
    """Annotate the jobs with the state of their list: `state_of_list` and `can_be_undone`."""
    about = Import.objects.filter(pk=OuterRef("list")).values("state")
    found = found.annotate(list=Cast(KT("told__import"), BigIntegerField()))
    left = Exists(undoing.deletable(OuterRef("list")))
    return found.annotate(state_of_list=Subquery(about), can_be_undone=left)


def url_of(job: Job, view: str) -> str:
    if job.state != Job.State.DONE:
        return ""
    return reverse(f"{URLS}:{view}", args=[job.told["petitions"][0], job.told["import"]])


ERRORS = {
    FORBIDDEN: _("You may no longer bring signatures into this petition."),
    GONE: _("The list is no longer there, or somebody has already done this."),
    CHANGED: _(
        "Nothing was imported: other rows fit than when the list was checked. Please check it "
        "again."
    ),
    HELD: _("While the data of this petition is on hold, an import cannot be undone."),
    NOTHING_LEFT: _(
        "There is nothing to undo: all signatures of this list have been deleted or anonymised "
        "since the import, or their signers have signed here or used their own page."
    ),
    OVER: _(
        "The time for which this petition may keep its signers’ data is over, so no names can be "
        "imported. Enter their number instead."
    ),
}
KINDS = [
    Kind(CHECK, check, name, outcome, errors=ERRORS),
    Kind(BRING_IN, bring_in, name, outcome, errors=ERRORS),
    Kind(UNDO, undo, name, told_of_undoing, errors=ERRORS),
]

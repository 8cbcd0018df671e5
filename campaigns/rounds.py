"""The worker's rounds for the campaigns app. The worker imports this module by name."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from campaigns import scheduling
from campaigns.appeals import sending as messages
from campaigns.bounces import reading as bounces
from campaigns.counting import arrivals, counting, surveying, weeks
from campaigns.finding import pending, searches
from campaigns.forwarding import gathering
from campaigns.forwarding import notices as notices_of_forwarding
from campaigns.forwarding import sending as forwarding
from campaigns.imports import importing
from campaigns.mail import leases
from campaigns.mail.sending import Helper, Sender
from campaigns.mailings import due_mailings, failing, unticking
from campaigns.mailings import notices as notices_of_mailings
from campaigns.mailings import sending as mailings
from campaigns.moderation import proof_of_work, tries
from campaigns.petitions.signed_versions import renewing
from campaigns.privacy.retention import Sweeper
from campaigns.privacy.trusted_clock import guarded
from campaigns.signatures import daily_keys, key_fingerprint, public_signers
from campaigns.sync import notices as notices_of_receivers
from campaigns.sync import sending as events
from campaigns.sync import upkeep as upkeep_of_events
from campaigns.trends import alarm_mails, alarms, weekly
from campaigns.workflow import notices, sent_forms
from operations import heartbeat, locks
from operations.backups import erasure_ledger
from operations.doctor.watching import EVERY, Watch
from operations.jobs import notices as notices_of_jobs
from operations.jobs import upkeep
from operations.postgresql.analyzing import analyze_grown
from operations.rounds import Round, before_all, register


def ignoring(work: Callable[[], object]) -> Callable[[], None]:
    """Wrap the work and drop its result, which the worker would interpret as seconds."""

    def done() -> None:
        work()

    return done


def recount() -> None:
    """Correct the totals and arrivals that have drifted from the signatures."""
    counting.recount()
    with transaction.atomic():
        locks.wait("arrivals")  # the lock of the round with this name
        arrivals.roll_up(every=True)


def bring_back() -> None:
    """Send at once what a clock that was ahead would send a day late."""
    leases.bring_back()
    due_mailings.bring_back()
    messages.bring_back()


before_all(key_fingerprint.wait_and_verify)

# Emails have threads of their own: a mail server may be slow, and must not delay the totals. One
# that is elsewhere takes a tenth of a second or two for each email, so they share the work. All but
# the first look less often whether there is any.
register(Round("mail", Sender().send_due, every=0.5, thread="mail"))
# Emails to many people have another thread, so that signers do not wait for them. While these are
# behind their rate and no signer waits, the additional connections help with mailings.
for number in range(1, settings.EMAIL_CONNECTIONS):
    thread = f"more email {number}"
    register(Round("more email", Helper().send_due, every=5, thread=thread))
    register(Round("more of mailings", mailings.help_out, every=1, thread=thread))
register(Round("messages", messages.send_due, every=1, thread="mailings"))
register(Round("mailings", mailings.send_due, every=1, thread="mailings"))
register(Round("forwarding", forwarding.send_due, every=1, thread="mailings"))
# Bounces may arrive at another server, which may be slow, too.
register(Round("bounces", bounces.read_due, every=60, thread="bounces"))
# Receivers are other systems, which may be slow or down for hours.
register(Round("events", events.send_due, every=1, thread="events"))
register(Round("notices to staff", notices.send_due, every=2, thread="notices"))
register(Round("notices of mailings", notices_of_mailings.send_due, every=2, thread="notices"))
register(Round("emails about alarms", alarm_mails.tell_due, every=10, thread="notices"))
register(Round("notices of receivers", notices_of_receivers.tell_due, every=30, thread="notices"))
register(Round("notices of forwarding", notices_of_forwarding.tell_due, every=30, thread="notices"))
register(Round("weekly emails", weekly.tell_due, every=600, thread="notices"))
register(Round("notices of jobs", notices_of_jobs.send_due, every=2, thread="notices"))
# The round requests the site from outside, and may hang.
register(Round("watch", Watch().look, every=EVERY, thread="watch"))
# Nothing else may delay the totals. Work that counts all signatures takes longer the more there
# are, so it runs less often: for a hundredth of one core.
register(Round(counting.TOTALS, ignoring(counting.fold), every=1, alone=True, thread="totals"))
count_pending = ignoring(counting.count_pending)
register(Round("pending", count_pending, every=2, share=100, alone=True, thread="surveys"))
register(Round("indexes", ignoring(pending.sort_in), every=5, thread="surveys"))
register(Round("fast growth", analyze_grown, every=5, thread="surveys"))
register(Round("surveys", surveying.survey, every=300, share=100, thread="surveys"))
register(Round("arrivals", arrivals.roll_up, every=300, share=100, alone=True, thread="surveys"))
register(Round("last seven days", weeks.count, every=300, share=100, alone=True, thread="surveys"))
register(Round("alarms", alarms.look, every=60, share=100, alone=True, thread="surveys"))
register(Round("to forward", gathering.gather, every=60, share=100, thread="surveys"))
register(Round("recount", recount, every=86400, thread="surveys"))
register(Round("after a wrong clock", bring_back, every=300, share=100))
register(Round("public signers", ignoring(public_signers.show), every=300))
register(Round("unticking", unticking.untick, every=60, share=100))
forget = unticking.AskedAnew().forget
register(Round("asked anew", forget, every=3600, share=100, thread="surveys"))
# The CMS creates these versions itself; this round is for software updates and the shell.
register(Round("versions", renewing.renew, every=60))
register(Round("daily keys", daily_keys.destroy_old, every=600))
register(Round("tries to sign", ignoring(tries.delete_old), every=3600))
register(Round("spent proofs", proof_of_work.delete_old, every=600))
register(Round("stalled jobs", upkeep.retry_stalled, every=10, alone=True))
register(Round("old lists", guarded(importing.delete_old), every=600))
register(Round("old jobs", guarded(upkeep.delete_old), every=600, alone=True))
register(Round("old erasures", guarded(erasure_ledger.delete_old), every=86400))
register(Round("old heartbeats", heartbeat.delete_old, every=3600))
register(Round("sent forms", guarded(sent_forms.delete_old), every=3600))
register(Round("old alarms", guarded(alarms.delete_old), every=3600))
register(Round("old failures", guarded(failing.delete_old), every=3600))
register(Round("old events", guarded(upkeep_of_events.delete_old), every=3600))
register(Round("searches", guarded(searches.delete_old), every=3600))
register(Round("scheduled publishing", scheduling.publish_due, every=30))
# Every hour and not every night, so that a restart of the worker does not skip a day.
register(Round("retention", Sweeper().sweep_batch, every=3600))

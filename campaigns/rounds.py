"""What the worker does for campaigns, again and again; found by its name."""

from campaigns.counting import counting
from campaigns.mail.sending import Sender
from campaigns.pages import scheduled
from campaigns.privacy.retention import Sweeper
from campaigns.signatures import key_fingerprint, public_signers
from operations.rounds import Round, before_all, register


def show_signers() -> None:
    """Let those who wait be read by everybody where they are enough."""
    public_signers.show()


before_all(key_fingerprint.wait_and_verify)

# A mail server may take its time over each mail; no total waits for it.
register(Round("mail", Sender().send_due, every=0.5, thread="mail"))
register(Round("totals", counting.recount_in_turn, every=1, alone=True))
register(Round("surveys", counting.survey, every=300))
register(Round("public signers", show_signers, every=300))
register(Round("scheduled publishing", scheduled.publish_due, every=30))
# Each hour rather than each night: a restart then loses and repeats nothing.
register(Round("retention", Sweeper().sweep_batch, every=3600))

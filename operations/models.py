"""The models of the app, by name, for Django."""

from operations.backups.backup_record import Backup
from operations.backups.erasure_ledger import Erasure
from operations.doctor.watching import Trouble
from operations.heartbeat import Heartbeat
from operations.jobs.job import Batch, Job, Piece

__all__ = ["Backup", "Batch", "Erasure", "Heartbeat", "Job", "Piece", "Trouble"]

"""The models of the app, by name, for Django."""

from operations.jobs.job import Batch, Job, Piece

__all__ = ["Batch", "Job", "Piece"]

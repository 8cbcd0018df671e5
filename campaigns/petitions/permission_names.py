"""Permissions on petitions and signatures in addition to Django's own, granted by collection."""

from django.utils.translation import gettext_lazy as _

PERMISSIONS = (
    (
        "control_petition",
        _("Can pause, resume, close and move petitions, and declare victory"),
    ),
    ("view_signatures_petition", _("Can view signatures")),
    ("view_statistics_petition", _("Can view statistics")),
    ("moderate_signatures_petition", _("Can release and invalidate signatures")),
    ("export_handover_petition", _("Can export signatures for handing over")),
    ("export_mailing_petition", _("Can export a mailing list")),
    ("export_analysis_petition", _("Can export signatures for analysis")),
    ("export_everything_petition", _("Can export signatures with everything")),
    ("export_signatures_petition", _("Can give a person a copy of their data")),
    ("delete_signatures_petition", _("Can delete signatures")),
    ("hold_signatures_petition", _("Can hold signers’ data beyond the retention period")),
    ("import_signatures_petition", _("Can bring in what was signed elsewhere")),
    ("mail_signers_petition", _("Can write to signers who want to be kept informed")),
)

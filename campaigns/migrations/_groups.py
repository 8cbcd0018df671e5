"""Who may do what from the first day: editors, moderators and campaign managers."""

from campaigns.migrations._rights import (
    Right,
    for_groups,
    model_rights,
    on_root_collection,
    taken_back,
)

PETITION = {
    right: Right("campaigns", "petition", f"{right}_petition", name)
    for right, name in {
        "add": "Can add petition",
        "change": "Can change petition",
        "publish": "Can publish petition",
        "control": "Can pause, resume, close and move petitions, and declare victory",
        "view_signatures": "Can view signatures",
        "moderate_signatures": "Can release and invalidate signatures",
        "export_signatures": "Can export signatures",
        "delete_signatures": "Can delete signatures",
        "hold_signatures": "Can hold signers' data beyond the retention period",
        "import_signatures": "Can bring in what was signed elsewhere",
    }.items()
}
# The shapes of an export that a campaign manager has from the first day.
SHAPES = {
    right: Right("campaigns", "petition", f"{right}_petition", name)
    for right, name in {
        "export_handover": "Can export signatures for handing over",
        "export_mailing": "Can export a mailing list",
        "export_analysis": "Can export signatures for analysis",
    }.items()
}
COMPOSE = ["add", "change", "control", "view_signatures"]
MANAGE = ["control", "view_signatures", "moderate_signatures", "export_signatures"]
MANAGE += ["delete_signatures", "hold_signatures"]
TEXTS = ("campaigns", "defaulttexts", "default texts")
LISTS = ("campaigns", "listentry", "block or allow list entry")
ENTER = Right("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")

OVER_PETITIONS = on_root_collection(
    {
        "Editors": [PETITION[right] for right in COMPOSE],
        "Moderators": [PETITION[right] for right in [*COMPOSE, "publish", "moderate_signatures"]],
        "Campaign managers": [PETITION[right] for right in MANAGE],
    }
)
BRING_IN = on_root_collection({"Campaign managers": [PETITION["import_signatures"]]})
# What acts at once and in public, editors ask for.
EDITORS_ASK = taken_back(on_root_collection({"Editors": [PETITION["control"]]}))
EVERYWHERE = for_groups(
    {
        "Editors": model_rights(*TEXTS, "change"),
        "Moderators": [
            *model_rights(*TEXTS, "add", "change", "delete"),
            *model_rights(*LISTS, "add", "change", "delete", "view"),
        ],
        "Campaign managers": [ENTER, *model_rights(*LISTS, "add", "change", "delete", "view")],
    }
)

MAIL_SIGNERS = Right(
    "campaigns", "petition", "mail_signers_petition", "Can write to signers who want to be kept informed"
)
WRITE_TO_SIGNERS = on_root_collection({"Campaign managers": [MAIL_SIGNERS]})

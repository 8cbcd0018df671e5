"""The initial groups and their permissions: editors, moderators and campaign managers."""

from campaigns.migrations._rights import (
    Right,
    for_groups,
    model_rights,
    on_root_collection,
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
        "mail_signers": "Can write to signers who want to be kept informed",
        "export_handover": "Can export signatures for handing over",
        "export_mailing": "Can export a mailing list",
        "export_analysis": "Can export signatures for analysis",
    }.items()
}
# Editors can only request actions that take effect at once and in public.
COMPOSE = ["add", "change", "view_signatures"]
MANAGE = ["control", "view_signatures", "moderate_signatures", "delete_signatures"]
MANAGE += ["hold_signatures", "import_signatures", "mail_signers"]
MANAGE += ["export_signatures", "export_handover", "export_mailing", "export_analysis"]
TEXTS = ("campaigns", "defaulttexts", "default texts")
LISTS = ("campaigns", "listentry", "block or allow list entry")
CONTACT = ("campaigns", "contact", "contact")
APPEAL = ("campaigns", "appeal", "appeal")
ENTER = Right("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")

OVER_PETITIONS = on_root_collection(
    {
        "Editors": [PETITION[right] for right in COMPOSE],
        "Moderators": [
            PETITION[right] for right in [*COMPOSE, "control", "publish", "moderate_signatures"]
        ],
        "Campaign managers": [PETITION[right] for right in MANAGE],
    }
)
EVERYWHERE = for_groups(
    {
        "Editors": [
            *model_rights(*CONTACT, "add", "change", "view"),
            *model_rights(*APPEAL, "add", "change", "view"),
        ],
        "Moderators": [
            *model_rights(*TEXTS, "add", "change", "delete"),
            *model_rights(*LISTS, "add", "change", "delete", "view"),
            *model_rights(*CONTACT, "add", "change", "delete", "view"),
            *model_rights(*APPEAL, "add", "change", "delete", "view"),
            Right("campaigns", "appeal", "publish_appeal", "Can publish appeal"),
        ],
        "Campaign managers": [
            ENTER,
            *model_rights(*LISTS, "add", "change", "delete", "view"),
            *model_rights(*CONTACT, "add", "change", "delete", "view"),
            *model_rights(*APPEAL, "view"),
        ],
    }
)

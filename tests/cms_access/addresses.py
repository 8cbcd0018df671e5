"""Every URL of the CMS, with real primary keys in the place of its parameters."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PREFIX = "admin/"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
# The values of parameters that are the same for both teams.
ALWAYS = {
    "action_name": "approve",
    "app_name": "home",
    "content_type_app_name": "campaigns",
    "content_type_model_name": "campaignpage",
    "filter_spec": "max-100x100",
    "kind": "confirm",
    "mode": "",
    "model_name": "identity",
    "shape": "handover",
    "revision_id_a": "earliest",
    "revision_id_b": "latest",
    "uidb64": "MQ",
    "token": "set-password",
}
NAMED = {
    "note": "note",
    "collection_id": "collection",
    "destination_id": "parent",
    "doc_id": "document",
    "entry_pk": "entry",
    "import_pk": "import",
    "document_id": "document",
    "image_id": "image",
    "instance_pk": "signature",
    "overridable_segment_id": "override",
    "page_id": "page",
    "page_pk": "page",
    "page_to_move_id": "page",
    "query_id": "query",
    "parent_page_id": "parent",
    "redirect_id": "redirect",
    "request_pk": "request",
    "session_id": "session",
    "string_segment_id": "text",
    "translation_id": "translation",
    "translation_source_id": "source",
    "uploaded_file_id": "upload",
    "workflow_pk": "workflow",
}
# The kind of object of `pk`, by the start of the view's name. The longest start that fits wins.
KEYS = {
    "add_signature_note": "signature",
    "alarm": "alarm",
    "allow_mail": "signature",
    "cancel_job": "job",
    "confirm_by_hand": "signature",
    "correct_name": "signature",
    "delete_export_preset": "preset",
    "delete_signature_note": "signature",
    "delete_signature_view": "view",
    "erasure_receipt": "receipt",
    "export_preset": "preset",
    "job_file": "job",
    "mailing": "mailing",
    "receiver": "receiver",
    "new_secret": "receiver",
    "resend_confirmation": "signature",
    "rename_export_preset": "preset",
    "remove_passkey": "user",
    "end_lockout": "user",
    "reset_second_factor": "user",
    "stop_mail": "signature",
    "stop_mailing": "mailing",
    "undo_comments": "comment_decision",
    "undo_decision": "decision",
    "undo_resending": "resending",
    "wagtailadmin_api:documents": "document",
    "wagtailadmin_api:images": "image",
    "wagtailadmin_api:pages": "page",
    "wagtailadmin_collections": "collection",
    "wagtailadmin_pages": "page",
    "wagtailadmin_workflows": "workflow",
    "wagtailadmin_workflows:disable_task": "task",
    "wagtailadmin_workflows:edit_task": "task",
    "wagtailadmin_workflows:enable_task": "task",
    "wagtaildocs_chooser": "document",
    "wagtailimages_chooser": "image",
    "wagtailsettings": "site",
    "wagtailsites": "site",
    "wagtailsnippetchoosers_campaigns_defaulttexts": "defaulttexts",
    "wagtailsnippetchoosers_campaigns_petition": "petition",
    "wagtailsnippetchoosers_campaigns_listentry": "listentry",
    "wagtailsnippetchoosers_campaigns_topic": "topic",
    "wagtailsnippetchoosers_campaigns_appeal": "appeal",
    "wagtailsnippetchoosers_campaigns_contact": "contact",
    "wagtailsnippetchoosers_home_navigation": "navigation",
    "wagtaillocales": "locale",
    "wagtailsnippets_campaigns_defaulttexts": "defaulttexts",
    "wagtailsnippets_campaigns_petition": "petition",
    "wagtailsnippets_campaigns_listentry": "listentry",
    "wagtailsnippets_campaigns_topic": "topic",
    "wagtailsnippets_campaigns_appeal": "appeal",
    "wagtailsnippets_campaigns_contact": "contact",
    "wagtailsnippets_home_navigation": "navigation",
    "receivers": "receiver",
    "wagtailusers_groups": "group",
    "wagtailusers_users": "user",
    "wagtail_localize": "petition",
}
# URLs with a model among their parameters: one URL for each model that matters.
PETITION = {"app_label": "campaigns", "model_name": "petition"}
VARIANTS = {
    "wagtail_bulk_action": [
        {"app_label": app, "model_name": model, "action": action}
        for app, model, actions in (
            ("wagtailcore", "page", ("delete", "move", "publish", "unpublish")),
            ("campaigns", "customimage", ("add_tags", "add_to_collection", "delete")),
            ("wagtaildocs", "document", ("add_tags", "add_to_collection", "delete")),
            ("auth", "user", ("assign_role", "delete", "set_active_state")),
            ("campaigns", "petition", ("delete",)),
            ("campaigns", "listentry", ("delete",)),
            ("campaigns", "topic", ("delete",)),
            ("campaigns", "appeal", ("delete",)),
            ("campaigns", "contact", ("delete",)),
        )
        for action in actions
    ],
    "guide": [{"name": "editors"}],
    "wagtailadmin_editing_sessions:ping": [PETITION],
    "wagtailadmin_tag_model_autocomplete": [{"app_name": "taggit", "model_name": "tag"}],
    "wagtailadmin_pages:choose_parent": [{"app_label": "campaigns", "model_name": "campaignpage"}],
    "wagtailadmin_workflows:add_task": [{"app_label": "campaigns", "model_name": "approval"}],
    "localize/api/snippets/<slug:app_label>/<slug:model_name>/": [PETITION],
    "localize/api/snippets/<slug:app_label>/<slug:model_name>/<str:pk>/": [PETITION],
    "wagtail_localize:submit_snippet_translation": [PETITION],
    "wagtail_localize:snippets_api_listing": [PETITION],
    "wagtail_localize:snippets_api_detail": [PETITION],
}


@dataclass(frozen=True)
class Address:
    """A URL of the CMS. `name` is what the table calls it.

    It `is_part` of another if the same view of Wagtail answers it with the rows of a list alone.
    """

    name: str
    route: str
    parameters: tuple[str, ...]
    fixed: dict[str, str]
    is_part: bool

    def path(self, side: dict[str, Any]) -> str:
        def fill(match: re.Match) -> str:
            return str(self.value(match[1] or match[2], side))

        path = re.sub(r"[\^$\\]", "", PARAMETER.sub(fill, self.route))
        query = f"?id={self.value('id', side)}" if "action" in self.fixed else ""
        return f"/{path}".replace("//", "/") + query

    def value(self, parameter: str, side: dict[str, Any]) -> Any:
        if parameter in self.fixed:
            return self.fixed[parameter]
        kind = "petition" if "snippets_campaigns_petition" in self.name else "page"
        if "snippets_campaigns_appeal" in self.name and parameter != "revision_id":
            kind = "appeal"
        if parameter in ("revision_id", "workflow_state_id", "task_state_id", "task_id"):
            ends = {"revision_id": "revision", "workflow_state_id": "workflow"}
            of_task = "task" if parameter == "task_id" and "workflows" in self.name else ""
            if parameter == "task_id":
                return side["task"]
            return side[of_task or f"{kind}_{ends.get(parameter, 'task')}"]
        if parameter in NAMED:
            return side[NAMED[parameter]]
        if parameter in ("pk", "object_id"):
            return side[self.subject()]
        if parameter == "id":
            model = self.fixed["model_name"]
            return side[{"customimage": "image"}.get(model, model)]
        return ALWAYS[parameter]

    def subject(self) -> str:
        if "model_name" in self.fixed:
            return self.fixed["model_name"]
        fits = [key for key in KEYS if self.name.startswith(key)]
        return KEYS[max(fits, key=len)]


def walk(
    patterns: list, route: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, here, inside)
        elif isinstance(pattern, URLPattern) and here.startswith(PREFIX):
            name = pattern.name or here.removeprefix(PREFIX) or "?"
            yield ":".join((*spaces, name)), here, pattern.callback


def wholes(views: list[Callable[..., Any]]) -> list[tuple[type, dict[str, Any]]]:
    """The classes and the settings of the views that answer with a whole page."""
    every = [
        (view.view_class, view.view_initkwargs) for view in views if hasattr(view, "view_class")
    ]
    return [(of, given) for of, given in every if not given.get("results_only")]


def is_part(view: Callable[..., Any], of: list[tuple[type, dict[str, Any]]]) -> bool:
    given = dict(getattr(view, "view_initkwargs", {}))
    return bool(given.pop("results_only", False)) and (view.view_class, given) in of


def addresses() -> list[Address]:
    found = list(walk(get_resolver().url_patterns))
    often = Counter(name for name, _, _ in found)
    whole = wholes([view for _, _, view in found])
    result = []
    for name, route, view in found:
        parameters = tuple(one or other for one, other in PARAMETER.findall(route))
        label = name if often[name] == 1 else f"{name}({','.join(parameters)})"
        for fixed in VARIANTS.get(name, [{}]):
            mark = f"[{'.'.join(fixed.values())}]" if name in VARIANTS else ""
            part = is_part(view, whole)
            result.append(Address(label + mark, route, parameters, fixed, part))
    return result

"""One workflow for all: editors submit pages, petitions and appeals, and moderators approve them.

Wagtail's group approval tasks are replaced by ours, which also check the petition; and the workflow
of the root page also becomes that of petitions and appeals.
"""

from typing import Any

from django.db.migrations import RunPython


def content_type(apps: Any, model: str) -> Any:
    found, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="campaigns", model=model
    )
    return found


def take_over(apps: Any, schema_editor: Any) -> None:
    Approval = apps.get_model("campaigns", "Approval")
    for stock in apps.get_model("wagtailcore", "GroupApprovalTask").objects.all():
        groups = list(stock.groups.all())
        # The task's row itself stays: workflows and their histories refer to it.
        ours = Approval(
            task_ptr_id=stock.pk,
            content_type=content_type(apps, "approval"),
            name=stock.name,
            active=stock.active,
        )
        stock.delete(keep_parents=True)
        ours.save()
        ours.groups.set(groups)


def assign(apps: Any, schema_editor: Any) -> None:
    on_root = apps.get_model("wagtailcore", "WorkflowPage").objects.filter(page__depth=1).first()
    for model in ("petition", "appeal") if on_root else ():
        apps.get_model("wagtailcore", "WorkflowContentType").objects.get_or_create(
            content_type=content_type(apps, model), defaults={"workflow": on_root.workflow}
        )


ONE_WORKFLOW = [
    RunPython(take_over, RunPython.noop),
    RunPython(assign, RunPython.noop),
]

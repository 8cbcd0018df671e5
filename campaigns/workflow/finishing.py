"""Publish the approved revision at the end of a workflow, and no newer one.

Wagtail imports this function together with its own models (WAGTAIL_FINISH_WORKFLOW_ACTION), so this
module imports nothing.
"""


def publish_approved(workflow_state, user=None):  # type: ignore[no-untyped-def]
    """Publish the revision that was approved in the last task.

    Wagtail would publish the newest revision, even one that was saved after the approval.
    """
    workflow_state.current_task_state.revision.publish(user=user)

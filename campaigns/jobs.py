"""The kinds of jobs of the campaigns app. `operations.jobs.kinds` imports this module by name."""

from campaigns.cms.jobs import bulk, decisions, exports, imports, undoing
from operations.jobs.kinds import register

register(exports.KIND)
register(decisions.KIND)
register(undoing.KIND)
for kind in (*bulk.KINDS, *imports.KINDS):
    register(kind)

"""The kinds of jobs of campaigns. `operations.jobs.kinds` finds this module by its name."""

from campaigns.cms.jobs import bulk, decisions, exports, imports, undoing
from operations.jobs.kinds import register

register(exports.KIND)
register(decisions.KIND)
register(undoing.KIND)
for kind in (*bulk.KINDS, *imports.KINDS):
    register(kind)

"""The kinds of jobs of campaigns. `operations.jobs.kinds` finds this module by its name."""

from campaigns.cms.jobs import decisions, exports, imports
from operations.jobs.kinds import register

register(exports.KIND)
register(decisions.KIND)
for kind in imports.KINDS:
    register(kind)

"""The people of the CMS, who hear of alarms."""

from tests.campaigns.cms.conftest import browse, people, teams

__all__ = ["browse", "people", "teams"]

"""The users of the CMS, who are notified of what waits for them."""

from tests.campaigns.cms.conftest import browse, people, teams

__all__ = ["browse", "people", "teams"]

"""The users of the CMS, who are notified of what waits for them."""

from tests.campaigns.cms.conftest import browse, editors, people, publisher, teams

__all__ = ["browse", "editors", "people", "publisher", "teams"]

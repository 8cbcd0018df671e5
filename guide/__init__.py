"""The guides of the repository in the CMS (docs/adr/0038-the-guide-in-the-cms.md)."""

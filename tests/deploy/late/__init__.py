"""A release that is newer than this one: its migrations come after all others."""

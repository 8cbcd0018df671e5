"""Contacts: where the targets of letters can be reached."""

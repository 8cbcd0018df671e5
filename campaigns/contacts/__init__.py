"""Contacts of the people and institutions to whom letters are addressed."""

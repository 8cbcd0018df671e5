"""Yardstick (a): the least that Django can do to keep a row."""

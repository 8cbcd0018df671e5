"""Django's backend for PostgreSQL, with patience: DATABASES names it as ENGINE.

While a database restarts, or another server takes its place, requests wait instead of failing.
"""

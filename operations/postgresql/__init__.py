"""Django's backend for PostgreSQL, with patience: the ENGINE of DATABASES.

While a database restarts, or another server takes its place, requests wait instead of failing.
"""

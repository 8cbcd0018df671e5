"""Metrics for Prometheus, at /metrics, for anyone who has the token of /readyz.

Numbers from the database are read at each request. Numbers of single processes, such as the
duration of requests, are measured only if METRICS_FOLDER names a folder that the processes share.
No number reveals anything about a single person: no label names a signer, a petition, an email or
IP address, or a network.
"""

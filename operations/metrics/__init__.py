"""Numbers about the site for Prometheus, at /metrics: for those who know the token of /readyz.

What the database knows is asked for when somebody asks. What single processes know, such as how
long requests took, is measured only where METRICS_FOLDER names a folder that they share. No number
says anything of a single person: no label names a signer, a petition, an address or a network.
"""

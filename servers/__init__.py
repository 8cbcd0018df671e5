"""Starts and ends what the site runs on and is looked at with: for script/, bench/ and tests/.

In production nothing of this is imported, and the images leave it out (deploy/).
"""

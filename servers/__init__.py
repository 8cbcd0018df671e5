"""Starts and ends the servers and the browser that script/, bench/ and tests/ need.

Production imports nothing from here, and the images of deploy/ leave it out.
"""

"""Parts of host.py, by subject."""

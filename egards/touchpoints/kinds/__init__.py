"""One file, one kind of touchpoint. Copy ``example.py``."""

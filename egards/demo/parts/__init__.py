"""One file, one part of the town (``egards/demo/part.py``)."""

"""The words of the town: what its customers, advisers and managers say, with the truth about it.

Pure: no Django, no database. Every text is drawn from the ``Random`` it is given, from sentences written by us in
``texts/``. docs: docs/town-words.md.
"""

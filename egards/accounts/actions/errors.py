"""What cannot be done about who we are."""

from __future__ import annotations


class AccountError(Exception):
    """Something about brands or members that cannot be done, in a sentence. ``field`` names what to mend, if known."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field

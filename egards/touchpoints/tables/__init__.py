"""Reviews, verbatims and survey answers out of tables (.csv, .jsonl, .xlsx). No Django, no database."""

from .columns import MEANINGS, Column
from .plan import Plan, understand
from .rows import BadRow, Row, parse_row, read_rows

__all__ = ["MEANINGS", "BadRow", "Column", "Plan", "Row", "parse_row", "read_rows", "understand"]

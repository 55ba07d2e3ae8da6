"""French formats where Django's differ from ours: narrow no-break space in thousands, « 8 h 58 »."""

THOUSAND_SEPARATOR = "\u202f"
DECIMAL_SEPARATOR = ","
NUMBER_GROUPING = 3
TIME_FORMAT = "G\u00a0\\h\u00a0i"
SHORT_DATE_FORMAT = "j\u00a0b"
DATETIME_FORMAT = "j\u00a0F Y, G\u00a0\\h\u00a0i"

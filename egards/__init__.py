"""Égards: listen to customers and treat them as partners."""

__version__ = "0.1.0"

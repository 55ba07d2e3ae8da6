"""Engines read a batch of texts and return readings: pure functions, without Django or the database."""

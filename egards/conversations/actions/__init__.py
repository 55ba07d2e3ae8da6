"""Writes about conversations, one file a family of verbs. Each writes its event in the same transaction."""

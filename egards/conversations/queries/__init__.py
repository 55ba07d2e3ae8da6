"""Reads of conversations: the queue with its counts, one conversation with its thread."""

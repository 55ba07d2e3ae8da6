"""The product as people live it: a real house (pages, worker, notifier, PostgreSQL), real browsers, real mail."""

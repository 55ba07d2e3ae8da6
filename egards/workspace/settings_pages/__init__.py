"""Settings a person understands: each page says why it asks, and what follows from the answer."""

"""The demo town: an invented company and its customers, who speak to Égards as the world does."""

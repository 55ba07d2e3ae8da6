"""The members' pages, by what they show."""

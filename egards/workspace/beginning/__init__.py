"""How a house begins: five steps on its first page, and links with which members come in."""

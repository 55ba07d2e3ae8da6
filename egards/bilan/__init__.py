"""« Le bilan »: two honest pages out of a mailbox or a table, without a database. Pure: files in, a report out."""

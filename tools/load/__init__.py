"""`make load`: the town all at once. Words at a steady rate, advisers at their desks, open live streams; what holds.

house opens it and settle fills it; texts, visits, crowd and desks speak to it by HTTP, agenda says when; streams
listens in a process of its own; weighing and slope watch; ledger knows every word that was taken; verdicts judges.
"""

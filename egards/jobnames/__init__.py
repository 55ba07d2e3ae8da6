"""The names of all jobs, on one page. A job calls one function, may run twice, takes ids (docs/architecture.md)."""

#: Read the arrivals that wait, in batches, until none is left.
PROCESS_WAITING = "intake.process_waiting"
#: Say to the rest of the house what has happened since last time.
FOLLOW_UP = "intake.follow_up"
#: Send the signed webhooks that are due.
SEND_WEBHOOKS = "api.send_webhooks"
#: Take back jobs whose worker died.
RETRY_STALLED = "core.retry_stalled"
#: Remove blob files that no row points to, and rows that no word needs.
SWEEP_BLOBS = "interactions.sweep_blobs"

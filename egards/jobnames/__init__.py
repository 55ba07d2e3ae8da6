"""The names of all jobs, on one page. A job calls one function, may run twice, takes ids (docs/architecture.md)."""

#: Read the arrivals that wait, in batches, until none is left.
PROCESS_WAITING = "intake.process_waiting"
#: Send the signed webhooks that are due.
SEND_WEBHOOKS = "api.send_webhooks"
#: Tell one webhook endpoint what is due.
SEND_TO_ENDPOINT = "api.send_to_endpoint"
#: Forget the API's kept answers and ended webhook deliveries.
SWEEP_API = "api.sweep"
#: Take back jobs whose worker died.
RETRY_STALLED = "core.retry_stalled"
#: Drop the happenings that were followed long ago.
SWEEP_HAPPENINGS = "core.sweep_happenings"
#: Remove blob files that no row points to, every night.
SWEEP_BLOBS = "interactions.sweep_blobs"

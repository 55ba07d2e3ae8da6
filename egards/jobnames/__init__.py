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
#: Send the letters that wait.
SEND_LETTERS = "interactions.send_letters"
#: Remove blob files that no row points to, every night.
SWEEP_BLOBS = "interactions.sweep_blobs"
#: Let an answer leave, its seconds to be called back over.
LEAVE_DRAFT = "conversations.leave_draft"
#: Every minute: promises whose time is over, conversations to wake, answers whose own job was lost.
MIND_THE_CLOCK = "conversations.mind_the_clock"
#: Tell the customers of new conversations that they were heard.
ACKNOWLEDGE = "conversations.acknowledge"
#: Bring letters that could not be delivered back to their conversation.
TELL_FAILED = "conversations.tell_failed"
#: Tell conversations that their letters have left: only then is anybody answered.
TELL_LEFT = "conversations.tell_left"
#: Tell conversations that somebody chose not to send their letters.
TELL_WITHDRAWN = "conversations.tell_withdrawn"
#: Learn from what members corrected.
LEARN = "understanding.learn"
#: Alert managers of themes that rise.
WATCH_THEMES = "measures.watch_themes"
#: Read again what was said, with the version in force.
READ_AGAIN = "measures.read_again"
#: Count again the days that changed, for the pulse.
COUNT_DAYS = "measures.count_days"
#: Send fresh links to an address that asked for them.
SEND_LINKS = "public.send_links"

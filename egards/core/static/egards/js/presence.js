// Who else is here. <… data-presence="<conversation>"> (workspace/presence.html) shows « Yann lit aussi » or
// « Yann répond », and sends "egards:presence" (bubbles; detail {conversation, people, writers, words}) whenever that
// changes: a composer then holds its button while somebody answers. ``writers`` are those who began before this member
// did: of two who write, the first goes on and the second waits, never both.
//
// The one with data-presence-url is where this member is: the house is told when they come, every 15 s while they see
// it, when they write in an element with data-presence-composer (but not in a part of it with data-presence-aside: a
// note is no answer), and when they leave. It keeps none of it.
const EVERY_MS = 15000;
const WRITES_MS = 60000; // one answers for so long after the last key

const names = new Intl.ListFormat(document.documentElement.lang || "fr", { type: "conjunction" });
const screen = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const known = new Map(); // conversation → people
const beganAt = new Map(); // conversation and person → since when they answer, as heard here
let told = { place: "", url: "", state: "leaves", at: 0, since: 0 };
let touchedAt = 0;
let isGone = false;

document.addEventListener("egards:live", ({ detail }) => {
  if (detail.kind === "presence") hear(detail.conversation, detail.people);
  if (detail.kind === "hello") begin();
});
for (const kind of ["focusin", "input"]) document.addEventListener(kind, touch);
document.addEventListener("focusout", ({ target }) => rest(composer(target)));
document.addEventListener("submit", ({ target }) => composer(target) && stop());
for (const kind of ["htmx:afterSettle", "egards:refreshed"]) document.addEventListener(kind, look);
document.addEventListener("visibilitychange", () => tell());
addEventListener("pagehide", () => {
  say("leaves");
  isGone = true; // a page that goes still hears that it is hidden
});
setInterval(() => tell(), EVERY_MS / 3);
tell();

// ── what we say ──────────────────────────────────────────────────────────────────────────────────────────────────────

function tell(again = false) {
  if (isGone) return;
  const place = document.querySelector("[data-presence-url]");
  const id = place?.dataset.presence ?? "";
  if (id !== told.place) {
    say("leaves");
    told = { place: id, url: place?.dataset.presenceUrl, state: "leaves", at: 0, since: 0 };
  }
  const state = Date.now() - touchedAt < WRITES_MS ? "writes" : document.hidden ? "leaves" : "reads";
  const isDue = state !== "leaves" && Date.now() - told.at >= EVERY_MS;
  if (id && (again || state !== told.state || isDue)) say(state);
}

function say(state) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!told.place || !token || (state === "leaves" && told.state === "leaves")) return;
  const isTurn = state !== told.state;
  told = { ...told, state, at: Date.now(), since: isTurn ? Date.now() : told.since };
  if (isTurn && state !== "leaves") redraw();
  const words = new URLSearchParams({ conversation: told.place, state, screen, csrfmiddlewaretoken: token });
  navigator.sendBeacon(told.url, words); // leaves even when the page goes
}

function touch({ target }) {
  if (!composer(target) || target.closest("[data-presence-aside]")) return;
  touchedAt = Date.now();
  tell();
}

// Somebody who leaves an empty composer was not answering.
function rest(form) {
  const fields = [...(form?.querySelectorAll("textarea, [contenteditable]") ?? [])];
  if (fields.length && fields.every((field) => !(field.value ?? field.textContent).trim())) stop();
}

function stop() {
  touchedAt = 0;
  tell();
}

function composer(element) {
  return element instanceof Element ? element.closest("[data-presence-composer]") : null;
}

// ── what we hear ─────────────────────────────────────────────────────────────────────────────────────────────────────

function hear(conversation, people) {
  known.set(conversation, people);
  for (const { id, state } of people) {
    const who = `${conversation} ${id}`;
    if (state !== "writes") beganAt.delete(who);
    else if (!beganAt.has(who)) beganAt.set(who, Date.now());
  }
  for (const who of beganAt.keys()) {
    if (who.startsWith(conversation) && !people.some(({ id }) => who.endsWith(id))) beganAt.delete(who);
  }
  for (const place of document.querySelectorAll("[data-presence]")) if (place.dataset.presence === conversation) draw(place);
}

// A stream that begins tells everything again; it may be a house that has just opened: then it knows nothing of us.
function begin() {
  for (const conversation of [...known.keys()]) hear(conversation, []);
  known.clear();
  if (told.state !== "leaves") tell(true);
}

function look() {
  tell();
  redraw();
}

function redraw() {
  for (const place of document.querySelectorAll("[data-presence]")) draw(place);
}

function draw(place) {
  const conversation = place.dataset.presence;
  const people = known.get(conversation) ?? [];
  const writers = people.filter((person) => person.state === "writes");
  const words = sentence(place, writers.length ? writers : people, writers.length ? "Writes" : "Reads");
  const shown = place.querySelector("[data-presence-words]");
  place.hidden = !words;
  const mine = told.place === conversation && told.state === "writes" ? told.since : Infinity;
  const ahead = writers.filter((person) => beganAt.get(`${conversation} ${person.id}`) < mine);
  const now = JSON.stringify([people, ahead]);
  if (place.dataset.presenceKnown === now) return;
  place.dataset.presenceKnown = now;
  if (shown) shown.textContent = words;
  place.dispatchEvent(
    new CustomEvent("egards:presence", { bubbles: true, detail: { conversation, people, writers: ahead, words } }),
  );
}

function sentence(place, people, verb) {
  if (!people.length) return "";
  const words = place.dataset[`presence${verb}${people.length > 1 ? "Many" : ""}`] ?? "{names}";
  return words.replace("{names}", names.format(people.map((person) => person.name)));
}

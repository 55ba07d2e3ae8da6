// The live stream, one per browser, shared by its tabs: browsers open six connections to a house at most.
//
// One tab leads: it listens to /flux/ and tells the others by a BroadcastChannel. Who leads is settled by a Web Lock;
// where there are none (plain http on a local network), tabs settle it by talking. When the leader closes, falls
// silent or may not listen any more, another goes on from the last number it heard: nothing is missed, nothing twice.
// A tab that has just opened asks for what was said since its page was asked for.
//
// Every tab hears the same "egards:live" events on its document; detail.kind is
//   hello     we listen, from detail.number on       change    {number, topic, ref}: something changed
//   reload    what was missed is too old or too much  presence  {conversation, people}: who else is there
//   beat      still here                              cut       the link is down
const NAME = "egards-live";
const BEAT_MS = 4000; // the server says something at least so often
const DEAF_MS = 4 * BEAT_MS; // a stream that says nothing for so long is dead
const SILENT_MS = 12 * BEAT_MS; // a leader that says nothing for so long is frozen (its waits between tries are shorter)
const WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
const KEPT_MS = 5 * 60000; // what was heard is kept so long for tabs that open

const channel = new BroadcastChannel(NAME);
const tab = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const bornAt = Date.now() - performance.now(); // when this page was asked for
const kept = new Map(); // number → {at, news}
const people = new Map(); // conversation → the last presence heard

let last = ""; // the last number heard
let since = 0; // everything since then was heard; 0: not known yet
let heardAt = 0;
let leads = false;
let source = null;
let retry = 0;
let waitMs = WAIT_MS;
let resign = () => {};

if (document.querySelector("[data-live], [data-presence]")) begin();

function begin() {
  channel.addEventListener("message", ({ data }) => receive(data));
  addEventListener("pagehide", leave);
  addEventListener("storage", ({ key }) => key === NAME && succeed());
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  setInterval(watch, BEAT_MS);
  ask();
  stand();
}

// ── what is heard ────────────────────────────────────────────────────────────────────────────────────────────────────

function receive(data) {
  if (data.kind === "since") return leads && since && answer(data);
  if (data.kind === "missed") return data.to === tab && !since && catchUp(data);
  if (data.kind === "leads") return yieldTo(data.tab);
  if (data.kind === "gone") return succeed();
  hear(data);
  if (!since && data.kind === "hello") ask();
}

function tell(news) {
  channel.postMessage(news);
  hear(news);
}

function hear(news) {
  heardAt = Date.now();
  if (news.kind === "change") {
    if (kept.has(news.number)) return;
    keep(news);
  }
  if (news.kind === "hello") {
    people.clear();
    // A stream that starts further than where this tab had come has left something out.
    if (last && Number(news.number) > Number(last)) news = { ...news, kind: "reload" };
  }
  if (news.kind === "reload" && since) since = heardAt;
  if (news.kind === "presence") people.set(news.conversation, news);
  if (news.number) last = news.number;
  document.dispatchEvent(new CustomEvent("egards:live", { detail: news }));
}

function keep(news) {
  kept.set(news.number, { at: heardAt, news });
  for (const [number, { at }] of kept) {
    if (at > heardAt - KEPT_MS) break;
    kept.delete(number);
    since = Math.max(since, at);
  }
}

// ── tabs that have just opened ───────────────────────────────────────────────────────────────────────────────────────

function ask() {
  channel.postMessage({ kind: "since", at: bornAt, tab });
}

function answer({ at, tab: to }) {
  const all = [...kept.values()].filter((one) => one.at >= at).map((one) => one.news);
  const isWhole = at >= since;
  channel.postMessage({ kind: "missed", to, isWhole, number: last, changes: all, presence: [...people.values()] });
}

function catchUp({ isWhole, number, changes, presence }) {
  since = bornAt;
  for (const news of [...changes, ...presence]) hear(news);
  hear({ kind: isWhole ? "beat" : "reload", number: last || number });
}

// ── who leads ────────────────────────────────────────────────────────────────────────────────────────────────────────

function stand(options = {}) {
  if (!navigator.locks) return setTimeout(takeOver, 300 + Math.random() * 300);
  navigator.locks.request(NAME, options, lead).then(
    () => setTimeout(stand, around(waitMs)),
    () => (disconnect(), stand()), // another tab took it from us: we had been silent for too long
  );
}

function lead() {
  leads = true;
  connect();
  return new Promise((resolve) => {
    resign = resolve;
  });
}

// Without locks: the first of those who are left says that it leads, and the others hear it.
function succeed() {
  if (navigator.locks) return;
  heardAt = 0;
  setTimeout(takeOver, Math.random() * 300 + waitMs - WAIT_MS);
}

function takeOver() {
  if (leads || Date.now() - heardAt < 2 * BEAT_MS) return;
  channel.postMessage({ kind: "leads", tab });
  lead();
}

function yieldTo(other) {
  heardAt = Date.now();
  if (!leads) return;
  if (other < tab) disconnect();
  else channel.postMessage({ kind: "leads", tab });
}

function leave() {
  // Written, not said on the channel: a page that goes may not have the time.
  if (leads && !navigator.locks) localStorage.setItem(NAME, tab);
  disconnect();
}

function watch() {
  const silentMs = Date.now() - heardAt;
  if (leads && source && silentMs > DEAF_MS) fail();
  else if (!leads && !navigator.locks && silentMs > DEAF_MS) takeOver();
  else if (!leads && navigator.locks && silentMs > SILENT_MS && !document.hidden) {
    heardAt = Date.now();
    stand({ steal: true });
  }
}

// ── the stream itself ────────────────────────────────────────────────────────────────────────────────────────────────

function connect() {
  const from = since && last ? `after=${encodeURIComponent(last)}` : `ago=${Math.ceil(Date.now() - bornAt)}`;
  heardAt = Date.now();
  source = new EventSource(`/flux/?${from}`);
  source.addEventListener("hello", ({ lastEventId }) => {
    waitMs = WAIT_MS;
    since ||= bornAt;
    tell({ kind: "hello", number: lastEventId });
  });
  for (const kind of ["reload", "beat"]) {
    source.addEventListener(kind, ({ lastEventId }) => tell({ kind, number: lastEventId }));
  }
  source.addEventListener("change", ({ data, lastEventId }) => {
    tell({ kind: "change", number: lastEventId, ...JSON.parse(data) });
  });
  source.addEventListener("presence", ({ data }) => tell({ kind: "presence", ...JSON.parse(data) }));
  source.addEventListener("closed", () => refuse());
  source.addEventListener("error", () => fail(source.readyState === EventSource.CLOSED));
}

// A browser would try again by itself with the address of the first time; we say from where.
function fail(isRefused = false) {
  if (isRefused) return refuse();
  source.close();
  source = null;
  tell({ kind: "cut" });
  retry = setTimeout(connect, around(waitMs));
  waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
}

// Signed out, a house that is not there, or a page that is being left: another tab gets its turn.
function refuse() {
  tell({ kind: "cut" });
  disconnect();
  waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  channel.postMessage({ kind: "gone" });
  succeed();
}

function disconnect() {
  leads = false;
  clearTimeout(retry);
  retry = 0;
  source?.close();
  source = null;
  resign();
}

function hurry() {
  if (!leads || source || document.hidden) return;
  clearTimeout(retry);
  connect();
}

function around(ms) {
  return ms * (0.5 + Math.random());
}

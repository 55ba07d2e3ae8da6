// What changed is shown without moving what is read. An element says what concerns it:
//
//   data-live="words conversation:<id>"   topics, each alone or with the one row it is about (topic:ref)
//
// and what is to happen when it changes:
//
//   data-live-get="/address/"   (with an id) the element is asked for again and changed in place: its node of the same
//                               id in the answer. Nodes, focus, folds and what is being typed stay; what is new fades
//                               in; nothing on screen moves. data-live-get="" asks for this page. Inside it,
//                               data-live-keep marks what is never touched (a composer).
//   <template>                  a quiet note is shown, and the person asks for the rest (egards/live_note.html)
//   hx-trigger="egards:changed" anything else: the event is sent to the element, with detail {topic, ref}
//
// Topics: "words" (ref: the interaction, or none), "conversation" (ref: the conversation), "notice" (this member's own).
// Elements with data-live-cut are shown while the link is down. After a change in place "egards:refreshed" bubbles.
const CUT_AFTER_MS = 5000;
const SOON_MS = 150; // several changes at once make one question
const REST_MS = 1000; // between two questions for one element; longer and longer while changes never stop
const LONGEST_REST_MS = 10000;
const AGAIN_MS = 5000;

const asked = new Map(); // id → {timer, isAsking, isStale}
let cutTimer = 0;

document.addEventListener("egards:live", ({ detail }) => hear(detail));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const [id, state] of asked) if (state.isStale) soon(id);
});

function hear(news) {
  if (news.kind === "cut") cutTimer ||= setTimeout(() => cut(true), CUT_AFTER_MS);
  else {
    clearTimeout(cutTimer);
    cutTimer = 0;
    cut(false);
  }
  if (news.kind !== "change" && news.kind !== "reload") return;
  for (const place of document.querySelectorAll("[data-live]")) if (concerns(place, news)) changed(place, news);
}

function concerns(place, { kind, topic, ref }) {
  return kind === "reload" || place.dataset.live.split(" ").some((one) => one === topic || one === `${topic}:${ref}`);
}

function changed(place, { kind, topic, ref }) {
  place.dispatchEvent(new CustomEvent("egards:changed", { detail: { topic, ref } }));
  if (place.dataset.liveGet !== undefined && place.id) soon(place.id);
  else if (place.querySelector(":scope > template")) show(place, kind === "reload");
}

// ── changing in place ────────────────────────────────────────────────────────────────────────────────────────────────

function soon(id, ms = SOON_MS) {
  const state = asked.get(id) ?? { timer: 0, isAsking: false, isStale: false, changes: 0, restMs: REST_MS };
  asked.set(id, state);
  state.isStale = true;
  state.changes += 1;
  if (state.isAsking || state.timer || document.hidden) return;
  state.timer = setTimeout(() => refresh(id, state), ms);
}

async function refresh(id, state) {
  Object.assign(state, { timer: 0, isAsking: true, isStale: false, changes: 0 });
  const isDone = await ask(document.getElementById(id)).catch(() => false);
  if (!isDone) state.isStale = true;
  setTimeout(() => {
    state.isAsking = false;
    state.restMs = restAfter(state);
    if (state.isStale) soon(id);
  }, isDone ? state.restMs : AGAIN_MS);
}

// Where something changes all the time, nobody reads it change by change: thirty screens that ask every second are all
// that the house would do. A change that comes alone is still shown at once.
function restAfter({ changes, restMs }) {
  return changes > 1 ? Math.min(restMs * 2, LONGEST_REST_MS) : Math.max(restMs / 2, REST_MS);
}

async function ask(place) {
  if (!place) return true;
  const headers = { "HX-Request": "true", "HX-Target": place.id };
  const response = await fetch(place.dataset.liveGet || location.href, { headers, cache: "no-store" });
  if (!response.ok) return response.status < 500;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.getElementById(place.id);
  if (fresh && place.isConnected) morph(place, fresh);
  return true;
}

function morph(place, fresh) {
  // A field keeps what is typed in it; anything else that holds the focus (a thread) would keep its old children too.
  const ignoreActiveValue = document.activeElement?.matches("input, textarea, select") ?? false;
  holdStill(place, () => {
    window.Idiomorph.morph(place, fresh, {
      morphStyle: "outerHTML",
      ignoreActiveValue,
      callbacks: { beforeNodeMorphed: mayChange, beforeNodeRemoved: mayGo, beforeAttributeUpdated: mayUpdate, afterNodeAdded: arrive },
    });
  });
  const now = document.getElementById(place.id) ?? place;
  window.htmx?.process(now);
  now.dispatchEvent(new CustomEvent("egards:refreshed", { bubbles: true }));
}

function mayChange(node) {
  if (!(node instanceof HTMLElement)) return true;
  const isTyped = node.matches("input, textarea") && (node.value !== node.defaultValue || node.checked !== node.defaultChecked);
  return !isTyped && !node.hasAttribute("data-live-keep");
}

// What was answered to an act (data-live-said) waits for the next act: the echo of the act itself would wipe it.
function mayGo(node) {
  return !(node instanceof HTMLElement && node.hasAttribute("data-live-said"));
}

// What the person has unfolded stays so; what fades in is ours to end.
function mayUpdate(name, node) {
  return !(name === "open" && node.matches("details, dialog"));
}

function arrive(node) {
  if (!(node instanceof HTMLElement)) return;
  node.classList.add("arrives");
  node.addEventListener("animationend", () => node.classList.remove("arrives"), { once: true });
}

// What one reads stays where it is, whatever comes above it: browsers do so too, but not all, and not everywhere.
function holdStill(place, change) {
  const scroller = scrollerOf(place);
  const before = scroller.style.overflowAnchor;
  scroller.style.overflowAnchor = "none";
  const anchor = anchorOf(place.contains(scroller) ? scroller : place, scroller);
  const at = anchor?.getBoundingClientRect().top;
  change();
  if (anchor?.isConnected) {
    const moved = anchor.getBoundingClientRect().top - at;
    if (Math.abs(moved) >= 1) scroller.scrollTo({ top: scroller.scrollTop + moved, behavior: "instant" });
  }
  requestAnimationFrame(() => (scroller.style.overflowAnchor = before));
}

function scrollerOf(place) {
  const inner = [...place.querySelectorAll("[data-live-scroll]")].find((one) => one.scrollHeight > one.clientHeight);
  if (inner) return inner;
  for (let one = place; one; one = one.parentElement) {
    if (one.scrollHeight > one.clientHeight && /auto|scroll/.test(getComputedStyle(one).overflowY)) return one;
  }
  return document.scrollingElement;
}

// What the person is on, when it is seen; else the first thing that begins within what is seen; else what fills it.
// A change recognises its elements by their id.
function anchorOf(root, scroller) {
  const isPage = scroller === document.scrollingElement;
  const view = isPage ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  const isSeen = (box) => box.height > 0 && box.bottom > view.top && box.top < view.bottom;
  const here = [document.activeElement, root.querySelector("[aria-current]")];
  const known = [...root.querySelectorAll("[id]")].filter((one) => isSeen(one.getBoundingClientRect()));
  return (
    here.find((one) => one && one !== root && root.contains(one) && isSeen(one.getBoundingClientRect())) ??
    known.find((one) => one.getBoundingClientRect().top >= view.top) ??
    known.at(-1)
  );
}

// ── a quiet note ─────────────────────────────────────────────────────────────────────────────────────────────────────

// The status region exists from the start and is empty: that is what makes a screen reader speak when it fills.
function show(place, many) {
  const note = place.querySelector("[data-live-one]");
  if (note) return plural(place);
  place.append(place.querySelector("template").content.cloneNode(true));
  if (many) plural(place);
  place.querySelector("a")?.addEventListener("click", () => setTimeout(() => clear(place)));
  window.htmx?.process(place);
}

function plural(place) {
  place.querySelector("[data-live-one]").hidden = true;
  place.querySelector("[data-live-many]").hidden = false;
}

function clear(place) {
  for (const child of [...place.children]) if (!(child instanceof HTMLTemplateElement)) child.remove();
}

function cut(isCut) {
  for (const element of document.querySelectorAll("[data-live-cut]")) element.hidden = !isCut;
}

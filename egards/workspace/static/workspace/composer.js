// The composer: the draft is kept in the house after two seconds of rest, when one leaves the field, and before any
// other act; nothing is kept in the browser. Saved replies are put where one writes. While a colleague answers, the
// button waits. What was seen is told by the version: it rises when the last word has been before one's eyes.
const REST_MS = 2000;
let timer = 0;
let sent = "";

document.addEventListener("input", ({ target }) => {
  const form = composer(target);
  if (!form) return;
  label(form);
  clearTimeout(timer);
  timer = setTimeout(() => keep(form), REST_MS);
});
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const form = composer(target);
  if (!form) return;
  keep(form);
  if (!form.contains(relatedTarget)) form.classList.remove("is-open");
});
document.addEventListener("visibilitychange", () => document.hidden && leave());
addEventListener("pagehide", leave);
document.addEventListener("egards:refreshed", look);
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target instanceof Element && target.closest("#conversation")) known(); // as the house holds it, just now
  look();
});
document.addEventListener("htmx:afterSettle", rest);
document.addEventListener("egards:presence", ({ detail }) => lock(detail));
document.addEventListener("click", choose);
document.addEventListener("click", way);
document.addEventListener("input", ({ target }) => target.matches?.("[data-replies-search]") && sift(target));
document.addEventListener("keydown", keys);
document.addEventListener("scroll", ({ target }) => target.id === "fil" && seen(), { capture: true, passive: true });

// Any act replaces the pane: what is being written is kept first, and what no draft holds is put back.
document.addEventListener("htmx:confirm", (event) => {
  const form = document.querySelector("[data-composer]");
  if (!form || event.detail.verb === "get") return;
  event.preventDefault();
  keep(form).then(() => event.detail.issueRequest(true));
});
let spoken = "";
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const isCall = detail.requestConfig?.path.includes("/appels/");
  spoken = isCall ? "" : (document.getElementById("appel")?.value ?? "");
});
known();
look();

// What was sent or kept leaves no field to write in: one goes back to the thread, where single keys act (z undoes).
function rest({ detail }) {
  const field = document.activeElement;
  const isDone = /\/(envoi|notes)\/$/.test(detail.requestConfig?.path.split("?")[0] ?? "") && composer(field) && !field.value;
  if (isDone || (detail.requestConfig?.verb === "post" && field === document.body)) document.getElementById("fil")?.focus();
}

function known() {
  const form = document.querySelector("[data-composer]");
  sent = form ? words(form) : "";
}

function look() {
  const field = document.getElementById("appel");
  if (field && spoken && !field.value) field.value = spoken;
  spoken = "";
  const form = document.querySelector("[data-composer]");
  if (!form) return;
  label(form);
  for (const opener of form.querySelectorAll("[data-replies-open], [data-replies-search]")) opener.hidden = false;
  form.querySelector("[data-replies]")?.classList.add("replies-scripted");
  seen();
}

async function keep(form) {
  clearTimeout(timer);
  const now = words(form);
  if (now === sent || !form.isConnected) return;
  say(form, form.dataset.keeping);
  const body = new FormData(form);
  body.delete("pieces");
  const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok) sent = now;
  say(form, answer?.ok ? form.dataset.kept : form.dataset.unkept);
}

function leave() {
  const form = document.querySelector("[data-composer]");
  if (!form || words(form) === sent) return;
  const body = new FormData(form);
  body.delete("pieces");
  if (navigator.sendBeacon(form.dataset.draftUrl, body)) sent = words(form);
}

function words(form) {
  const body = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "version", "pieces", "appel"]) body.delete(name);
  return new URLSearchParams(body).toString();
}

function say(form, sentence) {
  const place = form.querySelector("[data-draft-state]");
  if (place && place.textContent !== sentence) place.textContent = sentence;
}

function label(form) {
  const place = form.querySelector("[data-send-words]");
  if (place) place.textContent = form.querySelector("[name=avant]")?.value ? place.dataset.sendPromise : place.dataset.sendPlain;
}

function lock({ conversation, writers, words: sentence }) {
  const form = document.querySelector(`[data-composer][data-talk="${conversation}"]`);
  const button = form?.querySelector("[data-send]");
  if (!button) return;
  button.disabled = writers.length > 0;
  button.title = writers.length ? sentence : "";
  if (writers.length) say(form, sentence);
}

// Seen is seen: the end of the thread is on screen, and so is the page.
function seen() {
  const thread = document.getElementById("fil");
  const field = document.querySelector("[data-version-seen]");
  if (!thread || !field || document.hidden || Math.abs(thread.scrollTop) > 40) return;
  field.value = Math.max(Number(field.value), Number(thread.dataset.version));
}

// A way chosen by its key or by hand leads to its field; walking through the ways with the arrows does not.
function way({ target }) {
  const chosen = target.closest?.("[data-way]");
  if (!chosen || target.matches("input")) return;
  const form = composer(target);
  form.classList.add("is-open");
  setTimeout(() => form.querySelector(`[name="${chosen.dataset.way}"]`)?.focus());
}

// ── saved replies ────────────────────────────────────────────────────────────────────────────────────────────────────

function choose(event) {
  const form = composer(event.target);
  const opener = event.target.closest?.("[data-replies-open]");
  if (opener) return open(form);
  const reply = event.target.closest?.("[data-reply]");
  if (!reply) return;
  event.preventDefault();
  put(form, reply.dataset.reply);
}

function open(form) {
  const list = form.querySelector("[data-replies]");
  list.open = !list.open;
  if (list.open) list.querySelector("input").focus();
}

function put(form, text) {
  const field = form.querySelector("[name=texte]");
  form.querySelector("[data-replies]").open = false;
  field.focus();
  if (field.value.slice(0, field.selectionStart).endsWith("/")) field.selectionStart -= 1;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function sift(field) {
  const wanted = field.value.toLowerCase();
  for (const reply of document.querySelectorAll("[data-reply]")) {
    reply.closest("li").hidden = !reply.dataset.replyFind.toLowerCase().includes(wanted);
  }
}

function keys(event) {
  const form = composer(event.target);
  if (!form) return;
  const list = event.target.closest("[data-replies]");
  if (event.key === "Escape" && list) {
    list.open = false;
    form.querySelector("[name=texte]").focus();
    event.preventDefault(); // Escape closes this list, and leaves the text alone
  } else if (list && event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    [...list.querySelectorAll("[data-reply]")].find((reply) => !reply.closest("li").hidden)?.click();
  } else if (list && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    const stops = [...list.querySelectorAll("input, li:not([hidden]) [data-reply]")];
    event.preventDefault();
    stops[stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  } else if (event.key === "/" && event.target.matches("[name=texte]") && atWordStart(event.target)) {
    if (!form.querySelector("[data-replies]")) return;
    event.preventDefault();
    open(form);
  } else if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    event.stopPropagation();
    form.querySelector(".part:has(:focus) .btn-primary, .part:has(:focus) .btn-note")?.click();
  }
}

function atWordStart(field) {
  return field.selectionStart === 0 || /\s/.test(field.value[field.selectionStart - 1]);
}

function composer(element) {
  return element instanceof Element ? element.closest("[data-composer]") : null;
}

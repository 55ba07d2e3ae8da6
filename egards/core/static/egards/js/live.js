// The live stream, one per browser. The tab that holds the lock listens to /flux/ and tells the others; when it
// closes, the next one takes over from the last number it heard, so that nothing is missed.
//
// The server sends "hello" (the number we start from), "change" (data: {topic, ref}), "reload" (what we missed is too
// old or too much) and "closed" (signed out). <div data-live="topic other" [data-live-ref="<id>"]> holds a <template>
// shown when one arrives: what the person is reading is never moved.
const places = [...document.querySelectorAll("[data-live]")];
const channel = new BroadcastChannel("egards-live");
const CUT_AFTER_MS = 5000;

let last = "";
let cutTimer = 0;
let waitMs = 2000;

channel.addEventListener("message", ({ data }) => hear(data));

if (!places.length) channel.close();
else if (navigator.locks) navigator.locks.request("egards-live", () => new Promise(listen));
else listen();

function listen() {
  const source = new EventSource(last ? `/flux/?after=${encodeURIComponent(last)}` : "/flux/");
  const tell = (news) => {
    channel.postMessage(news);
    hear(news);
  };
  source.addEventListener("open", () => {
    waitMs = 2000;
    tell({ kind: "open" });
  });
  source.addEventListener("error", () => {
    tell({ kind: "cut" });
    // A browser tries again by itself after a cut, but gives up on an answer other than 200 (a restart, a proxy).
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(listen, waitMs);
    waitMs = Math.min(waitMs * 2, 60000);
  });
  source.addEventListener("hello", ({ lastEventId }) => {
    // A stream that starts further than where another tab stopped has left something out.
    tell({ kind: last && last !== lastEventId ? "reload" : "hello", number: lastEventId });
  });
  source.addEventListener("reload", ({ lastEventId }) => tell({ kind: "reload", number: lastEventId }));
  source.addEventListener("change", ({ data, lastEventId }) => {
    tell({ kind: "change", number: lastEventId, ...JSON.parse(data) });
  });
  source.addEventListener("closed", () => {
    source.close();
    tell({ kind: "cut" });
  });
}

function hear(news) {
  if (news.number) last = news.number;
  if (news.kind === "cut") cutTimer ||= setTimeout(() => cut(true), CUT_AFTER_MS);
  else {
    clearTimeout(cutTimer);
    cutTimer = 0;
    cut(false);
  }
  for (const place of places) {
    const topics = place.dataset.live.split(" ");
    const concerned = topics.includes(news.topic) && (!place.dataset.liveRef || place.dataset.liveRef === news.ref);
    if (news.kind === "reload" || (news.kind === "change" && concerned)) show(place, news.kind === "reload");
  }
}

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

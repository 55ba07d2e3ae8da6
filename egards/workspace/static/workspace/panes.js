// The three panes. On wide screens a conversation opens beside its queue without leaving it; on phones it is a page.
// Keys that are not those of a link or a button: o opens what is chosen, F6 walks the panes, Escape closes a menu.
const NARROW = matchMedia("(max-width: 52rem)");

document.addEventListener("htmx:confirm", (event) => {
  if (!NARROW.matches || !event.detail.elt.matches("[data-talk]")) return;
  event.preventDefault();
  location.href = event.detail.elt.href;
});

choose();
document.querySelector("#file a.item[aria-current]")?.scrollIntoView({ block: "center" });

document.addEventListener("htmx:afterSettle", () => {
  choose();
  for (const toFocus of document.querySelectorAll("#conversation .says .refusal")) toFocus.scrollIntoView({ block: "nearest" });
});
document.addEventListener("egards:refreshed", choose);
document.addEventListener("toggle", menu, true);
document.addEventListener("click", ({ target }) => {
  for (const open of document.querySelectorAll("[data-menu][open]")) if (!open.contains(target)) open.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return event.defaultPrevented || escape();
  if (event.key === "F6" && !event.ctrlKey && !event.altKey) return walk(event);
  if (event.key !== "o" || isField(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (localStorage.getItem("egards-letters-off") === "1" || document.querySelector("dialog[open]")) return;
  const item = document.activeElement?.closest?.("a.item") ?? document.querySelector("[data-walk] a.item");
  item?.click();
});

// The line of the conversation that is open is marked, also after the queue was asked for again.
function choose() {
  const talk = document.querySelector("#conversation [data-talk]")?.dataset.talk ?? document.querySelector("#conversation [data-presence]")?.dataset.presence;
  if (!talk) return;
  const queue = document.getElementById("file");
  const main = document.querySelector("main.panes");
  if (main) main.dataset.panes = "conversation";
  if (queue) queue.dataset.liveGet = queue.dataset.liveGet.replace(/([?&])ici=[^&]*|$/, (_found, sign) => `${sign ?? "&"}ici=${talk}`);
  for (const item of document.querySelectorAll("#file a.item")) {
    if (item.dataset.talk === talk) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

// A menu that opens takes the focus to its first field or button; one is open at a time.
function menu({ target }) {
  if (!(target instanceof HTMLDetailsElement) || !target.matches("[data-menu]") || !target.open) return;
  for (const other of document.querySelectorAll("[data-menu][open]")) if (other !== target) other.open = false;
  target.querySelector(".menu-sheet :is(button, select, input:not([type=hidden]))")?.focus();
}

function escape() {
  const open = document.querySelector("[data-menu][open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (location.hash === "#client") {
    location.hash = "#conversation";
  } else if (isField(document.activeElement)) {
    document.activeElement.blur();
    document.getElementById("fil")?.focus();
  }
}

function walk(event) {
  const panes = ["file", "conversation", "client"].map((id) => document.getElementById(id));
  const seen = panes.filter((pane) => pane && getComputedStyle(pane).display !== "none" && pane.childElementCount);
  if (!seen.length) return;
  event.preventDefault();
  const at = seen.findIndex((pane) => pane.contains(document.activeElement));
  const step = event.shiftKey ? -1 : 1;
  const pane = seen[(at + step + seen.length) % seen.length] ?? seen[0];
  (pane.querySelector("[aria-current=true], .thread") ?? pane).focus();
}

function isField(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input, textarea, select"));
}

// Keys. An element with data-key="j", "g e" (one after the other) or "Control+k" is pressed (or focused, when it is
// a field) by that key. "?" opens the help, which lists the keys of this very page, never more.
// What acts by other means (list.js, panes.js) says its keys in data-key-hint, for the help alone.
// Single letters are off inside fields, and can be turned off altogether (WCAG 2.1.4).
const OFF = "egards-letters-off";
const SEQUENCE_MS = 1200;

let first = "";
let timer = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.metaKey || event.isComposing) return;
  const key = event.ctrlKey ? `Control+${event.key.toLowerCase()}` : event.key;
  const isLetter = !event.ctrlKey && event.key.length === 1;
  if (isLetter && (isField(event.target) || localStorage.getItem(OFF) === "1")) return;
  if (document.querySelector("dialog[open]")) return;

  const target = find(first ? `${first} ${key}` : key) ?? find(key);
  if (target) {
    event.preventDefault();
    if (isField(target)) target.focus();
    else target.click();
  }
  remember(isLetter && !target ? key : "");
});

for (const dialog of document.querySelectorAll("dialog[data-keys-help]")) {
  const list = dialog.querySelector("[data-keys-list]");
  const letters = dialog.querySelector("[data-keys-letters]");
  letters.checked = localStorage.getItem(OFF) !== "1";
  letters.addEventListener("change", () => localStorage.setItem(OFF, letters.checked ? "0" : "1"));
  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => {
      list.replaceChildren(...reachable().map(line), ...[...document.querySelectorAll("[data-key-hint]")].map(line));
      dialog.showModal();
    });
  }
}

function find(key) {
  return reachable().find((element) => element.dataset.key === key);
}

function reachable() {
  return [...document.querySelectorAll("[data-key]")].filter((element) => !element.hidden && !element.disabled);
}

function remember(key) {
  clearTimeout(timer);
  first = key;
  timer = setTimeout(() => (first = ""), SEQUENCE_MS);
}

function isField(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input, textarea, select"));
}

function line(element) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? element.textContent.trim();
  const keys = document.createElement("span");
  keys.className = "push";
  for (const key of (element.dataset.key ?? element.dataset.keyHint).replace("Control+", "Ctrl ").split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    keys.append(cap, " ");
  }
  item.append(words, keys);
  return item;
}

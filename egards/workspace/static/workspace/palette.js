// The command palette (Ctrl K, by keys.js): a field and what it may mean (/palette/), chosen with the arrows (combobox pattern).
// Without script the same link leads to the search page.
const ASK_MS = 120;
const dialog = document.querySelector("dialog[data-palette]");
const field = dialog?.querySelector("[data-palette-field]");
const list = dialog?.querySelector("[data-palette-list]");
let timer = 0;
let turn = 0;

if (dialog) {
  for (const opener of document.querySelectorAll("[data-palette-open]")) {
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  }
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, ASK_MS);
  });
  field.addEventListener("keydown", keys);
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  list.addEventListener("pointermove", ({ target }) => select(target.closest("[role=option]")));
  list.addEventListener("click", ({ target }) => go(target.closest("[role=option]")));
}
function open() {
  field.value = "";
  list.replaceChildren();
  dialog.showModal();
  field.focus();
  ask();
}

async function ask() {
  const mine = ++turn;
  const url = `${dialog.dataset.palette}?q=${encodeURIComponent(field.value)}`;
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || mine !== turn) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  list.replaceChildren(...page.body.childNodes);
  select(options()[0]);
}

function keys(event) {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Enter") {
    event.preventDefault();
    go(all[at]);
  } else if (to !== undefined && !(["Home", "End"].includes(event.key) && field.value)) {
    event.preventDefault();
    select(all[(to + all.length) % all.length]);
  }
}

function options() {
  return [...list.querySelectorAll("[role=option]")];
}

function select(option) {
  if (!option) return field.removeAttribute("aria-activedescendant");
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function go(option) {
  if (option) location.href = option.dataset.url;
}

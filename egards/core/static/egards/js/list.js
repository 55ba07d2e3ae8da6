// j and k walk a list: <ul data-walk>, whose links with class "item" are its stops. Enter then opens, as on any link.
document.addEventListener("keydown", (event) => {
  if (!["j", "k"].includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target instanceof HTMLElement && event.target.matches("input, textarea, select, [contenteditable]")) return;
  if (localStorage.getItem("egards-letters-off") === "1" || document.querySelector("dialog[open]")) return;
  const stops = [...document.querySelectorAll("[data-walk] a.item")];
  if (!stops.length) return;
  const at = stops.findIndex((stop) => stop === document.activeElement || stop.matches("[aria-current]"));
  const focused = stops.indexOf(document.activeElement);
  const from = focused >= 0 ? focused : at;
  const next = stops[Math.min(Math.max(from + (event.key === "j" ? 1 : -1), 0), stops.length - 1)];
  event.preventDefault();
  next.focus();
});

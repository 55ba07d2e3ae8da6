// Opening a conversation has seen what called there: the count in the navigation then falls by itself (live).
let seen = "";

for (const kind of ["htmx:afterSettle", "egards:refreshed"]) document.addEventListener(kind, see);
see();

function see() {
  const count = document.getElementById("notices-count");
  const here = document.querySelector("[data-presence-url]")?.dataset.presence ?? "";
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!here || here === seen || !count || count.hidden || document.hidden || !token) return;
  seen = here;
  navigator.sendBeacon(count.dataset.notices, new URLSearchParams({ ref: here, csrfmiddlewaretoken: token }));
}

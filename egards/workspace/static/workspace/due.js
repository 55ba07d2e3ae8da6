// Promise chips count down: [data-due] holds the moment, [data-due-words] the words. Once a minute, and never aloud.
// Beyond two hours the words say the moment itself and stay as they are.
const MINUTE_MS = 60000;
const NEAR_MS = 2 * 60 * MINUTE_MS;
const words = document.querySelector("[data-due-late]")?.dataset ?? {};

setInterval(count, MINUTE_MS / 2);
for (const kind of ["htmx:afterSettle", "egards:refreshed"]) document.addEventListener(kind, count);

function count() {
  for (const chip of document.querySelectorAll("[data-due]")) {
    const left = Date.parse(chip.dataset.due) - Date.now();
    if (!(left < NEAR_MS)) continue;
    const isLate = left < 0;
    const long = chip.dataset.dueLong === undefined ? "" : "Long";
    const said = words[(isLate ? "dueLate" : "dueLeft") + long]?.replace("{time}", time(Math.abs(left)));
    const place = chip.querySelector("[data-due-words]");
    if (said && place.textContent !== said) place.textContent = said;
    if (!chip.matches(".promise")) continue;
    chip.classList.toggle("promise-late", isLate);
    chip.classList.toggle("promise-soon", !isLate);
  }
}

// As core/french.py writes durations: 45 s, 38 min, 2 h 10, 3 jours.
function time(ms) {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 1) return `${Math.floor(ms / 1000)}\u00a0s`;
  if (minutes < 60) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)}\u00a0${hours < 48 ? "jour" : "jours"}`;
  return minutes % 60 ? `${hours}\u00a0h\u00a0${String(minutes % 60).padStart(2, "0")}` : `${hours}\u00a0h`;
}

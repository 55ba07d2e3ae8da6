// Draws the charts of a page: <div data-chart='{"option": …, "said": […], "links": […]}'>.
// The server says what to draw; strings that begin with "--eg-" are tokens, looked up here, again when the theme
// changes. Under the chart, [data-chart-said] says in words what the pointer is on; a click leads to its words.
// A details[data-closes], open for readers without script, is folded once its chart is drawn.

const shown = new Map();

for (const place of document.querySelectorAll("[data-chart]")) draw(place);
for (const fold of document.querySelectorAll("details[data-closes]")) {
  fold.open = false;
  fold.dataset.ready = "";
}
for (const wide of document.querySelectorAll("[data-newest-end]")) wide.scrollLeft = wide.scrollWidth;

new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
matchMedia("print").addEventListener("change", () => shown.forEach(({ chart }) => chart.resize()));

function draw(place) {
  const { option, said, links } = JSON.parse(place.dataset.chart);
  const chart = window.echarts.init(place);
  shown.set(place, { chart, option });
  chart.setOption(coloured(option, place));
  new ResizeObserver(() => chart.resize()).observe(place);

  const words = place.closest("section").querySelector("[data-chart-said]");
  const at = (event) => {
    if (!chart.containPixel("grid", [event.offsetX, event.offsetY])) return -1;
    return chart.convertFromPixel({ xAxisIndex: 0 }, event.offsetX);
  };
  const canvas = chart.getZr();
  canvas.on("mousemove", (event) => {
    const index = at(event);
    if (words && said[index]) words.textContent = said[index];
    canvas.setCursorStyle(links[index] ? "pointer" : "default");
  });
  canvas.on("click", (event) => {
    const link = links[at(event)];
    if (link) location.assign(link);
  });
}

function redraw() {
  // the computed colours change at the next frame
  requestAnimationFrame(() =>
    shown.forEach(({ chart, option }, place) => chart.setOption(coloured(option, place), { notMerge: true })),
  );
}

// A copy of the option with tokens in place of their names. A probe resolves light-dark(), which a property keeps.
function coloured(option, place) {
  const probe = place.ownerDocument.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const found = new Map();
  const value = (name) => {
    if (!found.has(name)) {
      const raw = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      probe.style.color = "";
      probe.style.color = raw;
      found.set(name, probe.style.color ? getComputedStyle(probe).color : raw);
    }
    return found.get(name);
  };
  const copy = (part) => {
    if (typeof part === "string") return part.startsWith("--eg-") ? value(part) : part;
    if (Array.isArray(part)) return part.map(copy);
    if (part && typeof part === "object") return Object.fromEntries(Object.entries(part).map(([k, v]) => [k, copy(v)]));
    return part;
  };
  const done = copy(option);
  probe.remove();
  return done;
}

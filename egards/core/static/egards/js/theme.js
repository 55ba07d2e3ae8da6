// The theme a person chose on this device. Loaded in the head, before the first paint, and not as a module:
// a page that is dark for one person must not flash white first. Without a choice the system decides.
(() => {
  const KEY = "egards-theme";
  const ORDER = ["system", "light", "dark"];
  const root = document.documentElement;
  const chosen = () => (ORDER.includes(localStorage.getItem(KEY)) ? localStorage.getItem(KEY) : "system");

  const apply = (theme) => {
    if (theme === "system") delete root.dataset.bsTheme;
    else root.dataset.bsTheme = theme;
  };
  apply(chosen());

  // <button data-theme-toggle data-theme-system="…" data-theme-light="…" data-theme-dark="…">: the words come from the page.
  const name = (button) => {
    const theme = chosen();
    const words = button.dataset[`theme${theme[0].toUpperCase()}${theme.slice(1)}`];
    button.setAttribute("aria-label", words);
    button.title = words;
  };
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      name(button);
      button.addEventListener("click", () => {
        const next = ORDER[(ORDER.indexOf(chosen()) + 1) % ORDER.length];
        localStorage.setItem(KEY, next);
        apply(next);
        name(button);
      });
    }
  });
})();

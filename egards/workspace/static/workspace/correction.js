// Correcting a reading: typing finds a theme, Enter chooses the one that is left, Escape leaves the form.
const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const form of document.querySelectorAll("[data-correction]")) open(form);
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const form = target.querySelector?.("[data-correction]");
  if (form) open(form, true);
});

function open(form, isAsked = false) {
  const find = form.querySelector("[data-correction-find]");
  find.hidden = false;
  if (isAsked) form.querySelector("[name=ton]:checked")?.focus();
}

document.addEventListener("input", ({ target }) => {
  const place = target.closest?.("[data-correction-find]");
  if (place) for (const theme of themes(place)) theme.hidden = !plain(theme.textContent).includes(plain(target.value));
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-correction]");
  if (!form) return;
  if (event.key === "Escape") leave(event, form);
  const place = event.target.closest("[data-correction-find]");
  if (event.key !== "Enter" || !place) return;
  event.preventDefault();
  if (!event.target.value) return form.requestSubmit();
  themes(place).find((theme) => !theme.hidden)?.querySelector("input").click();
  event.target.value = "";
  for (const theme of themes(place)) theme.hidden = false;
});

document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-correction-close]")?.closest("[data-correction]");
  if (form) leave(event, form);
});

function themes(place) {
  return [...place.parentElement.querySelectorAll("[data-correction-themes] .choice")];
}

// In the thread the form goes and the control has the focus again; its own page leads back by its link.
function leave(event, form) {
  const place = form.closest("[data-correct-form]");
  if (!place) return;
  event.preventDefault();
  place.replaceChildren();
  place.closest(".readings").querySelector(".correct").focus();
}

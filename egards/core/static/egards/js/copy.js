// A button copies what a field holds: <button type="button" data-copy="id of the field" data-copy-done="said once it is
// done" data-copy-failed="said when the browser refuses" hidden>. It shows itself here; the nearest [data-copy-said] is
// its live region. Where the browser keeps the clipboard to itself (a page without TLS), the text is selected instead.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const status = button.closest("section")?.querySelector("[data-copy-said]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const isCopied = await copy(field);
    if (status) status.textContent = isCopied ? button.dataset.copyDone : button.dataset.copyFailed;
  });
}

async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return false;
  }
}

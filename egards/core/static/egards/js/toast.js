// A toast that may be undone: <div class="toast-eg" data-toast data-toast-seconds="10"> (egards/toast.html), in the
// region that has data-toasts. While it counts down its form undoes (key z, by keys.js); when time is up the form goes
// and the words become those of data-toast-done. It then leaves, unless it is hovered or holds the focus.
// What a screen reader is told is the sentence, once; the seconds that fall are for the eyes.
const LINGER_MS = 1500;
const begun = new WeakSet();

for (const kind of ["htmx:afterSettle", "egards:refreshed"]) document.addEventListener(kind, look);
look();

function look() {
  for (const toast of document.querySelectorAll("[data-toast]")) if (!begun.has(toast)) begin(toast);
}

function begin(toast) {
  begun.add(toast);
  const until = Date.now() + 1000 * Number(toast.dataset.toastSeconds || 6);
  const timer = setInterval(() => {
    if (!toast.isConnected) return clearInterval(timer);
    const left = Math.ceil((until - Date.now()) / 1000);
    count(toast, Math.max(left, 0));
    if (left > 0) return;
    clearInterval(timer);
    end(toast);
  }, 250);
}

function count(toast, left) {
  const words = toast.querySelector("[data-toast-count]");
  if (words) words.textContent = words.dataset.toastCount.replace("{seconds}", left);
}

function end(toast) {
  const undo = toast.querySelector("form");
  if (undo) {
    const hadFocus = undo.contains(document.activeElement);
    undo.remove();
    toast.querySelector("[data-toast-words]").textContent = toast.dataset.toastDone;
    if (hadFocus) {
      toast.tabIndex = -1;
      toast.focus();
    }
  }
  const isHeld = () => toast.matches(":hover") || toast.contains(document.activeElement);
  const leave = () => setTimeout(() => (isHeld() ? undefined : toast.remove()), LINGER_MS);
  toast.addEventListener("pointerleave", leave);
  toast.addEventListener("focusout", leave);
  leave();
}

// Asked for under a flood only: the widget computes a small proof alone, in a worker, while the customer reads.
// The words to wait are for those without JavaScript.
import "../egards/vendor/altcha/altcha.min.js";
import "../egards/vendor/altcha/fr-fr.js";

const worker = new URL("../egards/vendor/altcha/pbkdf2.js", import.meta.url);
globalThis.$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(worker));
for (const words of document.querySelectorAll(".without-script")) words.hidden = true;

/** Loaded by pages that offer to sign out: on a shared PC nothing unsent stays behind. */

import { forget } from "./store.js";

for (const form of document.querySelectorAll("form[data-sign-out]")) {
  form.addEventListener("submit", () => {
    // Deleting goes on while the browser is already asking for the next page.
    forget();
  });
}

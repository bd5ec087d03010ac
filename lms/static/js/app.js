/** What every page runs: all elements, of which a page uses some. The page works without any of it. */
import "./elements/lms-autosave.js";
import "./elements/lms-autosubmit.js";
import "./elements/lms-confirm.js";
import "./elements/lms-copy.js";
import "./elements/lms-countdown.js";
import "./elements/lms-dialog.js";
import "./elements/lms-file-drop.js";
import "./elements/lms-key-switch.js";
import "./elements/lms-menu.js";
import "./elements/lms-progress-poll.js";
import "./elements/lms-quiz-map.js";
import "./elements/lms-reveal.js";
import "./elements/lms-sortable.js";
import "./elements/lms-table-select.js";
import "./elements/lms-unsaved.js";
import { focusFirst, searchOnSlash } from "./lib/page.js";

focusFirst(document);
searchOnSlash(document);
// What the player could not send (player/store.js) must not stay behind on a shared PC.
document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => {
  indexedDB.deleteDatabase("lms-player");
});

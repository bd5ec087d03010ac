/** Tabs of the side panel: arrows walk, the shown one is in the tab order. */

export class Tabs {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);
    list.addEventListener("click", (event) => {
      const tab = /** @type {HTMLElement} */ (event.target).closest("[role=tab]");
      if (tab instanceof HTMLElement) this.select(tab);
    });
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {HTMLElement} chosen */
  select(chosen) {
    for (const tab of this.tabs) {
      const shown = tab === chosen;
      tab.setAttribute("aria-selected", String(shown));
      tab.tabIndex = shown ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "");
      if (panel) panel.hidden = !shown;
    }
  }

  /** @param {string} name */
  open(name) {
    const tab = this.tabs.find((each) => each.dataset.tab === name);
    if (tab) this.select(tab);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const shown = this.tabs.filter((tab) => tab.offsetParent !== null);
    const here = shown.indexOf(/** @type {HTMLElement} */ (event.target));
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const target =
      event.key === "Home"
        ? shown[0]
        : event.key === "End"
          ? shown[shown.length - 1]
          : step && shown[(here + step + shown.length) % shown.length];
    if (!target) return;
    event.preventDefault();
    this.select(target);
    target.focus();
  }
}

/** The tabs of the panel, one for each section; arrow keys move among them. */
import { UUID } from "@lumino/coreutils";
import { h } from "../dom.js";
import type { PanelSection } from "./section.js";

/** A list of tabs. */
export class Tabs {
  readonly node: HTMLElement;
  readonly #buttons: ReadonlyMap<string, HTMLButtonElement>;

  /** `chosen` is called with the section of the tab that a person chose. */
  constructor(sections: readonly PanelSection[], chosen: (section: PanelSection) => void) {
    const entries = sections.map((section) => {
      const { name, title, about } = section;
      const button = h(
        "button",
        {
          type: "button",
          role: "tab",
          class: "tapelab-tab",
          id: `tapelab-tab-${UUID.uuid4()}`,
          title: about,
          "data-section": name,
        },
        title,
      );
      button.addEventListener("click", () => chosen(section));
      return [name, button] as const;
    });
    this.#buttons = new Map(entries);
    this.node = h(
      "div",
      { role: "tablist", class: "tapelab-tabs", "aria-label": "sections of the inspector" },
      ...this.#buttons.values(),
    );
    this.node.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Marks the tab of the displayed section. */
  select({ name }: PanelSection): void {
    for (const [key, button] of this.#buttons) {
      const isSelected = key === name;
      button.setAttribute("aria-selected", String(isSelected));
      button.tabIndex = isSelected ? 0 : -1;
      if (!isSelected) button.removeAttribute("aria-controls");
    }
  }

  /** Makes a node the panel of the selected tab. */
  describe(node: HTMLElement): void {
    const selected = [...this.#buttons.values()].find((button) => button.getAttribute("aria-selected") === "true");
    node.setAttribute("role", "tabpanel");
    node.id ||= `tapelab-section-${UUID.uuid4()}`;
    if (selected === undefined) return;
    node.setAttribute("aria-labelledby", selected.id);
    selected.setAttribute("aria-controls", node.id);
  }

  #key(event: KeyboardEvent): void {
    const all = [...this.#buttons.values()];
    const at = all.indexOf(event.target as HTMLButtonElement);
    const last = all.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ];
    const next = to === undefined ? undefined : all[to];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    next.click();
    next.focus();
  }
}

/** Headings that explain themselves: to the pointer by a title, to the keyboard by the same words below them. */
import { h } from "../../dom.ts";

/** Gives an element a sentence about it, which is shown while the pointer rests on it and while it has the focus of the keyboard. */
export function explained<T extends HTMLElement>(node: T, sentence: string): T {
  node.title = sentence;
  let shown: HTMLElement | null = null;
  const hide = (): void => {
    shown?.remove();
    shown = null;
  };
  node.addEventListener("focus", () => {
    hide();
    if (!node.matches(":focus-visible")) return;
    // what is around may clip what is drawn inside of it
    shown = h("div", { class: "tapelab-tip jp-ThemedContainer", "aria-hidden": "true" }, sentence);
    document.body.append(shown);
    const { left, bottom } = node.getBoundingClientRect();
    shown.style.left = `${Math.max(4, Math.min(left, innerWidth - shown.offsetWidth - 4))}px`;
    shown.style.top = `${bottom + 4}px`;
  });
  node.addEventListener("blur", hide);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  return node;
}

/** Makes elements one stop of the Tab key, with arrows between them. */
export function roving(nodes: readonly HTMLElement[]): void {
  nodes.forEach((node, i) => {
    node.tabIndex = i === 0 ? 0 : -1;
    node.dataset["lmSuppressShortcuts"] = "true";
    node.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      const next = nodes[i + step];
      if (step === 0 || next === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      node.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  });
}

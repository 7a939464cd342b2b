/** Tooltips that the keyboard shows too, and groups of nodes among which arrow keys move. */
import { h } from "../../dom.ts";

/** Gives a node a sentence, which is displayed while the pointer rests on the node and while the node has the keyboard focus. */
export function addTooltip<T extends HTMLElement>(node: T, sentence: string): T {
  node.title = sentence;
  let tip: HTMLElement | null = null;
  /** Puts the tooltip below the node, which may be scrolled. */
  const place = (): void => {
    if (tip === null || !node.isConnected) return hide();
    const { left, bottom } = node.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${bottom + 4}px`;
  };
  const hide = (): void => {
    tip?.remove();
    tip = null;
    removeEventListener("scroll", place, true);
  };
  node.addEventListener("focus", () => {
    hide();
    if (!node.matches(":focus-visible")) return;
    // in the body, as the containers of the node may clip their contents
    tip = h("div", { class: "tapelab-tip jp-ThemedContainer", "aria-hidden": "true" }, sentence);
    document.body.append(tip);
    place();
    addEventListener("scroll", place, true);
  });
  node.addEventListener("blur", hide);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  return node;
}

/** Makes nodes a single stop of the Tab key, among which the left and right arrows move (a roving tabindex). */
export function makeRoving(nodes: readonly HTMLElement[]): void {
  nodes.forEach((node, i) => {
    node.tabIndex = i === 0 ? 0 : -1;
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

/** A flame chart: the memory of the whole at the top, and below each scope its parts, as wide as their share. */
import { formatBytes, type MemoryScope } from "tapelab/view";
import { h } from "../../dom.js";
import { addTooltip, makeRoving } from "../shared/tooltip.js";

/** Levels that are drawn below the root, and the narrowest part in percent. */
const maxDepth = 12;
const minWidth = 0.4;

/** A part with its position in percent of the width. */
interface Placed {
  readonly scope: MemoryScope;
  readonly path: string;
  readonly depth: number;
  readonly left: number;
  readonly width: number;
}

/** Places a scope and all its parts that are wide enough. */
function place(scope: MemoryScope, path: string, depth: number, left: number, width: number): Placed[] {
  let at = left;
  const own = { scope, path, depth, left, width };
  if (depth === maxDepth || scope.bytes === 0) return [own];
  return [
    own,
    ...scope.parts.flatMap((part) => {
      const share = (width * part.bytes) / scope.bytes;
      const begin = at;
      at += share;
      return share < minWidth ? [] : place(part, `${path}/${part.name}`, depth + 1, begin, share);
    }),
  ];
}

/** Draws the chart. A click on a part makes it the whole width, a click on the top shows everything again. */
export function flameChart(whole: MemoryScope): HTMLElement {
  const node = h("div", { class: "tapelab-flame", role: "group", "aria-label": `${whole.name}, by scope` });
  const show = (root: MemoryScope, path: string, focus: boolean): void => {
    const parts = place(root, path, 0, 0, 100);
    const depth = parts.reduce((most, part) => Math.max(most, part.depth), 0);
    const buttons = parts.map(({ scope, path: at, depth: level, left, width }) => {
      const share = Math.round((100 * scope.bytes) / whole.bytes);
      const button = h(
        "button",
        {
          type: "button",
          class: `tapelab-flame-part tapelab-flame-${level % 3}`,
          style: `left: ${left}%; width: ${width}%; top: ${level * 22}px`,
        },
        h("span", {}, scope.name),
        h("span", { class: "tapelab-flame-bytes" }, formatBytes(scope.bytes)),
      );
      button.addEventListener("click", () => {
        if (level === 0) show(whole, whole.name, true);
        else show(scope, at, true);
      });
      return addTooltip(button, `${at}: ${formatBytes(scope.bytes)}, ${share} %`);
    });
    makeRoving(buttons);
    node.style.height = `${(depth + 1) * 22}px`;
    node.replaceChildren(...buttons);
    if (focus) buttons[0]?.focus();
  };
  show(whole, whole.name, false);
  return node;
}

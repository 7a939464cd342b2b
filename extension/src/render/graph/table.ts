/** The displayed graph as a table, for those who do not see the picture. */
import { type GraphNode, nodeTexts, type VisibleGraph } from "tapelab/view";
import { h } from "../../dom.js";
import type { Activate } from "./picture.js";

const heads = ["node", "kind", "value", "gradient", "reads", "read by"] as const;

/** Draws the table; a click on the name of a node does the same as a click on the node. */
export function drawTable(graph: VisibleGraph, activate: Activate): HTMLElement {
  const nameOf = (key: string): string => {
    const node = graph.byKey.get(key);
    return node === undefined ? "" : nodeTexts(graph.tape, node).name;
  };
  const depthOf = (node: GraphNode): number => {
    const parent = graph.byKey.get(node.parent);
    return parent === undefined ? 0 : 1 + depthOf(parent);
  };
  const rows = graph.nodes.map((node) => {
    const { name, value, gradient } = nodeTexts(graph.tape, node);
    const isContainer = (node.item?.children.length ?? 0) > 0;
    const button = h(
      "button",
      {
        type: "button",
        class: "tapelab-link",
        "data-key": node.key,
        "aria-expanded": isContainer ? String(node.isOpen) : null,
      },
      `${isContainer ? (node.isOpen ? "▾ " : "▸ ") : ""}${name}`,
    );
    button.addEventListener("click", () => activate(node));
    const head = h("th", { scope: "row", style: `padding-inline-start: ${6 + 14 * depthOf(node)}px` }, button);
    const cells = [
      node.item?.kind ?? node.leafKind ?? "",
      value,
      gradient,
      graph.edges
        .filter(({ to }) => to === node.key)
        .map(({ from }) => nameOf(from))
        .join(", "),
      graph.edges
        .filter(({ from }) => from === node.key)
        .map(({ to }) => nameOf(to))
        .join(", "),
    ];
    return h("tr", {}, head, ...cells.map((text) => h("td", {}, text)));
  });
  return h(
    "table",
    { class: "tapelab-table tapelab-graph-table" },
    h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...rows),
  );
}

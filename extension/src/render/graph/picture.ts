/** The graph as elements of the page: nodes that take the focus, and the edges of the node under focus or pointer in bold. */
import { drawGraph, type GraphLayout, type GraphNode, nodeSentence, type Shape, type VisibleGraph } from "tapelab/view";
import { s } from "../../dom.js";

/** Called with the node that a person clicked, or entered by key. */
export type Activate = (node: GraphNode) => void;

/** Where arrow keys lead to. */
const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function elementOf(shape: Shape): SVGElement {
  const node = s(
    shape.name,
    { ...shape.attributes, class: `tapelab-graph-${shape.role}` },
    ...shape.children.map(elementOf),
  );
  if (shape.text !== "") node.textContent = shape.text;
  return node;
}

/** A drawn graph. */
export class GraphPicture {
  readonly node: SVGSVGElement;
  readonly #layout: GraphLayout;
  readonly #graph: VisibleGraph;
  readonly #nodes = new Map<string, SVGElement>();
  readonly #edges: { readonly ends: ReadonlySet<string>; readonly path: SVGElement }[] = [];
  #scale = 1;

  constructor(graph: VisibleGraph, layout: GraphLayout, activate: Activate) {
    this.#graph = graph;
    this.#layout = layout;
    this.node = s("svg", {
      class: "tapelab-graph-picture",
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      role: "group",
      "aria-label": `graph of ${graph.tape.title}; arrows move along the edges, Enter opens, t shows a table`,
    });
    for (const shape of drawGraph(graph, layout)) this.node.append(this.#draw(shape, activate));
    this.setScale(1);
    this.#setFocusable(graph.nodes[0]?.key ?? "");
  }

  get scale(): number {
    return this.#scale;
  }

  setScale(scale: number): void {
    this.#scale = Math.min(Math.max(scale, 0.15), 3);
    this.node.setAttribute("width", String(this.#layout.width * this.#scale));
    this.node.setAttribute("height", String(this.#layout.height * this.#scale));
  }

  /** Returns the scale at which the graph fits into a width and a height. */
  scaleFor(width: number, height: number): number {
    return Math.min(width / this.#layout.width, height / this.#layout.height, 1);
  }

  /** Moves the focus to a node; returns false if it is not displayed. */
  focus(key: string): boolean {
    const node = this.#nodes.get(key);
    if (node === undefined) return false;
    this.#setFocusable(key);
    node.focus();
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }

  /** Returns the node that an arrow key leads to from another: up to one that it reads, down to one that reads it, or the nearest to the left or right. */
  neighbour(from: string, key: string): string | null {
    const { edges } = this.#graph;
    if (key === "ArrowUp")
      return (
        this.#nearest(
          from,
          edges.filter((e) => e.to === from).map((e) => e.from),
        ) ?? this.#beside(from, key)
      );
    if (key === "ArrowDown")
      return (
        this.#nearest(
          from,
          edges.filter((e) => e.from === from).map((e) => e.to),
        ) ?? this.#beside(from, key)
      );
    return this.#beside(from, key);
  }

  #nearest(from: string, keys: readonly string[]): string | null {
    const at = this.#centre(from);
    // operations before parameters
    const isLeaf = (key: string): number => (this.#graph.byKey.get(key)?.item === null ? 1e6 : 0);
    const distance = (key: string): number => Math.abs(this.#centre(key)[0] - at[0]) + isLeaf(key);
    return keys.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
  }

  /** Returns the nearest node in a direction. */
  #beside(from: string, key: string): string | null {
    const [x, y] = this.#centre(from);
    const [dx, dy] = directions[key] ?? [0, 0];
    let best: string | null = null;
    let least = Infinity;
    for (const other of this.#nodes.keys()) {
      const [ox, oy] = this.#centre(other);
      const along = (ox - x) * dx + (oy - y) * dy;
      const across = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      const distance = along + 3 * across;
      if (other !== from && along > 1 && distance < least) [best, least] = [other, distance];
    }
    return best;
  }

  #centre(key: string): readonly [number, number] {
    const box = this.#layout.boxes.get(key);
    return box === undefined ? [0, 0] : [box.x + box.width / 2, box.y + box.height / 2];
  }

  #draw(shape: Shape, activate: Activate): SVGElement {
    const node = elementOf(shape);
    const drawn = this.#graph.byKey.get(shape.key);
    if (shape.role === "edge") {
      const ends = shape.key.split("|").flatMap((edge) => edge.split(" "));
      this.#edges.push({ ends: new Set(ends), path: node });
    } else if (shape.role === "node" && drawn !== undefined) this.#make(node, drawn, activate);
    return node;
  }

  #make(node: SVGElement, drawn: GraphNode, activate: Activate): void {
    const isContainer = (drawn.item?.children.length ?? 0) > 0;
    node.setAttribute("role", "button");
    node.setAttribute("tabindex", "-1");
    node.setAttribute("aria-label", nodeSentence(this.#graph, drawn));
    node.dataset["key"] = drawn.key;
    if (isContainer) node.setAttribute("aria-expanded", String(drawn.isOpen));
    node.append(s("title", {}, nodeSentence(this.#graph, drawn)));
    node.addEventListener("click", () => {
      this.#setFocusable(drawn.key);
      node.focus();
      activate(drawn);
    });
    for (const [event, isNear] of [
      ["focus", true],
      ["pointerenter", true],
      ["blur", false],
      ["pointerleave", false],
    ] as const)
      node.addEventListener(event, () => this.#mark(drawn.key, isNear));
    this.#nodes.set(drawn.key, node);
  }

  #mark(key: string, isNear: boolean): void {
    for (const { ends, path } of this.#edges) if (ends.has(key)) path.classList.toggle("tapelab-near", isNear);
  }

  #setFocusable(key: string): void {
    for (const [of, node] of this.#nodes) node.setAttribute("tabindex", of === key ? "0" : "-1");
  }
}

/** The part of a graph that is displayed: what is inside of open containers, the tensors that operations read, and the edges between them. */
import type { LeafKind, TapeData } from "../../protocol/index.ts";
import type { GraphItem } from "./tree.ts";

/** Most nodes that are displayed. */
export const maxVisible = 300;

/** Tensors that are displayed before an operation. */
const maxLeaves = 6;

/** A displayed node: an item, or a tensor that an operation reads. Shared tensors are displayed before each operation. */
export interface GraphNode {
  readonly key: string;
  /** Key of the open container around it; "" at the top level. */
  readonly parent: string;
  readonly item: GraphItem | null;
  /** Index of the tensor, for a node without item. */
  readonly leaf: number;
  readonly leafKind: LeafKind | null;
  /** Whether the node is an open container. */
  readonly isOpen: boolean;
}

/** An edge from the node that computes a tensor to a node that reads it. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** The displayed graph. */
export interface VisibleGraph {
  readonly tape: TapeData;
  /** Parents before their children, in the order of recording. */
  readonly nodes: readonly GraphNode[];
  readonly byKey: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
}

/** Whether a tensor is displayed: constants without a name are not. */
const isNamed = ({ leaves }: TapeData, leaf: number): boolean =>
  leaves.kind[leaf] !== "constant" || /^[\p{L}_$]/u.test(leaves.name[leaf]);

/** Returns the graph that is displayed while the containers with some keys are open. */
export function visibleGraph(tape: TapeData, items: readonly GraphItem[], open: ReadonlySet<string>): VisibleGraph {
  const nodes: GraphNode[] = [];
  const nodeOf = new Array<string>(tape.rows.op.length);
  const edges = new Map<string, GraphEdge>();
  const connect = (from: string, to: string): void => {
    if (from !== to) edges.set(`${from} ${to}`, { from, to });
  };
  const visit = (item: GraphItem, parent: string): void => {
    const isOpen = item.children.length > 0 && open.has(item.key);
    nodes.push({ key: item.key, parent, item, leaf: -1, leafKind: null, isOpen });
    if (isOpen) for (const child of item.children) visit(child, item.key);
    else for (const row of item.rows) nodeOf[row] = item.key;
    if (item.kind !== "op") return;
    const leaves = [...new Set(tape.rows.inputs[item.rows[0]])].flatMap((i) => (i < 0 ? [-1 - i] : []));
    for (const leaf of leaves.filter((l) => isNamed(tape, l)).slice(0, maxLeaves)) {
      const key = `${item.key}l${leaf}`;
      nodes.push({ key, parent, item: null, leaf, leafKind: tape.leaves.kind[leaf], isOpen: false });
      connect(key, item.key);
    }
  };
  for (const item of items) visit(item, "");
  tape.rows.inputs.forEach((inputs, row) => {
    for (const input of inputs) if (input >= 0) connect(nodeOf[input], nodeOf[row]);
  });
  return { tape, nodes, byKey: new Map(nodes.map((node) => [node.key, node])), edges: [...edges.values()] };
}

/** Returns the number of nodes that `visibleGraph` would display. */
export function countVisible(tape: TapeData, items: readonly GraphItem[], open: ReadonlySet<string>): number {
  let count = 0;
  const visit = (item: GraphItem): void => {
    count++;
    if (item.kind === "op") {
      const leaves = new Set(tape.rows.inputs[item.rows[0]].filter((i) => i < 0 && isNamed(tape, -1 - i)));
      count += Math.min(leaves.size, maxLeaves);
    } else if (open.has(item.key)) for (const child of item.children) visit(child);
  };
  for (const item of items) visit(item);
  return count;
}

/** Returns the containers that are open at first: those of the outer levels, as long as the graph stays small. */
export function initiallyOpen(tape: TapeData, items: readonly GraphItem[], most = 40): Set<string> {
  const open = new Set<string>();
  let level = items.filter((item) => item.kind === "scope" || item.kind === "group");
  while (level.length > 0) {
    const before = open.size;
    for (const item of level) {
      open.add(item.key);
      if (countVisible(tape, items, open) > most) open.delete(item.key);
    }
    if (open.size === before) break;
    level = level
      .filter((item) => open.has(item.key))
      .flatMap((item) => item.children.filter((c) => c.kind === "scope" || c.kind === "group"));
  }
  return open;
}

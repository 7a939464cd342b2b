/** Lays a graph out: each open container by itself, the inner ones first, so that opening one leaves the layouts of the others as they are. */
import { layout as dagreLayout, Graph } from "@dagrejs/dagre";
import type { GraphEdge, GraphNode, VisibleGraph } from "./visible.ts";

/** A point, in pixels from the top left corner of the container. */
export type Point = readonly [x: number, y: number];

/** The layout of one container, which a worker can compute: plain data. */
export interface LayoutJob {
  readonly nodes: readonly { readonly key: string; readonly width: number; readonly height: number }[];
  readonly edges: readonly GraphEdge[];
}

/** Centres of nodes, and the points of edges in the order of the job. */
export interface LayoutResult {
  readonly width: number;
  readonly height: number;
  readonly centres: Readonly<Record<string, Point>>;
  readonly paths: readonly (readonly Point[])[];
}

/** The place of a node. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The layout of a whole graph. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  /** The pieces of the edges, one for each container that an edge passes. */
  readonly paths: readonly { readonly edges: readonly GraphEdge[]; readonly points: readonly Point[] }[];
}

/** Space inside of an open container, and above that for its name. */
const padding = 10;
const titleHeight = 22;

/** Lays out one container: layers by the longest path, which is faster than dagre's own ranks, and as good for tapes. */
export function layOutContainer({ nodes, edges }: LayoutJob): LayoutResult {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", ranker: "longest-path", nodesep: 14, ranksep: 26, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key, width, height } of nodes) graph.setNode(key, { width, height });
  edges.forEach(({ from, to }, i) => graph.setEdge(from, to, {}, String(i)));
  dagreLayout(graph);
  const size = graph.graph() as { readonly width?: number; readonly height?: number };
  const pointsOf = ({ from, to }: GraphEdge, i: number): Point[] =>
    ((graph.edge(from, to, String(i)) as { readonly points?: readonly { x: number; y: number }[] }).points ?? []).map(
      ({ x, y }) => [x, y],
    );
  const centre = (key: string): Point => {
    const { x, y } = graph.node(key) as { readonly x: number; readonly y: number };
    return [x, y];
  };
  return {
    width: size.width ?? 0,
    height: size.height ?? 0,
    centres: Object.fromEntries(nodes.map(({ key }) => [key, centre(key)])),
    paths: edges.map(pointsOf),
  };
}

/** The edges inside of one container. Edges that enter or leave it end at ports, nodes without a size that are named after the node outside or inside. */
interface LocalEdges {
  readonly edges: Map<string, { readonly from: string; readonly to: string; readonly of: GraphEdge[] }>;
  readonly ports: Set<string>;
}

const inPort = (from: string): string => `in ${from}`;
const outPort = (from: string): string => `out ${from}`;

/** Returns the edges of each container, by its key. */
function localEdges({ byKey, edges }: VisibleGraph): Map<string, LocalEdges> {
  const all = new Map<string, LocalEdges>();
  const add = (container: string, from: string, to: string, of: GraphEdge): void => {
    const local = all.get(container) ?? { edges: new Map(), ports: new Set() };
    all.set(container, local);
    // open containers have a port for each node outside, so their edges stay apart
    const isApart = byKey.get(from)?.isOpen === true || byKey.get(to)?.isOpen === true;
    const key = `${from}>${to}${isApart ? `>${of.from}` : ""}`;
    const known = local.edges.get(key);
    if (known === undefined) local.edges.set(key, { from, to, of: [of] });
    else known.of.push(of);
    for (const end of [from, to]) if (end.includes(" ")) local.ports.add(end);
  };
  const pathOf = (key: string): string[] => {
    const path = [key];
    for (let at = byKey.get(key)?.parent ?? ""; at !== ""; at = byKey.get(at)?.parent ?? "") path.unshift(at);
    return path;
  };
  for (const edge of edges) {
    const [from, to] = [pathOf(edge.from), pathOf(edge.to)];
    let common = 0;
    while (from[common] === to[common]) common++;
    add(from[common - 1] ?? "", from[common], to[common], edge);
    for (let i = common + 1; i < from.length; i++) add(from[i - 1], from[i], outPort(edge.from), edge);
    for (let i = common + 1; i < to.length; i++) add(to[i - 1], inPort(edge.from), to[i], edge);
  }
  return all;
}

/** Sizes of the nodes that are not open containers. */
export type SizeOf = (node: GraphNode) => { readonly width: number; readonly height: number };

/** Results of earlier layouts by their jobs, so that containers that did not change are not laid out again. */
export type LayoutCache = Map<string, LayoutResult>;

/** Yields the jobs of a graph, the inner containers first, takes their results, and returns the layout of the whole. */
export function* layoutSteps(
  graph: VisibleGraph,
  sizeOf: SizeOf,
  cache: LayoutCache,
): Generator<LayoutJob, GraphLayout, LayoutResult> {
  const local = localEdges(graph);
  const children = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  const results = new Map<string, { readonly job: LayoutJob; readonly result: LayoutResult }>();
  const containers = ["", ...graph.nodes.filter(({ isOpen }) => isOpen).map(({ key }) => key)];
  const used = new Set<string>();
  const outer = (key: string): { readonly width: number; readonly height: number } => {
    const { width, height } = results.get(key)?.result ?? { width: 0, height: 0 };
    const name = graph.byKey.get(key)?.item?.name.length ?? 0;
    return { width: Math.max(width, name * 7 + 24) + 2 * padding, height: height + 2 * padding + titleHeight };
  };
  for (const container of containers.toReversed()) {
    const { edges, ports } = local.get(container) ?? { edges: new Map(), ports: new Set<string>() };
    const job: LayoutJob = {
      nodes: [
        ...(children.get(container) ?? []).map((node) => ({
          key: node.key,
          ...(node.isOpen ? outer(node.key) : sizeOf(node)),
        })),
        ...[...ports].map((key) => ({ key, width: 1, height: 1 })),
      ],
      edges: [...edges.values()].map(({ from, to }) => ({ from, to })),
    };
    const key = JSON.stringify(job);
    used.add(key);
    const result = cache.get(key) ?? (yield job);
    cache.set(key, result);
    results.set(container, { job, result });
  }
  for (const key of cache.keys()) if (!used.has(key)) cache.delete(key);
  return assemble(graph, local, results);
}

/** Puts the layouts of the containers into each other. */
function assemble(
  graph: VisibleGraph,
  local: ReadonlyMap<string, LocalEdges>,
  results: ReadonlyMap<string, { readonly job: LayoutJob; readonly result: LayoutResult }>,
): GraphLayout {
  const boxes = new Map<string, Box>();
  const paths: { edges: readonly GraphEdge[]; points: readonly Point[] }[] = [];
  /** Places of ports, which the edges outside end at: by container and port. */
  const portX = new Map<string, number>();
  const place = (container: string, left: number, top: number): void => {
    const { job, result } = results.get(container) as { job: LayoutJob; result: LayoutResult };
    for (const { key, width, height } of job.nodes) {
      const [x, y] = result.centres[key];
      if (key.includes(" ")) portX.set(`${container}/${key}`, left + x);
      else boxes.set(key, { x: left + x - width / 2, y: top + y - height / 2, width, height });
    }
    for (const { key, width } of job.nodes) {
      const inner = graph.byKey.get(key)?.isOpen ? results.get(key)?.result : undefined;
      if (inner === undefined) continue;
      const box = boxes.get(key) as Box;
      place(key, box.x + (width - inner.width) / 2, box.y + titleHeight + padding);
    }
    [...(local.get(container)?.edges.values() ?? [])].forEach(({ from, to, of }, i) => {
      const laid = result.paths[i].map(([x, y]): Point => [left + x, top + y]);
      if (laid.length === 0) return;
      const box = boxes.get(container);
      const startX = from.startsWith("in ") ? undefined : portX.get(`${from}/${outPort(of[0].from)}`);
      const endX = to.startsWith("out ") ? undefined : portX.get(`${to}/${inPort(of[0].from)}`);
      const first = endOf(laid[0], laid[1], boxes.get(from), startX, "bottom");
      const last = endOf(laid[laid.length - 1], laid[laid.length - 2], boxes.get(to), endX, "top");
      paths.push({
        edges: of,
        points: [
          from.startsWith("in ") && box !== undefined ? [first[0], box.y] : first,
          // a point between neighbouring layers only bends the edge
          ...(laid.length === 3 ? [] : laid.slice(1, -1)),
          to.startsWith("out ") && box !== undefined ? [last[0], box.y + box.height] : last,
        ],
      });
    });
  };
  place("", padding, padding);
  const { width, height } = results.get("")?.result ?? { width: 0, height: 0 };
  return { width: width + 2 * padding, height: height + 2 * padding, boxes, paths };
}

/** Returns the end of an edge at the upper or lower border of its node: at a port, or where the edge comes from. */
function endOf(
  end: Point,
  before: Point | undefined,
  box: Box | undefined,
  port: number | undefined,
  side: "top" | "bottom",
): Point {
  if (box === undefined) return end;
  const inside = Math.min(10, box.width / 4);
  const x = port ?? Math.min(Math.max((before ?? end)[0], box.x + inside), box.x + box.width - inside);
  return [x, side === "top" ? box.y : box.y + box.height];
}

/** Lays a graph out at once. */
export function layOutGraph(graph: VisibleGraph, sizeOf: SizeOf, cache: LayoutCache = new Map()): GraphLayout {
  const steps = layoutSteps(graph, sizeOf, cache);
  let step = steps.next();
  while (!step.done) step = steps.next(layOutContainer(step.value));
  return step.value;
}

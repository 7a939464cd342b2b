/**
 * A layered layout of a small directed acyclic graph (Sugiyama's method): nodes in ranks along the edges, ordered within the ranks by barycenters to avoid crossings, and moved towards
 * their neighbours. It takes milliseconds for some sixty nodes; edges that span several ranks bend around the boxes between.
 */

/** A node, by its number and size. */
export interface LayoutNode {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  /** Whether the node is moved next to the first of its consumers, as a leaf is. */
  readonly isLeaf: boolean;
}

/** An edge, by the numbers of its nodes. */
export interface LayoutEdge {
  readonly from: number;
  readonly to: number;
}

/** The direction in which edges run. */
export type Direction = "right" | "down";

/** A node with its position. */
export interface PlacedNode extends LayoutNode {
  readonly x: number;
  readonly y: number;
}

/** An edge with its path, in the syntax of SVG. */
export interface PlacedEdge extends LayoutEdge {
  readonly path: string;
  /** The middle of the path. */
  readonly middle: readonly [x: number, y: number];
}

/** A graph with positions. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Pixels between ranks, between nodes of a rank, and between edges that pass through a rank. */
const rankGap = 44;
const nodeGap = 18;
const passGap = 10;
const sweeps = 12;

/** A node in a rank, or a point of an edge that passes through it. Sizes are along the ranks and across. */
interface Item {
  readonly node: LayoutNode | null;
  readonly rank: number;
  readonly breadth: number;
  readonly before: Item[];
  readonly after: Item[];
  /** Position across the ranks: the middle. */
  at: number;
}

/** Returns the rank of each node: the longest path from a node without inputs; leaves are next to their first consumer. */
function ranksOf(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Map<number, number> {
  const rank = new Map(nodes.map(({ id }) => [id, 0]));
  const of = (id: number): number => rank.get(id) ?? 0;
  // as many rounds as the longest path has nodes
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to } of edges)
      if (of(to) < of(from) + 1) {
        rank.set(to, of(from) + 1);
        changed = true;
      }
  }
  for (const { id, isLeaf } of nodes) {
    const consumers = edges.filter(({ from }) => from === id);
    if (isLeaf && consumers.length > 0) rank.set(id, Math.min(...consumers.map(({ to }) => of(to))) - 1);
  }
  return rank;
}

const mean = (items: readonly Item[], fallback: number): number =>
  items.length === 0 ? fallback : items.reduce((sum, { at }) => sum + at, 0) / items.length;

/** Returns the number of crossings of the edges between two ranks. */
function crossings(rank: readonly Item[]): number {
  const ends = rank.flatMap((item) => item.after.map((a) => [item.at, a.at] as const));
  let count = 0;
  for (let i = 0; i < ends.length; i++)
    for (let k = 0; k < i; k++) if ((ends[i][0] - ends[k][0]) * (ends[i][1] - ends[k][1]) < 0) count++;
  return count;
}

/** Orders the items of all ranks, such that few edges cross. */
function order(ranks: Item[][]): void {
  const number = (rank: readonly Item[]): void => rank.forEach((item, i) => void (item.at = i));
  ranks.forEach(number);
  let best = ranks.map((rank) => [...rank]);
  let least = Infinity;
  for (let sweep = 0; sweep < sweeps && least > 0; sweep++) {
    const forward = sweep % 2 === 0;
    for (const rank of forward ? ranks : ranks.toReversed()) {
      const wanted = new Map(rank.map((item) => [item, mean(forward ? item.before : item.after, item.at)]));
      rank.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      number(rank);
    }
    const count = ranks.reduce((sum, rank) => sum + crossings(rank), 0);
    if (count < least) [least, best] = [count, ranks.map((rank) => [...rank])];
  }
  best.forEach((rank, i) => {
    ranks[i].splice(0, rank.length, ...rank);
    number(rank);
  });
}

const distance = (a: Item, b: Item): number =>
  (a.breadth + b.breadth) / 2 + (a.node === null || b.node === null ? passGap : nodeGap);

/** Moves the items of a rank as near to the wanted positions as their distances allow, in least squares (pool adjacent violators). */
function settle(rank: readonly Item[], wanted: readonly number[]): void {
  const offsets: number[] = [];
  rank.forEach((item, i) => offsets.push(i === 0 ? 0 : offsets[i - 1] + distance(rank[i - 1], item)));
  const blocks: { sum: number; size: number }[] = [];
  wanted.forEach((w, i) => {
    let block = { sum: w - offsets[i], size: 1 };
    for (
      let last = blocks.at(-1);
      last !== undefined && last.sum / last.size > block.sum / block.size;
      last = blocks.at(-1)
    ) {
      block = { sum: block.sum + last.sum, size: block.size + last.size };
      blocks.pop();
    }
    blocks.push(block);
  });
  let i = 0;
  for (const { sum, size } of blocks) for (const end = i + size; i < end; i++) rank[i].at = sum / size + offsets[i];
}

/** Positions the items across the ranks. */
function place(ranks: readonly (readonly Item[])[]): void {
  for (const rank of ranks)
    settle(
      rank,
      rank.map(() => 0),
    );
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const forward = sweep % 2 === 0;
    for (const rank of forward ? ranks : ranks.toReversed())
      settle(
        rank,
        rank.map((item) => mean(forward ? item.before : item.after, item.at)),
      );
  }
}

/** Lays a graph out. Edges between nodes that are not in the list are left out. */
export function layOut(nodes: readonly LayoutNode[], allEdges: readonly LayoutEdge[], direction: Direction): Layout {
  const known = new Set(nodes.map(({ id }) => id));
  const edges = allEdges.filter(({ from, to }) => known.has(from) && known.has(to));
  const isRight = direction === "right";
  const rankOf = ranksOf(nodes, edges);
  const ranks: Item[][] = Array.from({ length: Math.max(...rankOf.values(), 0) + 1 }, () => []);
  const newItem = (node: LayoutNode | null, rank: number): Item => {
    const breadth = node === null ? 0 : isRight ? node.height : node.width;
    const item: Item = { node, rank, breadth, before: [], after: [], at: 0 };
    ranks[rank].push(item);
    return item;
  };
  const items = new Map(nodes.map((node) => [node.id, newItem(node, rankOf.get(node.id) ?? 0)]));
  const routes = edges.map((edge): readonly Item[] => {
    const [from, to] = [items.get(edge.from) as Item, items.get(edge.to) as Item];
    const route = [from];
    for (let rank = from.rank + 1; rank < to.rank; rank++) route.push(newItem(null, rank));
    route.push(to);
    for (let i = 1; i < route.length; i++) {
      route[i - 1].after.push(route[i]);
      route[i].before.push(route[i - 1]);
    }
    return route;
  });
  order(ranks);
  place(ranks);
  return coordinates(ranks, edges, routes, isRight);
}

/** Turns positions along and across the ranks into coordinates. */
function coordinates(
  ranks: readonly (readonly Item[])[],
  edges: readonly LayoutEdge[],
  routes: readonly (readonly Item[])[],
  isRight: boolean,
): Layout {
  const length = ({ node }: Item): number => (node === null ? 0 : isRight ? node.width : node.height);
  const all = ranks.flat();
  const least = Math.min(...all.map((item) => item.at - item.breadth / 2), 0);
  const starts: number[] = [];
  let end = 0;
  for (const rank of ranks) {
    starts.push(end);
    end += Math.max(...rank.map(length), 0) + rankGap;
  }
  const depth = Math.max(end - rankGap, 0);
  const deepest = (rank: number): number => Math.max(...ranks[rank].map(length), 0);
  const point = (along: number, across: number): readonly [number, number] =>
    isRight ? [along, across - least] : [across - least, along];
  const placed = all.flatMap((item): PlacedNode[] => {
    if (item.node === null) return [];
    const along = starts[item.rank] + (deepest(item.rank) - length(item)) / 2;
    const [x, y] = point(along, item.at - item.breadth / 2);
    return [{ ...item.node, x, y }];
  });
  const breadth = Math.max(...all.map((item) => item.at + item.breadth / 2), 0) - least;
  const drawn = edges.map((edge, i): PlacedEdge => {
    const points = routes[i].flatMap((item): (readonly [number, number])[] => {
      const from = starts[item.rank] + (deepest(item.rank) - length(item)) / 2;
      if (item.node !== null && item === routes[i][0]) return [point(from + length(item), item.at)];
      if (item.node !== null) return [point(from, item.at)];
      // an edge passes straight through a rank
      return [point(starts[item.rank], item.at), point(starts[item.rank] + deepest(item.rank), item.at)];
    });
    const [a, b] = [points[points.length - 2], points[points.length - 1]];
    return { ...edge, path: pathThrough(points, isRight), middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
  });
  const [width, height] = isRight ? [depth, breadth] : [breadth, depth];
  return { width, height, nodes: placed, edges: drawn };
}

const round = (v: number): number => Math.round(v * 10) / 10;

/** Returns a smooth path through points, which leaves and enters them along the ranks. */
function pathThrough(points: readonly (readonly [number, number])[], isRight: boolean): string {
  let path = "";
  points.forEach(([x, y], i) => {
    if (i === 0) {
      path = `M${round(x)} ${round(y)}`;
      return;
    }
    const [px, py] = points[i - 1];
    const [cx, cy] = isRight ? [(px + x) / 2, py] : [px, (py + y) / 2];
    const [dx, dy] = isRight ? [(px + x) / 2, y] : [x, (py + y) / 2];
    path += `C${round(cx)} ${round(cy)} ${round(dx)} ${round(dy)} ${round(x)} ${round(y)}`;
  });
  return path;
}

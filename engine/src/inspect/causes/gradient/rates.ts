/** The rates at which a gradient shrinks or grows along the main way from the loss to a tensor. */
import type { Node } from "../../../tape/graph/node.ts";
import type { GradientCase } from "./case.ts";
import type { Passage } from "./flow.ts";
import { rms } from "./numbers.ts";

/** One op of the way, with its rate. */
export interface Rate {
  readonly node: Node;
  readonly passage: Passage;
  /** Root mean square of the contribution over that of the cotangent; `null` for an op that adds up or repeats elements, whose rate says nothing. */
  readonly rate: number | null;
}

/** Returns the way along the largest contributions, from the loss to the tensor. */
export function mainWay(c: GradientCase): Rate[] {
  const byNode = new Map<Node, Passage[]>();
  for (const p of c.passages) byNode.set(p.node, [...(byNode.get(p.node) ?? []), p]);
  const way: Rate[] = [];
  let node: Node | null = c.flow?.loss.node ?? null;
  while (node !== null) {
    const options: readonly Passage[] = byNode.get(node) ?? [];
    const best = options.reduce<Passage | null>(
      (a, b) => (a === null || (b.after?.norm ?? 0) > (a.after?.norm ?? 0) ? b : a),
      null,
    );
    if (best === null) break;
    way.push({ node, passage: best, rate: rateOf(best, c) });
    node = best.node.edges[best.input]?.node ?? null;
    if (node === c.edge?.node) break;
  }
  return way;
}

function rateOf({ node, input, before, after, cotangent, contribution }: Passage, c: GradientCase): number | null {
  if (after === null || contribution === null || rms(before) === 0) return null;
  const repeats = cotangent.numel() !== contribution.numel() && node.op.stops === undefined;
  // the last op is the tensor's own use: for a weight, its rate is the size of the inputs
  const isOwn = node.edges[input]?.node === c.edge?.node;
  return repeats || isOwn ? null : rms(after) / rms(before);
}

/** Ops of one kind on the way, and by how much they change the gradient together. */
export interface RateGroup {
  readonly op: string;
  readonly rates: readonly Rate[];
  /** Product of the rates. */
  readonly total: number;
  /** Geometric mean of the rates. */
  readonly each: number;
}

/** Returns the ops by name, those that change the gradient most first: `shrink` for rates below 1, otherwise above. */
export function rateGroups(way: readonly Rate[], shrink: boolean): RateGroup[] {
  const groups = new Map<string, Rate[]>();
  for (const r of way)
    if (r.rate !== null && r.rate > 0) groups.set(r.node.op.name, [...(groups.get(r.node.op.name) ?? []), r]);
  return [...groups.entries()]
    .map(([op, rates]) => {
      const log = rates.reduce((sum, r) => sum + Math.log(r.rate ?? 1), 0);
      return { op, rates, total: Math.exp(log), each: Math.exp(log / rates.length) };
    })
    .filter(({ total }) => (shrink ? total < 1 : total > 1))
    .sort((a, b) => (shrink ? a.total - b.total : b.total - a.total));
}

/** Returns the share of the change that a group accounts for. */
export const shareOfGroup = (group: RateGroup, all: readonly RateGroup[]): number =>
  Math.log(group.total) / all.reduce((sum, g) => sum + Math.log(g.total), 0);

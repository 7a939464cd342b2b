/** A chain of nodes that a repeated statement recorded: its path, the ops of one step, what it keeps alive, and how to write the statement instead. */
import type { PendingSite } from "../../tensor/site.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import type { Node } from "../graph/node.ts";
import { reachable } from "../graph/reachable.ts";

/** The longest statement that is recognized, in ops. */
const longestPeriod = 8;
/** A summand that consists of more nodes counts as connected to the chain. */
const maxNodesOfTerm = 400;

/** Returns the input of a node that is farthest from the leaves. */
export function deepestInput({ edges }: Node): Node | null {
  let deepest: Node | null = null;
  for (const e of edges) if (e !== null && (deepest === null || e.node.depth > deepest.depth)) deepest = e.node;
  return deepest;
}

/** Returns at most `length` nodes of the longest path from a node towards a leaf. */
export function pathTowardsLeaf(node: Node, length: number): Node[] {
  const path = [node];
  for (let n = deepestInput(node); n !== null && n.depth > 0 && path.length < length; n = deepestInput(n)) path.push(n);
  return path;
}

/** Returns the smallest number of nodes after which the ops of a path repeat, at least four times; 0 if they do not. */
export function periodOf(path: readonly Node[]): number {
  for (let q = 1; q <= longestPeriod; q++)
    if (path.length >= 4 * q && path.every((n, i) => i + q >= path.length || n.op === path[i + q].op)) return q;
  return 0;
}

/** Whether the path is a sum whose summands depend neither on the sum nor on the previous step. */
export function isSumOfTerms(path: readonly Node[], period: number): boolean {
  if (!path.slice(0, period).every((n) => n.op.accumulation !== undefined)) return false;
  const onPath = new Set(path);
  const start = path[path.length - 1].seq;
  for (let i = 0; i < Math.min(path.length - period, 2 * period + 1); i++) {
    const next = path[i + 1];
    const others = path[i].edges.flatMap((e) => (e !== null && e.node !== next ? [e.node] : []));
    // a product with another recorded value is not linear in the sum
    if (others.length > 0 && path[i].op.accumulation === "scale") return false;
    const previousStep = path[i + period].seq;
    const seen = new Set<Node>();
    for (let n = others.pop(); n !== undefined; n = others.pop()) {
      if (seen.has(n) || n.depth === 0 || n.seq < start) continue;
      if (onPath.has(n) || n.seq < previousStep || seen.size > maxNodesOfTerm) return false;
      seen.add(n);
      for (const e of n.edges) if (e !== null) others.push(e.node);
    }
  }
  return true;
}

/** The graph that a node keeps alive. */
interface Extent {
  /** The number of nodes of the same op as the newest one. */
  readonly length: number;
  readonly nodes: number;
  /** The size of the saved tensors, and of the outputs that are kept for the inspector. */
  readonly bytes: number;
  /** A call site of the op; `null` if none was captured. */
  readonly site: PendingSite | null;
}

/** Returns the extent of the graph that a node keeps alive. */
export function extentOf(newest: Node): Extent {
  const storages = new Set<Storage>();
  let [length, nodes] = [0, 0];
  let site: PendingSite | null = null;
  for (const n of reachable([newest])) {
    nodes++;
    if (n.op === newest.op && n.edges.length === newest.edges.length) {
      length++;
      site ??= n.watched?.site ?? null;
    }
    for (const { tensor } of n.savedTensors()) storages.add(tensor.storage);
    for (const t of n.watched?.outputs ?? []) storages.add(t.storage);
  }
  let bytes = 0;
  for (const s of storages) bytes += s.bytes;
  return { length, nodes, bytes, site };
}

/** Returns how to write the statement instead: one that carries a state over, keeps a running average, sums terms, or updates a tensor. */
export function adviceFor(path: readonly Node[], period: number): string {
  const [newest] = path;
  const roles = path.slice(0, period).map((n) => n.op.accumulation);
  const next = deepestInput(newest);
  const addsRecorded = newest.edges.some((e) => e !== null && e.node !== next);
  if (path.some((n) => n.ran) || roles.includes(undefined))
    return "detach the state where it is carried over to the next step: state = state.detach(), so that backward goes through the operations of one step only";
  if (roles.includes("scale") && addsRecorded)
    return "build the state from what is off the tape: m = m.mul(β).add(g.detach().mul(1 - β)), or compute it inside noGrad(() => …)";
  if (addsRecorded) return "add what is off the tape: total += loss.item(), or total = total.add(loss.detach())";
  return "update off the tape: noGrad(() => w.sub_(g.mul(lr))), or w = w.sub(g.mul(lr)).detach().requiresGrad_()";
}

/**
 * A watch on graphs that grow without end: a statement that builds each value from its last one, and so keeps all of them. Of deep nodes every 16th level is
 * remembered, and looked at by going back along the longest way: where the same ops repeat there, a statement is being carried on.
 */
import { ambient } from "../../platform/ambient.ts";
import type { PendingSite, Site } from "../../tensor/site.ts";
import { sweep } from "../../tensor/storage/memory.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import { listen } from "../graph/listener.ts";
import type { Node } from "../graph/node.ts";
import type { TapeOp } from "../graph/op.ts";
import { reachable } from "../graph/reachable.ts";

/** A chain that is alive. */
export interface Growth {
  /** The line of the statement that carries the chain on, where it is known. */
  readonly site: Site | null;
  /** The ops that repeat, the last one first. */
  readonly ops: readonly string[];
  /** How often the statement has run so far. */
  readonly iterations: number;
  /** Backward passes since the chain was first seen. */
  readonly walks: number;
  /** Seconds since the chain was first seen. */
  readonly seconds: number;
  /** Nodes that the chain keeps alive. */
  readonly nodes: number;
  /** Bytes that they have saved. */
  readonly bytes: number;
  /** Whether the chain outlives what it is computed for: no recurrent network or long sum that is still to be differentiated looks so. */
  readonly clear: boolean;
  /** What to write instead. */
  readonly advice: string;
}

/** A chain is looked at while the program runs when it has been met so often, and each time that doubles. */
const often = 8;
/** At the end it is looked at when it has been met so often: 80 operations deep. */
const seldom = 2;
/** Nodes to go back, and the longest statement, in ops. */
const back = 40;
const longestPeriod = 8;
/** Backward passes that no graph of one training step lives through. */
const manyWalks = 16;
/** So many chains are followed at a time. */
const mostChains = 4;
/** What a term may consist of before it counts as connected. */
const mostOfTerm = 400;

/** What may be a chain: the deepest node so far, and when the first was met. It keeps the graph of one dead end at most, until the next report. */
interface Chain {
  newest: Node;
  readonly firstWalk: number;
  readonly firstTime: number;
  /** Passes so far when it last grew. */
  lastWalk: number;
  met: number;
  warned: boolean;
}

/** The chains that are followed, by the op that was met; a terminated program's graphs are not kept. */
const watched = ambient(() => ({ chains: new Map<TapeOp<unknown>, Chain>() }));
let walks = 0;
let warn: ((growth: Growth) => void) | null = null;

declare const performance: { now(): number };

listen({
  graphDeepened: rememberNode,
  // counts backward passes whose gradients are not differentiated themselves, and forgets the chains whose saved tensors they have freed
  walkEnded({ createGraph, outer }): void {
    if (createGraph || outer !== null) return;
    walks++;
    if (watched.chains.size > 0) for (const [op, c] of watched.chains) if (c.newest.released) watched.chains.delete(op);
  },
});

/** Whom to tell, once for each chain, of one that is clear: while the program runs, and when `reportGrowth` is called. */
export function watchGrowth(tell: ((growth: Growth) => void) | null): void {
  warn = tell;
}

/** Tells of the chains that are clear and alive, at the end of a part of the program. Free where there are none. */
export function reportGrowth(): void {
  const told = warn;
  if (told === null) return;
  for (const chain of alive()) {
    const found = chain.warned ? null : describe(chain);
    if (found === null || !found.clear) continue;
    chain.warned = true;
    told(found);
  }
}

/** The input of a node that is farthest from the leaves. */
function deepest({ edges }: Node): Node | null {
  let found: Node | null = null;
  for (const e of edges) if (e !== null && (found === null || e.node.depth > found.depth)) found = e.node;
  return found;
}

function wayBack(node: Node, length: number): Node[] {
  const path = [node];
  for (let n = deepest(node); n !== null && n.depth > 0 && path.length < length; n = deepest(n)) path.push(n);
  return path;
}

/** The smallest number of steps after which the ops of the path repeat; 0 where they do not. */
function periodOf(path: readonly Node[]): number {
  for (let q = 1; q <= longestPeriod; q++)
    if (path.length >= 4 * q && path.every((n, i) => i + q >= path.length || n.op === path[i + q].op)) return q;
  return 0;
}

/** Whether what is added at each step depends neither on the chain nor on the step before. */
function addsTerms(path: readonly Node[], period: number): boolean {
  if (!path.slice(0, period).every((n) => n.op.accumulation !== undefined)) return false;
  const onPath = new Set(path);
  const start = path[path.length - 1].seq;
  for (let i = 0; i < Math.min(path.length - period, 2 * period + 1); i++) {
    const next = path[i + 1];
    const others = path[i].edges.flatMap((e) => (e !== null && e.node !== next ? [e.node] : []));
    // a product with something that is itself on the tape is no sum
    if (others.length > 0 && path[i].op.accumulation === "scale") return false;
    const before = path[i + period].seq;
    const seen = new Set<Node>();
    for (let n = others.pop(); n !== undefined; n = others.pop()) {
      if (seen.has(n) || n.depth === 0 || n.seq < start) continue;
      if (onPath.has(n) || n.seq < before || seen.size > mostOfTerm) return false;
      seen.add(n);
      for (const e of n.edges) if (e !== null) others.push(e.node);
    }
  }
  return true;
}

/** Remembers a deep node as the newest of its chain. */
function rememberNode(node: Node): void {
  const chain = watched.chains.get(node.op);
  if (chain === undefined || !carriesOn(node, chain.newest)) {
    if (chain === undefined && watched.chains.size >= mostChains) makeRoom();
    watched.chains.set(node.op, {
      newest: node,
      firstWalk: walks,
      firstTime: performance.now(),
      lastWalk: walks,
      met: 0,
      warned: false,
    });
    return;
  }
  chain.newest = node;
  chain.lastWalk = walks;
  chain.met++;
  const lookNow = chain.met >= often && (chain.met & (chain.met - 1)) === 0;
  if (!lookNow || chain.warned || warn === null || walks - chain.firstWalk < manyWalks) return;
  const found = describe(chain);
  if (found === null) return;
  chain.warned = true;
  warn(found);
}

/** Whether the longest way back from a node leads over an earlier one. */
function carriesOn(node: Node, earlier: Node): boolean {
  if (earlier.released) return false;
  let n = deepest(node);
  while (n !== null && n.depth > earlier.depth) n = deepest(n);
  return n === earlier;
}

function makeRoom(): void {
  const done =
    [...watched.chains].find(([, c]) => c.newest.released) ??
    [...watched.chains].reduce((a, b) => (b[1].met < a[1].met ? b : a));
  watched.chains.delete(done[0]);
}

/** What there is to tell of a chain; `null` where no statement repeats. */
function describe(chain: Chain): Growth | null {
  const { newest } = chain;
  const path = wayBack(newest, back);
  const period = periodOf(path);
  if (period === 0) return null;
  const ops = path.slice(0, period).map((n) => n.op.name);
  const sited =
    path.slice(0, period).find((n) => n.watched?.site) ?? path.find((n) => n.op === newest.op && n.watched?.site);
  const { length, nodes, bytes, site } = measure(newest);
  const passed = walks - chain.firstWalk;
  return {
    site: (sited?.watched?.site ?? site)?.resolve() ?? null,
    ops,
    iterations: Math.max(1, Math.min(length, Math.round(newest.depth / period))),
    walks: passed,
    seconds: (performance.now() - chain.firstTime) / 1000,
    nodes,
    bytes,
    // a graph that backward has walked and kept is one that grows only if it has grown since
    clear: chain.lastWalk - chain.firstWalk >= manyWalks || (!path.some((n) => n.ran) && addsTerms(path, period)),
    advice: adviceFor(path, period),
  };
}

/** What a node keeps alive, and a line where its op was called. */
function measure(newest: Node): {
  readonly length: number;
  readonly nodes: number;
  readonly bytes: number;
  readonly site: PendingSite | null;
} {
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

/** Returns what to write instead, by what the statement does: carries a state over, keeps a running average, sums terms, or updates. */
function adviceFor(path: readonly Node[], period: number): string {
  const [newest] = path;
  const roles = path.slice(0, period).map((n) => n.op.accumulation);
  const next = deepest(newest);
  const takesIn = newest.edges.some((e) => e !== null && e.node !== next);
  if (path.some((n) => n.ran) || roles.includes(undefined))
    return "detach the state where it is carried over to the next step: state = state.detach(), so that backward goes through the operations of one step only";
  if (roles.includes("scale") && takesIn)
    return "build the state from what is off the tape: m = m.mul(β).add(g.detach().mul(1 - β)), or compute it inside noGrad(() => …)";
  if (takesIn) return "add what is off the tape: total += loss.item(), or total = total.add(loss.detach())";
  return "update off the tape: noGrad(() => w.sub_(g.mul(lr))), or w = w.sub(g.mul(lr)).detach().requiresGrad_()";
}

/**
 * The chains of operations that are alive and still growing, the largest first: what carries each on, since when, what it keeps, and what to write
 * instead. Costs a collection of garbage. Chains shorter than about 50 operations are not seen.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * let sum = tensor([0, 0]);
 * for (let i = 0; i < 200; i++) sum = sum.add(x.mul(x));
 * inspect.growth()[0].ops; // ["add"]
 */
export function growth(): Growth[] {
  return alive()
    .flatMap((chain) => describe(chain) ?? [])
    .sort((a, b) => b.bytes - a.bytes);
}

/** The chains that something else than this watch still reaches, and that no backward has used up. */
function alive(): Chain[] {
  for (const [op, c] of watched.chains) if (c.newest.released || c.met < seldom) watched.chains.delete(op);
  if (watched.chains.size === 0) return [];
  const found = [...watched.chains].map(([op, c]) => ({ op, chain: c, newest: new WeakRef(c.newest) }));
  watched.chains.clear();
  letGo(found);
  sweep();
  return found.flatMap(({ op, chain, newest }) => {
    const node = newest.deref();
    if (node === undefined) return [];
    chain.newest = node;
    watched.chains.set(op, chain);
    return [chain];
  });
}

function letGo(found: readonly { readonly chain: Chain }[]): void {
  for (const { chain } of found) (chain as { newest: Node | null }).newest = null;
}

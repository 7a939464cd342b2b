/**
 * The warning of graphs that grow without end, because a statement computes each value from the previous one and so keeps all of them alive. Nodes at every 16th
 * level of depth are remembered. A node is examined by following the longest path towards the leaves: where the same ops repeat on it, a statement
 * repeats.
 */
import { ambient } from "../../platform/ambient.ts";
import type { Site } from "../../tensor/site.ts";
import { sweep } from "../../tensor/storage/memory.ts";
import { listen } from "../graph/listener.ts";
import type { Node } from "../graph/node.ts";
import type { TapeOp } from "../graph/op.ts";
import { adviceFor, deepestInput, extentOf, isSumOfTerms, pathTowardsLeaf, periodOf } from "./chain.ts";

/** A graph that grows with each run of a statement. */
export interface Growth {
  /** The line of the statement, where it is known. */
  readonly site: Site | null;
  /** The ops of the statement, the last one first. */
  readonly ops: readonly string[];
  /** The number of times that the statement has run. */
  readonly iterations: number;
  /** The number of backward passes since the graph was first noticed. */
  readonly walks: number;
  /** Seconds since the graph was first noticed. */
  readonly seconds: number;
  /** The number of nodes that the graph keeps alive. */
  readonly nodes: number;
  /** The size of the tensors that they keep alive, in bytes. */
  readonly bytes: number;
  /** Whether the graph grows by mistake without doubt: it outlives many backward passes, or sums terms. A recurrent network that is still to be differentiated is not clear. */
  readonly clear: boolean;
  /** Advice: a form of the statement that does not grow. */
  readonly advice: string;
}

/** A chain is examined while the program runs when this many of its nodes were remembered, and each time that the number doubles. */
const nodesToExamine = 8;
/** A chain is examined at the end when this many were, which takes 80 ops. */
const nodesToReport = 2;
/** The length of the path that is examined. */
const pathLength = 40;
/** The graph of a training step does not live through this many backward passes. */
const manyWalks = 16;
/** The number of chains that are followed at a time. */
const maxChains = 4;

/** A chain of nodes that are inputs of each other. It keeps the graph of its newest node alive until the next report. */
interface Chain {
  newest: Node;
  readonly firstWalk: number;
  readonly firstTime: number;
  /** The number of walks when a node was last added. */
  lastWalk: number;
  /** The number of nodes that were remembered. */
  count: number;
  warned: boolean;
}

/** The chains that are followed, by the op of their nodes. */
const current = ambient(() => ({ chains: new Map<TapeOp<unknown>, Chain>() }));
let walks = 0;
let warn: ((growth: Growth) => void) | null = null;

declare const performance: { now(): number };

listen({
  graphDeepened: remember,
  walkEnded({ createGraph, outer }): void {
    if (createGraph || outer !== null) return;
    walks++;
    // a chain whose saved tensors backward has freed does not grow any more
    for (const [op, c] of current.chains) if (c.newest.released) current.chains.delete(op);
  },
});

/** Sets the function that is called once for each growing graph that is clear, while the program runs and in `reportGrowth`; `null` for none. */
export function watchGrowth(tell: ((growth: Growth) => void) | null): void {
  warn = tell;
}

/** Warns of growing graphs that are clear and alive, at the end of a part of the program. Costs a garbage collection if there are any candidates. */
export function reportGrowth(): void {
  const report = warn;
  if (report === null) return;
  for (const chain of aliveChains()) {
    const found = chain.warned ? null : describe(chain);
    if (found === null || !found.clear) continue;
    chain.warned = true;
    report(found);
  }
}

/**
 * Returns the graphs that are alive and still growing, the largest first: the statement that makes each of them grow, what the graph keeps alive, and how to
 * write the statement instead. Costs a garbage collection. Graphs of fewer than about 50 ops in a row are not noticed.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * let sum = tensor([0, 0]);
 * for (let i = 0; i < 200; i++) sum = sum.add(x.mul(x));
 * inspect.growth()[0].ops; // ["add"]
 */
export function growth(): Growth[] {
  return aliveChains()
    .flatMap((chain) => describe(chain) ?? [])
    .sort((a, b) => b.bytes - a.bytes);
}

/** Returns the graphs that grow by mistake without doubt and whose newest noticed node is in a list, with its position there. Costs no garbage collection. */
export function growthIn(nodes: readonly Node[]): readonly { readonly at: number; readonly growth: Growth }[] {
  return [...current.chains.values()].flatMap((chain) => {
    const at = chain.count < nodesToReport ? -1 : nodes.indexOf(chain.newest);
    const growth = at < 0 ? null : describe(chain);
    return growth === null || !growth.clear ? [] : [{ at, growth }];
  });
}

/** Remembers a deep node as the newest of its chain, or as the first of a new one. */
function remember(node: Node): void {
  const chain = current.chains.get(node.op);
  if (chain === undefined || !continues(node, chain.newest)) {
    if (chain === undefined && current.chains.size >= maxChains) dropChain();
    current.chains.set(node.op, {
      newest: node,
      firstWalk: walks,
      firstTime: performance.now(),
      lastWalk: walks,
      count: 0,
      warned: false,
    });
    return;
  }
  chain.newest = node;
  chain.lastWalk = walks;
  chain.count++;
  const isPowerOf2 = (chain.count & (chain.count - 1)) === 0;
  if (!isPowerOf2 || chain.count < nodesToExamine || chain.warned) return;
  if (warn === null || walks - chain.firstWalk < manyWalks) return;
  const found = describe(chain);
  if (found === null) return;
  chain.warned = true;
  warn(found);
}

/** Whether the longest path from a node towards the leaves contains an earlier one. */
function continues(node: Node, earlier: Node): boolean {
  if (earlier.released) return false;
  let n = deepestInput(node);
  while (n !== null && n.depth > earlier.depth) n = deepestInput(n);
  return n === earlier;
}

/** Drops a chain that backward has used up, or else the one with the fewest nodes. */
function dropChain(): void {
  const chains = [...current.chains];
  const [op] = chains.find(([, c]) => c.newest.released) ?? chains.reduce((a, b) => (b[1].count < a[1].count ? b : a));
  current.chains.delete(op);
}

/** Describes the growth of a chain; returns `null` if its ops do not repeat. */
function describe(chain: Chain): Growth | null {
  const { newest } = chain;
  const path = pathTowardsLeaf(newest, pathLength);
  const period = periodOf(path);
  if (period === 0) return null;
  const step = path.slice(0, period);
  const withSite = step.find((n) => n.watched?.site) ?? path.find((n) => n.op === newest.op && n.watched?.site);
  const { length, nodes, bytes, site } = extentOf(newest);
  return {
    site: (withSite?.watched?.site ?? site)?.resolve() ?? null,
    ops: step.map((n) => n.op.name),
    iterations: Math.max(1, Math.min(length, Math.round(newest.depth / period))),
    walks: walks - chain.firstWalk,
    seconds: (performance.now() - chain.firstTime) / 1000,
    nodes,
    bytes,
    // a sum that backward has visited and retained may be finished
    clear: chain.lastWalk - chain.firstWalk >= manyWalks || (!path.some((n) => n.ran) && isSumOfTerms(path, period)),
    advice: adviceFor(path, period),
  };
}

/** Returns the chains that the program can still reach, after a garbage collection. */
function aliveChains(): Chain[] {
  for (const [op, c] of current.chains) if (c.newest.released || c.count < nodesToReport) current.chains.delete(op);
  if (current.chains.size === 0) return [];
  const weak = [...current.chains].map(([op, chain]) => ({ op, chain, newest: new WeakRef(chain.newest) }));
  current.chains.clear();
  clearNodes(weak.map(({ chain }) => chain));
  sweep();
  return weak.flatMap(({ op, chain, newest }) => {
    const node = newest.deref();
    if (node === undefined) return [];
    chain.newest = node;
    current.chains.set(op, chain);
    return [chain];
  });
}

/** Clears the references of chains to their nodes. A function of its own, so that no variable of the caller keeps a node alive. */
function clearNodes(chains: readonly { newest: Node | null }[]): void {
  for (const chain of chains) chain.newest = null;
}

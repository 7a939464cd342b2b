/**
 * Watching: for the inspector, nodes keep their outputs, cotangents, saved tensors and call sites. That costs memory and a stack capture for each
 * node, so it is off by default. A notebook's kernel turns it on for the first nodes of each cell run.
 */
import { ambient, during } from "../../platform/ambient.ts";
import type { PendingSite } from "../../tensor/site.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { currentSite, setSiteCapture, withCallSites } from "../graph/call-site.ts";
import { isListening, listen, type TapeListener } from "../graph/listener.ts";
import type { Node } from "../graph/node.ts";
import { keepsTensors, type Watched, watchedSite, watchedTensors } from "../graph/watched.ts";

/** Options of `setWatch`. */
export interface WatchOptions {
  /** The number of nodes to watch from now on; 0 turns watching off. */
  readonly nodes: number;
  /** The number of nodes to watch at any cost; later ones are watched at a rate that takes at most 5 % of the time. By default all. */
  readonly first?: number;
  /** The memory in bytes of the values and gradients that nodes may keep; later nodes keep their call sites alone. By default there is no limit. */
  readonly bytes?: number;
  /** Captures the call site. */
  readonly site?: () => PendingSite | null;
}

/** Milliseconds that watching a node costs, measured: a stack capture, and tensors that live longer. */
const costOfNode = 0.004;
const shareOfTime = 0.05;
/** Of the nodes beyond the allowance, one in so many keeps its call site. */
const sitesSampled = 64;

declare const performance: { now(): number };

/** Numbers of nodes: `budget` may be watched in all, `allowed` by now, `count` were recorded. `bytes` may be kept from now on. */
const current = ambient(() => ({ budget: 0, allowed: 0, count: 0, began: 0, bytes: Infinity }));

/** Watches the next `nodes` recorded ops. */
export function setWatch(options: WatchOptions): void {
  const { nodes, first = nodes, bytes = Infinity, site = null } = options;
  current.budget = nodes;
  current.allowed = Math.min(first, nodes);
  current.count = 0;
  current.bytes = bytes;
  current.began = performance.now();
  setSiteCapture(site);
  if (nodes > 0) startListening();
}

/** Watches all ops of `body`, with their call sites; of an async body until its promise settles. */
export function watching<T>(body: () => T): T {
  const { budget, allowed, count, bytes } = current;
  Object.assign(current, { budget: Infinity, allowed: Infinity, bytes: Infinity });
  startListening();
  return during(
    () => withCallSites(body),
    () => Object.assign(current, { budget, allowed, count, bytes }),
  );
}

/** Listens from then on, as a node that was watched keeps the cotangents of later walks. */
function startListening(): void {
  if (!isListening(watchListener)) listen(watchListener);
}

const watchListener: TapeListener = {
  opRecorded(node, inputs, outputs): void {
    if (current.budget === 0) return;
    const watched = watch(node, inputs, outputs);
    if (watched !== null) node.watched = watched;
  },
  wantsVisit: (node) => keepsTensors(node.watched),
  nodeVisited({ watched, walk }, cotangents, contributions): void {
    // a gradient for each member of a batch, inside vmap, is none of the node
    if (watched === null || cotangents.some((g) => g?.storage.isBatched)) return;
    watched.walk = walk;
    watched.cotangents = cotangents;
    watched.contributions = contributions;
  },
};

/** Returns what a newly recorded node keeps; `null` for nothing. */
function watch(node: Node, inputs: readonly Tensor[], outputs: readonly Tensor[]): Watched | null {
  const count = ++current.count;
  if (count > current.allowed) return count % sitesSampled === 0 ? sampledSite() : null;
  const site = currentSite();
  // hooks that pack saved tensors would be of no use if the node kept them
  if (node.isPacked && site !== null) return watchedSite(site);
  // an output, and the gradient that may arrive at it
  for (const t of outputs) current.bytes -= 2 * t.nbytes;
  if (current.bytes < 0) return site === null ? null : watchedSite(site);
  const watched = watchedTensors(site, inputs, outputs);
  watched.saved = node.savedTensors();
  return watched;
}

/** Returns the call site, where the host captures it, and raises the allowance by what the time that has passed affords. */
function sampledSite(): Watched | null {
  const site = currentSite();
  if (site === null) return null;
  const affordable = ((performance.now() - current.began) * shareOfTime) / costOfNode;
  current.allowed = Math.min(current.budget, Math.max(current.allowed, affordable));
  return watchedSite(site);
}

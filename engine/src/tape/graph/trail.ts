/**
 * Trails of taped values: names and numbers of the graph behind a value at the moment when it leaves the tape. A value of the same computation from the same leaves has the same
 * trail, which is found by a hash that nodes carry; so the graph is searched once for each computation, not in each step.
 */
import type { Cut, Trail, TrailStep } from "../../tensor/cut.ts";
import { cutsIn } from "../../tensor/cut.ts";
import type { Edge } from "../../tensor/graph.ts";
import { takeSite } from "./call-site.ts";
import { AccumulateGrad, type Node, nextSequence } from "./node.ts";
import { scopePath } from "./scope.ts";

const maxTrails = 256;
/** Nodes of which a trail keeps the names, and that are searched for leaves. */
const maxSteps = 48;
const maxNodes = 4096;
const maxCuts = 16;
/** Nodes that may be searched at once, and for each node that is recorded. */
const freeNodes = 100_000;
const nodesPerNode = 0.1;

/** Trails by hash, the oldest first. */
const trails = new Map<number, Trail>();
let searched = 0;

/** Returns the trail of an output of a node. */
export function trailOf({ node }: Edge): Trail {
  if (node instanceof AccumulateGrad) {
    node.trail ??= leafTrail(node);
    return node.trail;
  }
  const known = trails.get(node.hash);
  if (known !== undefined && known.op === node.op.name) return known;
  const found = search(node);
  if (trails.size >= maxTrails) trails.delete(trails.keys().next().value as number);
  trails.set(node.hash, found);
  return found;
}

const none: readonly never[] = [];

const leafTrail = ({ seq }: Node): Trail => ({
  seq,
  op: null,
  leaves: new Set([seq]),
  steps: none,
  isComplete: true,
  cuts: none,
  sites: new Map(),
  own: new Map(),
});

/** Searches the graph behind a node for its leaves and last ops, the latest first. */
function search(root: Node): Trail {
  const leaves = new Set<number>();
  const steps: TrailStep[] = [];
  const cuts: Cut[] = [];
  const limit = searched < freeNodes + nodesPerNode * nextSequence() ? maxNodes : 1;
  const seen = new Set<Node>([root]);
  // latest first near the root: breadth-first order follows the ops backward
  const queue: Node[] = [root];
  let at = 0;
  for (; at < queue.length && at < limit; at++) {
    const node = queue[at];
    if (node instanceof AccumulateGrad) {
      leaves.add(node.seq);
      // a leaf that was made of another value, such as a parameter that was created in forward
      if (node.variable.cut !== null) addCuts(cuts, node.variable.cut);
      continue;
    }
    if (steps.length < maxSteps) steps.push(stepOf(node));
    if (node.cuts !== null) addCuts(cuts, node.cuts);
    for (const edge of node.edges) {
      if (edge === null || seen.has(edge.node)) continue;
      seen.add(edge.node);
      queue.push(edge.node);
    }
  }
  searched += at;
  return {
    seq: root.seq,
    op: root.op.name,
    leaves,
    steps,
    isComplete: at === queue.length,
    cuts,
    sites: new Map(),
    own: null,
  };
}

function addCuts(cuts: Cut[], cut: Cut): void {
  if (cuts.length < maxCuts) cuts.push(...cutsIn(cut).slice(0, maxCuts - cuts.length));
}

const stepOf = (node: Node): TrailStep => ({
  seq: node.seq,
  op: node.op.name,
  scope: scopePath(node.scope),
  shape: node.outputMetas[0].shape,
  site: takeSite(node.watched?.site ?? null),
  inputs: node.edges.flatMap((edge) => (edge === null ? [] : [edge.node.seq])),
});

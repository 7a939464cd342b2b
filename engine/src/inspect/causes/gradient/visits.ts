/** The cotangents and contributions that a backward walk computed at each node: as the nodes keep them for the inspector, or from a walk that is repeated for it. */
import { type Root, walk } from "../../../tape/backward/walk.ts";
import { useAlgebra } from "../../../tape/graph/algebra.ts";
import { listenDuring, type TapeListener } from "../../../tape/graph/listener.ts";
import { AccumulateGrad, type Node } from "../../../tape/graph/node.ts";
import { keepsTensors } from "../../../tape/graph/watched.ts";
import type { Edge } from "../../../tensor/graph.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/** The cotangents of a node's outputs and the contributions to those of its inputs; `null` at a position without one. */
export interface Visit {
  readonly cotangents: readonly (Tensor | null)[];
  readonly contributions: readonly (Tensor | null)[];
}

/** Where the visits come from: kept by watched nodes, from a repeated walk, or none are known. */
export type VisitSource = "watched" | "repeated" | "unknown";

/** The visits of a graph. */
export interface Visits {
  readonly source: VisitSource;
  readonly of: ReadonlyMap<Node, Visit>;
}

const isOp = (node: Node): boolean => !(node instanceof AccumulateGrad);

/** Returns the visits of the nodes that lead to `root`; repeats the walk, without touching `grad`, where the nodes have not kept them. */
export function visitsOf(root: Edge, nodes: readonly Node[]): Visits {
  const kept = keptVisits(nodes);
  const ops = nodes.filter(isOp).length;
  if (kept.size === ops) return { source: "watched", of: kept };
  const repeated = repeatWalk(root, nodes);
  if (repeated !== null && repeated.size >= kept.size) return { source: "repeated", of: repeated };
  return { source: kept.size > 0 ? "watched" : "unknown", of: kept };
}

function keptVisits(nodes: readonly Node[]): Map<Node, Visit> {
  const visits = new Map<Node, Visit>();
  for (const node of nodes) {
    const { watched } = node;
    if (keepsTensors(watched) && watched.cotangents !== null && watched.contributions !== null)
      visits.set(node, { cotangents: watched.cotangents, contributions: watched.contributions });
  }
  return visits;
}

/** Walks backward from the root and returns the visits; `null` where the saved tensors were freed, or a rule or hook throws. */
function repeatWalk(root: Edge, nodes: readonly Node[]): Map<Node, Visit> | null {
  if (nodes.some((node) => node.freed)) return null;
  const visits = new Map<Node, Visit>();
  const listener: TapeListener = {
    wantsVisit: () => true,
    nodeVisited(node, cotangents, contributions): void {
      visits.set(node, { cotangents: [...cotangents], contributions });
    },
  };
  const ranBefore = new Map(nodes.map((node) => [node, node.ran]));
  const watchedBefore = new Map(
    nodes.flatMap(({ watched }) => (watched === null ? [] : [[watched, { ...watched }] as const])),
  );
  const gradient = useAlgebra().constant(root.node.outputMetas[root.index], 1);
  const roots: Root[] = [{ edge: root, gradient }];
  try {
    listenDuring(listener, () => walk(roots, { createGraph: false, retainGraph: true, targets: null, captured: [] }));
  } catch {
    return null;
  } finally {
    for (const [node, ran] of ranBefore) node.ran = ran;
    for (const [watched, { walk: number, cotangents, contributions }] of watchedBefore)
      Object.assign(watched, { walk: number, cotangents, contributions });
  }
  return visits;
}

/** Places of ops for findings: names, lines, and the path of ops between a tensor and a node. */
import type { Place } from "../../../protocol/index.ts";
import { AccumulateGrad, type Node } from "../../../tape/graph/node.ts";
import { scopePath } from "../../../tape/graph/scope.ts";
import { atLine, lineOfNode } from "../../shared/lines.ts";

/** Returns the name of an op in sentences, such as `relu (layers/act, cell [3], line 2)`. */
export function opWords(node: Node): string {
  const at = lineOfNode(node);
  const scope = scopePath(node.scope);
  const where = [scope, at === null ? "" : atLine(at).replace(/^ (in|at) /, "")].filter((t) => t !== "").join(", ");
  return where === "" ? node.op.name : `${node.op.name} (${where})`;
}

/** Returns the place of a node. */
export const placeOf = (node: Node, note = ""): Place => ({
  op: node.op.name,
  scope: scopePath(node.scope),
  shape: node.outputMetas[0].shape,
  at: lineOfNode(node),
  note,
});

/** Ops of a path that are listed; of a longer one, those in the middle are left out. */
const maxPlaces = 40;

/** Returns the shortest path from the target to `end` along the nodes of `towards`, both ends included, in the order of recording. Accumulators are left out. */
export function pathBetween(target: Node, end: Node, towards: ReadonlySet<Node>): Node[] {
  const next = new Map<Node, Node | null>([[end, null]]);
  const queue = [end];
  for (let i = 0; i < queue.length && !next.has(target); i++)
    for (const edge of queue[i].edges) {
      if (edge === null || next.has(edge.node) || !towards.has(edge.node)) continue;
      next.set(edge.node, queue[i]);
      queue.push(edge.node);
    }
  const path: Node[] = [];
  for (let node: Node | null = next.has(target) ? target : null; node !== null; node = next.get(node) ?? null)
    if (!(node instanceof AccumulateGrad)) path.push(node);
  return path;
}

/** Returns the places of a path, each with the note that `noteOf` gives. */
export function placesOf(path: readonly Node[], noteOf: (node: Node) => string = () => ""): Place[] {
  if (path.length <= maxPlaces) return path.map((node) => placeOf(node, noteOf(node)));
  const half = maxPlaces >> 1;
  const left = path.length - maxPlaces;
  return [
    ...path.slice(0, half).map((node) => placeOf(node, noteOf(node))),
    { op: "…", scope: "", shape: [], at: null, note: `${left} more ops` },
    ...path.slice(-half).map((node) => placeOf(node, noteOf(node))),
  ];
}

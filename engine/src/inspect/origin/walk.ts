/** Follows a value back to the tensors from which it was computed. */
import type { SourceKind } from "../../protocol/index.ts";
import { AccumulateGrad, type Node } from "../../tape/graph/node.ts";
import type { Scope } from "../../tape/graph/scope.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { describeLeaf, leafTensor } from "../tape/leaves.ts";

/** A tensor at which a way back ends. */
export interface Source {
  readonly name: string;
  readonly kind: SourceKind;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly tensor: Tensor | null;
  /** The outermost module that read it; `null` outside of modules. */
  readonly module: object | null;
  readonly distance: number;
  readers: number;
}

/** The nodes behind a value, the nearest first, and the tensors at which the ways back end. */
export interface Ways {
  readonly nodes: readonly Node[];
  readonly distance: ReadonlyMap<Node, number>;
  readonly sources: readonly Source[];
  /** Returns the index of the source that input `i` of a node is. */
  readonly sourceIndex: (node: Node, i: number) => number;
}

/** Returns the outermost module in whose `forward` an op ran. */
function outermostModule(scope: Scope | null): object | null {
  let owner: object | null = null;
  for (let s = scope; s !== null; s = s.parent) owner = s.owner ?? owner;
  return owner !== null && "module" in owner && typeof owner.module === "object" ? owner.module : owner;
}

/** Follows all ways back, breadth first, so that each node is found on the shortest one. */
export function waysBack(root: Node): Ways {
  const distance = new Map<Node, number>([[root, 0]]);
  const nodes: Node[] = [root];
  const sources: Source[] = [];
  const indices = new Map<unknown, number>();
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at];
    const d = (distance.get(node) as number) + 1;
    node.edges.forEach((edge, i) => {
      if (edge !== null && !(edge.node instanceof AccumulateGrad)) {
        if (distance.has(edge.node)) return;
        distance.set(edge.node, d);
        nodes.push(edge.node);
        return;
      }
      const key = keyOf(node, edge, i);
      const known = indices.get(key);
      if (known !== undefined) sources[known].readers++;
      else {
        indices.set(key, sources.length);
        sources.push(describeSource(node, edge, i, d));
      }
    });
  }
  return { nodes, distance, sources, sourceIndex: (node, i) => indices.get(keyOf(node, node.edges[i], i)) as number };
}

const keyOf = (node: Node, edge: Edge | null, i: number): unknown => leafTensor(node, edge, i) ?? `${node.seq}/${i}`;

function describeSource(node: Node, edge: Edge | null, i: number, distance: number): Source {
  const tensor = leafTensor(node, edge, i);
  const leaf = describeLeaf(tensor, node.metas[i], edge !== null);
  const isNumber = tensor?.wrapped != null || (leaf.kind === "constant" && leaf.shape.length === 0);
  const kind = leaf.kind !== "constant" ? leaf.kind : isNumber ? "constant" : "data";
  return { ...leaf, kind, tensor, module: outermostModule(node.scope), distance, readers: 1 };
}

/** Reads a tape into a list of steps and leaves, with the tensors that are known of each. */
import type { GradientState, LeafKind } from "../../protocol/index.ts";
import { useAlgebra } from "../../tape/graph/algebra.ts";
import { AccumulateGrad, type Node } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import type { Scope } from "../../tape/graph/scope.ts";
import { isInputChanged, keepsTensors } from "../../tape/graph/watched.ts";
import { type DType, takesGradients } from "../../tensor/dtype.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { PendingSite } from "../../tensor/site.ts";
import { peekGrad, type Tensor } from "../../tensor/tensor.ts";
import { describeLeaf, leafTensor } from "../tape/leaves.ts";
import { siteOf } from "./places.ts";

/** A tensor of a step or leaf, and its gradient, where they are known. */
interface Recorded {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly value: Tensor | null;
  readonly gradient: Tensor | null;
  readonly state: GradientState;
}

/** A recorded op. */
export interface Step extends Recorded {
  readonly op: string;
  /** Op with its parameters, as the tape shows it. */
  readonly label: string;
  readonly params: unknown;
  /** Names of the open scopes, from the outermost. */
  readonly scope: readonly string[];
  /** Each input is the index of a step, or -1 minus the index of a leaf. */
  readonly inputs: readonly number[];
  readonly site: PendingSite | null;
}

/** A tensor that steps read and that none of them computed. */
export interface LeafRecord extends Recorded {
  readonly name: string;
  readonly kind: LeafKind;
  /** The tensor itself; `null` where it is not known. */
  readonly tensor: Tensor | null;
  /** Whether the tensor has been changed in place since it was read, so that its value is not known. */
  readonly isChanged: boolean;
  /** Returns the gradient that this tape alone has contributed; `null` where it is not known. */
  readonly contributed: () => Tensor | null;
}

/** The steps of a tape in the order of recording, and the leaves that they read. */
export interface TapeRecord {
  readonly steps: readonly Step[];
  readonly leaves: readonly LeafRecord[];
}

/** A record, and the nodes of its steps. */
export interface ReadTape extends TapeRecord {
  readonly nodes: readonly Node[];
}

/** Returns the names of a scope and its parents, from the outermost. */
export function scopeNames(scope: Scope | null): string[] {
  const names: string[] = [];
  for (let s = scope; s !== null; s = s.parent) names.unshift(s.name);
  return names;
}

/** Returns the nodes from which the roots were computed, without the accumulators of leaves, in the order of recording. */
export const nodesBehind = (roots: readonly Node[]): Node[] =>
  [...reachable(roots, (node) => !(node instanceof AccumulateGrad))].sort((a, b) => a.seq - b.seq);

/** Returns the saved tensors that are results of other nodes: values of nodes that are not watched. */
function savedResults(nodes: readonly Node[]): Map<Node, Tensor> {
  const results = new Map<Node, Tensor>();
  for (const node of nodes)
    for (const { tensor } of node.savedTensors())
      if (tensor.source?.index === 0) results.set(tensor.source.node, tensor);
  return results;
}

/** Returns the result of a node, unless it has been overwritten in place since. */
function valueOf(node: Node, saved: ReadonlyMap<Node, Tensor>): Tensor | null {
  const t = keepsTensors(node.watched) ? node.watched.outputs[0] : (saved.get(node) ?? null);
  return t === null || (takesGradients(t.dtype) && t.source?.node !== node) ? null : t;
}

const stateOf = (node: Node, gradient: Tensor | null, ranBackward: boolean): GradientState => {
  if (gradient !== null) return "computed";
  return !ranBackward ? "notRunYet" : node.ran ? "notRetained" : "notReached";
};

/** Reads the tape behind some nodes. `results` are tensors that the program holds, such as the loss itself. */
export function readTape(roots: readonly Node[], results: readonly Tensor[] = []): ReadTape {
  const nodes = nodesBehind(roots);
  const saved = savedResults(nodes);
  for (const t of results) if (t.source?.index === 0) saved.set(t.source.node, t);
  const ranBackward = roots.some((node) => node.ran);
  const indices = new Map(nodes.map((node, i) => [node, i]));
  const leaves = new Leaves(ranBackward);
  const inputOf = (node: Node, edge: Edge | null, i: number): number =>
    (edge === null ? undefined : indices.get(edge.node)) ?? -1 - leaves.indexOf(node, edge, i);
  const steps = nodes.map((node): Step => {
    const value = valueOf(node, saved);
    const gradient = node.watched?.cotangents?.[0] ?? (value === null ? null : peekGrad(value));
    const { shape, dtype } = node.outputMetas[0];
    return {
      op: node.op.name,
      label: node.op.label(node.params),
      params: node.params,
      scope: scopeNames(node.scope),
      shape,
      dtype,
      inputs: node.edges.map((edge, i) => inputOf(node, edge, i)),
      site: siteOf(node),
      value,
      gradient,
      state: stateOf(node, gradient, ranBackward),
    };
  });
  return { steps, leaves: leaves.list(), nodes };
}

/** Returns the tapes with gradients of their own for leaves that several of them read: such a leaf has a single `grad`, which the last walk has set or added to. */
export function withOwnGradients(tapes: readonly TapeRecord[]): TapeRecord[] {
  const counts = new Map<Tensor, number>();
  for (const { leaves } of tapes)
    for (const { tensor } of leaves) if (tensor !== null) counts.set(tensor, (counts.get(tensor) ?? 0) + 1);
  const own = (leaf: LeafRecord): LeafRecord => {
    if (leaf.tensor === null || leaf.gradient === null || (counts.get(leaf.tensor) ?? 0) < 2) return leaf;
    const gradient = leaf.contributed();
    return { ...leaf, gradient, state: gradient === null ? "notRetained" : "computed" };
  };
  return tapes.map(({ steps, leaves }) => ({ steps, leaves: leaves.map(own) }));
}

/** An op that reads a leaf, as its input `i`. */
interface Reader {
  readonly node: Node;
  readonly i: number;
}

/** The leaves of a tape, each once. */
class Leaves {
  readonly #ranBackward: boolean;
  readonly #readers: Reader[][] = [];
  readonly #indices = new Map<unknown, number>();

  constructor(ranBackward: boolean) {
    this.#ranBackward = ranBackward;
  }

  /** Returns the index of the leaf that input `i` of a node is. */
  indexOf(node: Node, edge: Edge | null, i: number): number {
    const key = leafTensor(node, edge, i) ?? `${node.seq}/${i}`;
    const known = this.#indices.get(key);
    if (known !== undefined) {
      this.#readers[known].push({ node, i });
      return known;
    }
    this.#indices.set(key, this.#readers.length);
    return this.#readers.push([{ node, i }]) - 1;
  }

  /** Returns all leaves that were found. */
  list(): LeafRecord[] {
    return this.#readers.map((readers) => this.#describe(readers));
  }

  #describe(readers: readonly Reader[]): LeafRecord {
    const [{ node, i }] = readers;
    const edge = node.edges[i];
    const tensor = leafTensor(node, edge, i);
    const gradient = tensor === null || edge === null ? null : peekGrad(tensor);
    const isChanged = readers.every(
      ({ node: { watched }, i: at }) => keepsTensors(watched) && isInputChanged(watched, at),
    );
    return {
      ...describeLeaf(tensor, node.metas[i], edge !== null),
      dtype: node.metas[i].dtype,
      value: isChanged ? null : tensor,
      gradient,
      state: this.#stateOf(edge, gradient),
      tensor,
      isChanged,
      contributed: () => contributedBy(readers),
    };
  }

  #stateOf(edge: Edge | null, gradient: Tensor | null): GradientState {
    if (gradient !== null) return "computed";
    if (edge === null) return "notRequired";
    return this.#ranBackward ? "notReached" : "notRunYet";
  }
}

/** Returns the sum of what the readers of a leaf have contributed to its gradient; `null` where one of them was not watched. */
function contributedBy(readers: readonly Reader[]): Tensor | null {
  const all = readers.map(({ node, i }) => node.watched?.contributions?.[i] ?? null);
  const [first, ...others] = all;
  if (first === null || others.includes(null)) return null;
  return others.reduce<Tensor>((sum, t) => useAlgebra().add(sum, t as Tensor), first);
}

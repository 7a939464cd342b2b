/** The flow of gradients backward from a loss: its graph, with the values, cotangents and contributions that are known at each node. */
import { useAlgebra } from "../../../tape/graph/algebra.ts";
import { noGrad } from "../../../tape/graph/mode.ts";
import { AccumulateGrad, type Node } from "../../../tape/graph/node.ts";
import { reachable } from "../../../tape/graph/reachable.ts";
import { inputName } from "../../../tape/graph/saved.ts";
import { keepsTensors } from "../../../tape/graph/watched.ts";
import type { Edge } from "../../../tensor/graph.ts";
import { sameShape } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { type Numbers, numbersOf } from "./numbers.ts";
import { type Visit, type Visits, visitsOf } from "./visits.ts";

/** The passage of a cotangent through a node to one of its inputs. */
export interface Passage {
  readonly node: Node;
  /** Position of the input. */
  readonly input: number;
  /** Numbers of the cotangents of the node's outputs together. */
  readonly before: Numbers;
  /** The cotangent of the first output that has one. */
  readonly cotangent: Tensor;
  /** Numbers of the contribution; `null` where the rule gave none, which counts as zeros. */
  readonly after: Numbers | null;
  readonly contribution: Tensor | null;
}

/** The graph of a loss with what is known about its backward walk. */
export class Flow {
  readonly loss: Edge;
  /** The loss itself; `null` where only its edge is known. */
  readonly result: Tensor | null;
  /** All nodes that lead to the loss, the latest first; accumulators of leaves are among them. */
  readonly nodes: readonly Node[];
  #known: Visits | undefined;
  readonly #outputs = new Map<Node, (Tensor | null)[]>();
  readonly #numbers = new Map<Tensor, Numbers>();
  readonly #consumers = new Map<Node, { readonly node: Node; readonly input: number; readonly index: number }[]>();

  constructor(loss: Edge, result: Tensor | null = null) {
    this.loss = loss;
    this.result = result;
    this.nodes = [...reachable([loss.node])].sort((a, b) => b.seq - a.seq);
    for (const node of this.nodes)
      node.edges.forEach((edge, input) => {
        if (edge === null) return;
        const list = this.#consumers.get(edge.node);
        const use = { node, input, index: edge.index };
        if (list === undefined) this.#consumers.set(edge.node, [use]);
        else list.push(use);
      });
  }

  /** The visits that are known. The walk is repeated only when they are first asked for. */
  get #visits(): Visits {
    this.#known ??= visitsOf(this.loss, this.nodes);
    return this.#known;
  }

  /** Where the cotangents come from: kept by the nodes, from a walk that was repeated, or not known. */
  get source(): Visits["source"] {
    return this.#visits.source;
  }

  /** Whether the cotangents of every op are known. */
  get isComplete(): boolean {
    return this.nodes.every((node) => node instanceof AccumulateGrad || this.#visits.of.has(node));
  }

  /** Whether a backward walk has run through the graph. */
  get ran(): boolean {
    return this.loss.node.ran;
  }

  /** Returns the cotangents and contributions at a node; `null` where they are not known, or none reached the node. */
  visit(node: Node): Visit | null {
    return this.#visits.of.get(node) ?? null;
  }

  /** Returns the numbers of a tensor, which are computed once. */
  numbers(t: Tensor): Numbers {
    const known = this.#numbers.get(t);
    if (known !== undefined) return known;
    const numbers = numbersOf(t);
    this.#numbers.set(t, numbers);
    return numbers;
  }

  /** Returns the inputs that read an output of the node, or the leaf of an accumulator. */
  consumers(node: Node): readonly { readonly node: Node; readonly input: number; readonly index: number }[] {
    return this.#consumers.get(node) ?? [];
  }

  /** Returns an output of a node, from what the node or one of its consumers keeps; `null` where no one does. */
  output(node: Node, index = 0): Tensor | null {
    if (node instanceof AccumulateGrad) return node.variable;
    const { watched } = node;
    if (keepsTensors(watched)) return watched.outputs[index] ?? null;
    const list = this.#outputs.get(node) ?? [];
    if (list[index] !== undefined) return list[index];
    list[index] = this.#findOutput(node, index);
    this.#outputs.set(node, list);
    return list[index];
  }

  #findOutput(node: Node, index: number): Tensor | null {
    const name = index === 0 ? "y" : `y${index + 1}`;
    const own = node.savedTensors().find((s) => s.name === name);
    if (own !== undefined) return own.tensor;
    for (const use of this.consumers(node)) {
      if (use.index !== index) continue;
      const found = savedInput(use.node, use.input);
      if (found !== null) return found;
    }
    return node === this.loss.node && index === this.loss.index ? this.result : null;
  }

  /** Returns an input of a node; `null` where it is not known. A leaf is as it is now. */
  input(node: Node, i: number): Tensor | null {
    const own = savedInput(node, i);
    if (own !== null) return own;
    const edge = node.edges[i] ?? null;
    return edge === null ? null : this.output(edge.node, edge.index);
  }

  /** Returns the nodes from which the target can be reached along edges, the target's own node included; none if the loss does not depend on it. */
  towards(target: Edge): ReadonlySet<Node> {
    const found = new Set<Node>();
    const stack = [target.node];
    const isReached = this.nodes.includes(target.node);
    for (let node = isReached ? stack.pop() : undefined; node !== undefined; node = stack.pop()) {
      if (found.has(node)) continue;
      found.add(node);
      for (const use of this.consumers(node))
        if (node !== target.node || use.index === target.index) stack.push(use.node);
    }
    return found;
  }

  /** Returns the passages that lead towards a target, the latest node first, where the cotangents are known. */
  passages(target: Edge): Passage[] {
    const towards = this.towards(target);
    const found: Passage[] = [];
    for (const node of this.nodes) {
      if (!towards.has(node) || node === target.node) continue;
      const visit = this.visit(node);
      const cotangent = visit?.cotangents.find((g) => g !== null) ?? null;
      if (visit === null || cotangent === null) continue;
      const before = this.#together(visit.cotangents);
      node.edges.forEach((edge, input) => {
        if (edge === null || !towards.has(edge.node)) return;
        if (edge.node === target.node && edge.index !== target.index) return;
        const contribution = visit.contributions[input] ?? null;
        const after = contribution === null ? null : this.numbers(contribution);
        found.push({ node, input, before, cotangent, after, contribution });
      });
    }
    return found;
  }

  /** Returns the numbers of several tensors as if they were one. */
  #together(tensors: readonly (Tensor | null)[]): Numbers {
    const list = tensors.filter((t) => t !== null).map((t) => this.numbers(t));
    return list.reduce((a, b) => ({
      count: a.count + b.count,
      zeros: a.zeros + b.zeros,
      nan: a.nan + b.nan,
      inf: a.inf + b.inf,
      min: Math.min(a.min, b.min),
      max: Math.max(a.max, b.max),
      peak: Math.max(a.peak, b.peak),
      sum: a.sum + b.sum,
      total: a.total + b.total,
      norm: Math.hypot(a.norm, b.norm),
      firstBad: a.firstBad >= 0 ? a.firstBad : b.firstBad,
    }));
  }

  /** Returns the gradient that the walk formed at an edge; `null` where it is not known, or nothing reached the edge. */
  gradientAt(target: Edge): Tensor | null {
    if (target.node === this.loss.node && target.index === this.loss.index)
      return this.visit(target.node)?.cotangents[target.index] ?? null;
    const own = this.visit(target.node);
    if (own !== null) return own.cotangents[target.index] ?? null;
    let sum: Tensor | null = null;
    for (const use of this.consumers(target.node)) {
      if (use.index !== target.index) continue;
      const visit = this.visit(use.node);
      // a cotangent that is not known leaves the sum unknown
      if (visit === null && this.mayBeReached(use.node)) return null;
      const g = visit?.contributions[use.input] ?? null;
      if (g === null) continue;
      sum = sum === null ? g : noGrad(() => useAlgebra().add(sum as Tensor, g));
    }
    return sum;
  }

  /** Whether a cotangent may have reached a node whose visit is not known. */
  mayBeReached(node: Node): boolean {
    if (this.source === "repeated") return false;
    return !keepsTensors(node.watched);
  }
}

/** Returns an input that a node keeps, watched or saved. */
function savedInput(node: Node, i: number): Tensor | null {
  const { watched, metas } = node;
  if (keepsTensors(watched)) return watched.inputs[i] ?? null;
  const name = inputName(i, metas.length);
  const saved = node.savedTensors().find((s) => s.name === name)?.tensor;
  return saved !== undefined && sameShape(saved.shape, metas[i].shape) ? saved : null;
}

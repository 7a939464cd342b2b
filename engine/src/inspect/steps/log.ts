/** The log of a backward pass: its steps, with the sums of contributions over the consumers of each tensor. */
import type { PassState } from "../../protocol/index.ts";
import { useAlgebra } from "../../tape/graph/algebra.ts";
import { withWalkMode } from "../../tape/graph/mode.ts";
import { AccumulateGrad, type Node } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import { isInputChanged, isOutputChanged, keepsTensors } from "../../tape/graph/watched.ts";
import { wasInterrupted } from "../../tape/watch/interrupted.ts";
import { GradError } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import { elements } from "../../tensor/strided.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { NamedTensor } from "../tape/slope.ts";
import { BackwardStep, type InputGradient, nameOfInput } from "./step.ts";

type Gradients = readonly (Tensor | null)[];

/** The contributions that an output of a node has received. */
interface Received {
  readonly sum: Tensor;
  readonly count: number;
}

/** Returns the op nodes that lead to the edges, in the order of recording. */
export function opsBehind(edges: readonly Edge[]): Node[] {
  const from = edges.map(({ node }) => node);
  return [...reachable(from)].filter((node) => !(node instanceof AccumulateGrad)).sort((a, b) => a.seq - b.seq);
}

/** Returns the edge of a result. @throws GradError if nothing was recorded. */
export function requireEdge(name: string, t: Tensor): Edge {
  if (t.source !== null) return t.source;
  throw new GradError(
    name,
    "the tensor was not computed from tensors that require a gradient, so nothing was recorded",
  );
}

/** The steps of one backward pass, which are added as the pass takes them. */
export class StepLog {
  /** The ops that the pass can visit, in the order of recording. */
  readonly nodes: readonly Node[];
  readonly steps: BackwardStep[] = [];
  readonly stepOf: Map<Node, BackwardStep> = new Map();
  /** For each output of a node, what it has received from the steps before. */
  readonly #received = new Map<Node, (Received | undefined)[]>();
  /** For each output of a node, the number of its consumers. */
  readonly #consumers = new Map<Node, number[]>();

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes;
    for (const { edges } of nodes)
      for (const edge of edges) {
        if (edge === null) continue;
        const counts = this.#consumers.get(edge.node) ?? [];
        counts[edge.index] = (counts[edge.index] ?? 0) + 1;
        this.#consumers.set(edge.node, counts);
      }
  }

  /** Adds a step: the cotangents of a node's outputs, and the contributions of its rule. `saved` are the tensors that the rule read, where they are known. */
  add(node: Node, upstream: Gradients, contributions: Gradients, saved: readonly NamedTensor[] | null): BackwardStep {
    const received = this.#received.get(node)?.[0]?.sum ?? null;
    const inputs = node.edges.map((edge, i): Omit<InputGradient, "local"> | null => {
      if (edge === null) return null;
      const contribution = contributions[i] ?? null;
      const now = this.#receive(edge, contribution);
      const consumers = this.#consumers.get(edge.node)?.[edge.index] ?? 0;
      return {
        name: nameOfInput(node, i),
        contribution,
        sum: now?.sum ?? null,
        nth: now?.count ?? 0,
        consumers,
        edge,
      };
    });
    const step = new BackwardStep({
      index: this.steps.length + 1,
      node,
      upstream,
      isReplaced: () => received !== null && differs(received, upstream[0] ?? null),
      saved,
      inputs,
    });
    this.steps.push(step);
    this.stepOf.set(node, step);
    return step;
  }

  /** Adds a contribution to what an output has received. */
  #receive({ node, index }: Edge, contribution: Tensor | null): Received | undefined {
    const all = this.#received.get(node) ?? [];
    const before = all[index];
    if (contribution === null) return before;
    const sum =
      before === undefined ? contribution : withWalkMode(false, () => useAlgebra().add(before.sum, contribution));
    all[index] = { sum, count: (before?.count ?? 0) + 1 };
    this.#received.set(node, all);
    return all[index];
  }
}

/** Whether two gradients have different elements. */
function differs(a: Tensor, b: Tensor | null): boolean {
  if (b === null) return true;
  if (a === b) return false;
  const [x, y] = [elements(a), elements(b)];
  return x.some((v, i) => !Object.is(v, y[i]) && v !== y[i]);
}

/** Returns the saved tensors of a watched node; `null` if one has been changed in place since. */
export function savedOfWatched({ watched, op }: Node): readonly NamedTensor[] | null {
  if (!keepsTensors(watched) || op.custom === true) return null;
  const isChanged = ({ tensor }: NamedTensor): boolean => {
    const i = watched.inputs.indexOf(tensor);
    return i >= 0 ? isInputChanged(watched, i) : watched.outputs[0] === tensor && isOutputChanged(watched);
  };
  return watched.saved.some(isChanged) ? null : watched.saved;
}

/**
 * Returns the log of the last backward pass from the edges, as watched nodes keep it. Gradients of a later pass through some of the nodes are left out, as they are not
 * the sums of the contributions of this one.
 */
export function recordedLog(edges: readonly Edge[]): { readonly log: StepLog; readonly state: PassState } {
  const nodes = opsBehind(edges);
  const log = new StepLog(nodes);
  if (!edges.some(({ node }) => node.ran)) return { log, state: "notRun" };
  const walk = Math.max(...edges.map(({ node }) => node.walk));
  for (const node of nodes.toReversed()) {
    const { watched } = node;
    if (
      keepsTensors(watched) &&
      watched.cotangents !== null &&
      watched.contributions !== null &&
      watched.walk === walk
    ) {
      log.add(node, watched.cotangents, watched.contributions, savedOfWatched(node));
    }
  }
  if (log.steps.length === 0) return { log, state: "notKept" };
  return { log, state: edges.some(({ node }) => wasInterrupted(node)) ? "part" : "complete" };
}

/** The values of a node's inputs, at which its rule is checked: watched, saved, of a leaf, computed again, or made up where the rule reads none. */

import { noGrad } from "../../tape/graph/mode.ts";
import { AccumulateGrad, type Node } from "../../tape/graph/node.ts";
import { planFor } from "../../tape/graph/save-plans.ts";
import { inputName } from "../../tape/graph/saved.ts";
import { keepsTensors } from "../../tape/graph/watched.ts";
import { randn } from "../../tensor/create.ts";
import { isComplex, isFloating } from "../../tensor/dtype.ts";
import { Generator } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { runNode } from "./runs.ts";

/** The inputs of a node, or the reason why they are not known. */
export type Operands =
  | { readonly inputs: readonly Tensor[]; readonly note: string }
  | { readonly inputs: null; readonly reason: string };

/** Depth to which inputs are computed again from those before them. */
const maxDepth = 200;

/** Returns the saved inputs by position; `null` for those that were not saved. A custom op lists its saved tensors by itself, in any order. */
function savedInputs(node: Node): (Tensor | null)[] {
  const saved = node.op.custom === true ? [] : node.savedTensors();
  const count = node.metas.length;
  return node.metas.map((_, i) => saved.find(({ name }) => name === inputName(i, count))?.tensor ?? null);
}

/** Whether the rule of a node reads no tensors, as that of a linear op, so that any inputs serve for a check. */
function readsNone({ op, edges }: Node): boolean {
  if (op.custom === true || op.plans === undefined) return false;
  const plan = planFor(op.plans, edges);
  return plan.inputs === 0 && plan.outputs === 0;
}

/** Finds the values of the inputs of nodes; `known` are those of outputs that were computed again. */
export class OperandFinder {
  readonly #computed = new Map<Node, readonly Tensor[] | null>();
  readonly #random = new Generator(1);

  /** Returns the inputs of a node. */
  of(node: Node, depth = 0): Operands {
    if (keepsTensors(node.watched)) return { inputs: node.watched.inputs, note: "" };
    const saved = savedInputs(node);
    let madeUp = false;
    const isLinear = readsNone(node);
    const inputs = node.metas.map((meta, i): Tensor | null => {
      const edge = node.edges[i];
      if (saved[i] !== null) return saved[i];
      if (edge?.node instanceof AccumulateGrad) return edge.node.variable;
      const again =
        edge === null || depth >= maxDepth ? null : (this.#outputsOf(edge.node, depth + 1)?.[edge.index] ?? null);
      if (again !== null) return again;
      if (!isLinear || !(isFloating(meta.dtype) || isComplex(meta.dtype))) return null;
      madeUp = true;
      return randn(meta.shape, { dtype: "float64", generator: this.#random });
    });
    const missing = inputs.findIndex((x) => x === null);
    if (missing >= 0)
      return {
        inputs: null,
        reason: `the value of its input ${missing + 1} was not kept; pass checkTape a function that computes the loss, or watch the ops with setWatch`,
      };
    return {
      inputs: inputs as Tensor[],
      note: madeUp ? "The rule reads no elements, so it was checked at random inputs." : "",
    };
  }

  /** Computes the outputs of a node again; `null` if its inputs are not known. */
  #outputsOf(node: Node, depth: number): readonly Tensor[] | null {
    const known = this.#computed.get(node);
    if (known !== undefined) return known;
    this.#computed.set(node, null);
    const operands = this.of(node, depth);
    if (operands.inputs === null || operands.note !== "") return null;
    const { inputs } = operands;
    const outputs = noGrad(() => runNode(node, inputs));
    this.#computed.set(node, outputs);
    return outputs;
  }
}

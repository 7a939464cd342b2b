/** One step of a forward or backward pass, with its tensors. */
import { AccumulateGrad, type Node } from "../../tape/graph/node.ts";
import { inputName } from "../../tape/graph/saved.ts";
import { scopePath } from "../../tape/graph/scope.ts";
import { isInputChanged, isOutputChanged, keepsTensors } from "../../tape/graph/watched.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Site } from "../../tensor/site.ts";
import { printAsText } from "../../tensor/symbols.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { backwardStepText, forwardStepText } from "../../view/steps/words.ts";
import { nameOf } from "../shared/naming.ts";
import { localDerivatives, type NamedTensor } from "../tape/slope.ts";
import { encodeDetail, encodeStepTensor } from "./detail.ts";

/** Returns the tensor that an input was, where it is still known. */
export const tensorOfInput = (node: Node, i: number): Tensor | null => {
  const edge = node.edges[i];
  return node.watched?.inputs[i] ?? (edge?.node instanceof AccumulateGrad ? edge.node.variable : null);
};

/** Returns the name of an input: the tensor's own, else the name that the formulas use, with the op that computed it. */
export function nameOfInput(node: Node, i: number): string {
  const t = tensorOfInput(node, i);
  const name = t === null ? null : nameOf(t);
  if (name !== null) return name;
  const source = node.edges[i]?.node ?? null;
  const from = source === null || source instanceof AccumulateGrad ? "" : ` (${source.op.name})`;
  return `${inputName(i, node.metas.length)}${from}`;
}

/** The base of both kinds of steps. */
abstract class Step {
  /** Number of the step in its pass, from 1. */
  readonly index: number;
  readonly node: Node;

  constructor(index: number, node: Node) {
    this.index = index;
    this.node = node;
  }

  /** The name of the op. */
  get op(): string {
    return this.node.op.name;
  }

  /** The text of the node in the tape view. */
  get label(): string {
    return this.node.op.label(this.node.params);
  }

  /** The names of the scopes that were open, outermost first, joined by `/`. */
  get scope(): string {
    return scopePath(this.node.scope);
  }

  /** The line of the call, where it is known. */
  get site(): Site | null {
    return this.node.watched?.site?.resolve() ?? null;
  }
}

/** A step of a forward pass: an op with its operands and its results. */
export class ForwardStep extends Step {
  readonly phase = "forward";
  /** The operands; `null` where they were not kept. */
  readonly inputs: readonly (Tensor | null)[];
  /** The results; an empty list where they were not kept, or have been changed in place since. */
  readonly outputs: readonly Tensor[];

  constructor(index: number, node: Node) {
    super(index, node);
    const { watched } = node;
    const isKept = keepsTensors(watched);
    this.inputs = node.metas.map((_, i) => (isKept && isInputChanged(watched, i) ? null : tensorOfInput(node, i)));
    this.outputs = isKept && !isOutputChanged(watched) ? watched.outputs : [];
  }

  /** The formula of the op, in TeX. */
  get rule(): string {
    return this.node.op.tex.forward;
  }

  override toString(): string {
    const inputs = this.inputs.map((t, i) => ({
      name: nameOfInput(this.node, i),
      value: t === null ? null : encodeStepTensor(t),
    }));
    const output = this.outputs.length === 0 ? null : encodeStepTensor(this.outputs[0]);
    return forwardStepText({ index: this.index, op: this.op, scope: this.scope, inputs, output, rule: this.rule });
  }

  static {
    printAsText(this.prototype);
  }
}

/** The contribution of a step of a backward pass to the gradient of one input. */
export interface InputGradient {
  /** Name of the input: that of the tensor, else the one in the formulas, with the op that computed it. */
  readonly name: string;
  /**
   * The derivative of the output by the input, by which the upstream gradient is multiplied; `null` for an op that is neither elementwise nor has an output of one
   * element, for a custom op, and where a saved tensor is not known any more.
   */
  readonly local: Tensor | null;
  /** The contribution to the gradient of the input; `null` if the rule has none. */
  readonly contribution: Tensor | null;
  /** The sum of the contributions of all consumers so far; `null` before any. */
  readonly sum: Tensor | null;
  /** The number of consumers whose contributions the sum has, of `consumers` in all. */
  readonly nth: number;
  readonly consumers: number;
  /** Where the gradient goes. */
  readonly edge: Edge;
}

/** The parts of a step that the log of a pass knows. */
export interface StepParts {
  readonly index: number;
  readonly node: Node;
  readonly upstream: readonly (Tensor | null)[];
  readonly isReplaced: () => boolean;
  readonly saved: readonly NamedTensor[] | null;
  readonly inputs: readonly (Omit<InputGradient, "local"> | null)[];
}

/** A step of a backward pass: the upstream gradient of an op, and its contributions to the gradients of its inputs. */
export class BackwardStep extends Step {
  readonly phase = "backward";
  /** The gradient of each output: the sum of the contributions of its consumers, or what a hook returned for it. */
  readonly upstream: readonly (Tensor | null)[];
  /** By input; `null` for one that needs no gradient. */
  readonly inputs: readonly (InputGradient | null)[];
  readonly #isReplaced: () => boolean;

  constructor({ index, node, upstream, isReplaced, saved, inputs }: StepParts) {
    super(index, node);
    this.upstream = upstream;
    this.#isReplaced = isReplaced;
    let locals: readonly (Tensor | null)[] | null = null;
    const versions = saved?.map(({ tensor }) => tensor.storage.version);
    const local = (i: number): Tensor | null => {
      const isChanged = saved?.some(({ tensor }, k) => tensor.storage.version !== versions?.[k]) ?? true;
      // only where the program or a display asks for it, as it costs as much as the step
      locals ??= saved === null || isChanged ? node.metas.map(() => null) : localDerivatives(node, saved);
      return locals[i];
    };
    this.inputs = inputs.map((input, i) =>
      input === null
        ? null
        : {
            ...input,
            get local() {
              return local(i);
            },
          },
    );
  }

  /** The gradient rule of the op, in TeX. */
  get rule(): string {
    return this.node.op.tex.vjp;
  }

  /** Whether a hook has replaced the sum of the contributions to the upstream gradient. */
  get isReplaced(): boolean {
    return this.#isReplaced();
  }

  override toString(): string {
    const { index, op, scope, rule } = this;
    return backwardStepText({ index, op, scope, rule, detail: encodeDetail(this, null) });
  }

  static {
    printAsText(this.prototype);
  }
}

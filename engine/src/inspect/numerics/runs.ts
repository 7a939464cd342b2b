/** Runs of a node's op on other inputs, in float64 and with the same random numbers each time. */
import { apply } from "../../dispatch/dispatch.ts";
import type { AnyOp } from "../../dispatch/spec.ts";
import { withWarnings } from "../../platform/warn.ts";
import { grad } from "../../tape/backward/backward.ts";
import { useAlgebra } from "../../tape/graph/algebra.ts";
import { enableGrad, noGrad } from "../../tape/graph/mode.ts";
import type { Node } from "../../tape/graph/node.ts";
import { castArray, type DType, isComplex, isFloating, takesGradients } from "../../tensor/dtype.ts";
import { type Generator, type GeneratorState, withDrawListener } from "../../tensor/random.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/** Whether the op of a node can be run again. */
export const canRun = ({ op }: Node): boolean => op.custom !== true || op.rerun !== undefined;

/** Runs the op of a node on inputs. */
export function runNode(node: Node, inputs: readonly Tensor[]): readonly Tensor[] {
  const { op } = node;
  if (op.custom !== true) return apply(op as unknown as AnyOp, inputs, node.params);
  if (op.rerun === undefined) throw new Error(`${op.name} cannot be run again`);
  return op.rerun(inputs);
}

const lifted = (dtype: DType): DType => (isComplex(dtype) ? "complex128" : isFloating(dtype) ? "float64" : dtype);

/** Returns a copy off the tape; tensors of integers and bools stay as they are. */
const copyOf = (x: Tensor): Tensor =>
  noGrad(() => (takesGradients(x.dtype) ? useAlgebra().clone(x.detach()) : x.detach()));

/** Returns a copy in double precision; tensors of integers and bools stay as they are. */
export function lift(x: Tensor): Tensor {
  const to = lifted(x.dtype);
  return to === x.dtype ? copyOf(x) : noGrad(() => useAlgebra().to(x.detach(), to));
}

/** One node with lifted inputs, which can be run at other values. */
export class NodeRuns {
  readonly node: Node;
  readonly inputs: readonly Tensor[];
  /** Positions of the inputs whose gradients are checked. */
  readonly differentiable: readonly number[];
  readonly #states = new Map<Generator, GeneratorState>();

  /** With `lifts`, the inputs are lifted to double precision. */
  constructor(node: Node, inputs: readonly Tensor[], lifts: boolean) {
    this.node = node;
    this.inputs = inputs.map((x) => (lifts ? lift(x) : copyOf(x)));
    this.differentiable = node.edges.flatMap((edge, i) =>
      edge !== null && takesGradients(inputs[i].dtype) ? [i] : [],
    );
  }

  /** Returns the outputs that carry gradients, at the inputs. */
  outputs(inputs: readonly Tensor[] = this.inputs): readonly Tensor[] {
    return noGrad(() => this.#run(inputs)).filter((y) => takesGradients(y.dtype));
  }

  /** Returns the gradients of the differentiable inputs for cotangents of the outputs, by the op's rule; `null` for one that the rule does not give. */
  gradients(cotangents: readonly Tensor[]): readonly (Tensor | null)[] {
    const leaves = this.inputs.map((x, i) => (this.differentiable.includes(i) ? x.detach().requiresGrad_() : x));
    // copies, as the op may change its inputs in place
    const ys = enableGrad(() => this.#run(leaves.map((x) => (x.requiresGrad ? useAlgebra().clone(x) : x)))).filter(
      (y) => takesGradients(y.dtype),
    );
    const roots = ys.flatMap((y, i) => (y.requiresGrad ? [[y, cotangents[i]] as const] : []));
    const wanted = this.differentiable.map((i) => leaves[i]);
    if (roots.length === 0) return wanted.map(() => null);
    return grad(
      roots.map(([y]) => y),
      wanted,
      { gradOutputs: roots.map(([, g]) => g), allowUnused: true },
    );
  }

  /** Runs the op with the random numbers of the first run. */
  #run(inputs: readonly Tensor[]): readonly Tensor[] {
    for (const [generator, state] of this.#states) generator.setState(state);
    const given = inputs.map((x) =>
      x.requiresGrad || !takesGradients(x.dtype) ? x : noGrad(() => useAlgebra().clone(x)),
    );
    try {
      return withWarnings(
        () => {},
        () =>
          withDrawListener(
            (generator) => {
              if (!this.#states.has(generator)) this.#states.set(generator, generator.getState());
            },
            () => runNode(this.node, given),
          ),
      );
    } finally {
      // the program's random numbers go on as if the op had not run
      for (const [generator, state] of this.#states) generator.setState(state);
    }
  }
}

/** Returns a tensor like `x` with other elements; complex ones are given as pairs. */
export const withElements = (x: Tensor, elements: Float64Array): Tensor =>
  isComplex(x.dtype) ? complexOf(x, elements) : fromArray(castArray(elements, x.dtype), x.dtype, x.shape);

function complexOf(x: Tensor, elements: Float64Array): Tensor {
  const copy = noGrad(() => useAlgebra().clone(x));
  copy.storage.array.set(elements);
  return copy;
}

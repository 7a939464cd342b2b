/**
 * Values and ops: the computational graph of NEEDLE, the framework of CMU's course 10-714. The result of each op is recorded on the engine's tape as well, under the name
 * of the op's class, so that `tape(y.cachedData)` shows it.
 */
import { recordCustomOp } from "../../tape/graph/custom-op.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { isFloating } from "../../tensor/dtype.ts";
import { ArgumentError, GradError } from "../../tensor/errors.ts";
import { Tensor as EngineTensor } from "../../tensor/tensor.ts";

/** An array that ops compute with: a tensor of the engine. */
export type NDArray = EngineTensor;

/** The result of an op: one array, or several. */
export type Computed = NDArray | readonly NDArray[];

/**
 * An operator of the course: `compute` gives the result from arrays, `gradient` the gradients of the inputs from that of the output. Derive from `TensorOp` or
 * `TensorTupleOp`.
 * @example new needle.ops.EWiseAdd() instanceof needle.Op; // true
 */
export abstract class Op {
  /** Computes the result from the arrays of the inputs. */
  abstract compute(...args: NDArray[]): Computed;

  /** Applies the op to values. */
  abstract call(...inputs: Value[]): Value;

  /** Returns the gradient of each input as values, so that gradients can be differentiated. `node` is the value that the op made. */
  abstract gradient(outGrad: Value, node: Value): Value | readonly Value[];

  /** Returns the result of `gradient` as a list. */
  gradientAsTuple(outGrad: Value, node: Value): readonly Value[] {
    const result = this.gradient(outGrad, node);
    return result instanceof Value ? result.asList() : result;
  }
}

/**
 * A node of the computational graph: an op with its inputs, or a constant, and the data computed for it.
 * @example new needle.Tensor([1]).add(1).inputs.length; // 1
 */
export abstract class Value {
  readonly op: Op | null;
  readonly inputs: readonly Value[];
  readonly requiresGrad: boolean;
  /** Number of times that `data` was replaced. */
  version = 0;
  readonly #inputVersions: readonly number[];
  #cached: Computed | null;

  constructor(op: Op | null, inputs: readonly Value[], cached: Computed | null, requiresGrad: boolean) {
    this.op = op;
    this.inputs = inputs;
    this.requiresGrad = requiresGrad;
    this.#cached = cached;
    this.#inputVersions = inputs.map((x) => x.version);
  }

  /** @internal The tensors that the value consists of. */
  abstract asList(): readonly Value[];

  /** @internal Returns a constant of the value's kind with the given arrays. */
  abstract constantOf(arrays: readonly NDArray[]): Value;

  /** The computed data; `null` in lazy mode, before it is needed. */
  get cachedData(): Computed | null {
    return this.#cached;
  }

  protected replaceData(data: NDArray): void {
    this.#cached = data;
    this.version++;
  }

  /** Returns whether no op made the value. */
  isLeaf(): boolean {
    return this.op === null;
  }

  /** Returns the data; computes it, and the values that it depends on, if it is not cached. Iterative, as graphs are deep. */
  realizeCachedData(): Computed {
    const stack: Value[] = [this];
    while (stack.length > 0) {
      const value = stack[stack.length - 1];
      const missing = value.#cached === null ? value.inputs.filter((x) => x.#cached === null) : [];
      if (missing.length > 0) {
        for (const v of missing) stack.push(v);
        continue;
      }
      stack.pop();
      value.#cached ??= computeAndRecord(value);
    }
    return this.#cached as Computed;
  }

  /** @throws GradError when the data of an input was replaced after the value was made from it. */
  checkInputs(): void {
    this.inputs.forEach((x, i) => {
      if (x.version !== this.#inputVersions[i])
        throw new GradError(
          this.op?.constructor.name ?? "Value",
          `the data of input ${i} was replaced after this was computed from it, so its gradient would be wrong; compute anew first`,
        );
    });
  }
}

/** Returns computed data as a list of arrays. */
export const arraysOf = (x: Computed): readonly NDArray[] => (x instanceof EngineTensor ? [x] : x);

/** Runs the op of a value off the tape, and records its result as one operation. */
function computeAndRecord(value: Value): Computed {
  const { op, inputs } = value;
  if (op === null) throw new ArgumentError("realizeCachedData", "a constant without data");
  value.checkInputs();
  const data = inputs.map((x) => x.cachedData as Computed);
  const sources = data.flatMap((x) => arraysOf(x));
  // a tuple is passed as a list
  const result = noGrad(() => op.compute(...data.map((x) => (x instanceof EngineTensor ? x.detach() : (x as never)))));
  if (!value.requiresGrad) return result;
  const asTuple = (ys: readonly EngineTensor[]): Computed => (result instanceof EngineTensor ? ys[0] : ys);
  const outputs = arraysOf(result).map((y) => (sources.includes(y) || y.source !== null ? y.detach() : y));
  if (!sources.some((x) => x.requiresGrad) || !outputs.some((y) => isFloating(y.dtype))) return asTuple(outputs);
  const recorded = recordCustomOp(
    {
      name: op.constructor.name,
      vjp: (cotangents) => {
        const grads = outputs.map((y, i) => cotangents[i] ?? noGrad(() => y.mul(0)));
        return op.gradientAsTuple(value.constantOf(grads), value).flatMap((v) => arraysOf(v.realizeCachedData()));
      },
      rerun: (given) => {
        let next = 0;
        const again = inputs.map((x) => x.constantOf(arraysOf(x.cachedData as Computed).map(() => given[next++])));
        return arraysOf(op.call(...again).realizeCachedData());
      },
    },
    sources,
    outputs,
  );
  return asTuple(recorded.outputs);
}

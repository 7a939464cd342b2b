/** Interventions: values that are changed while a model runs, to see what depends on them. */

import { withScope } from "../../tape/graph/scope.ts";
import { ones, randn } from "../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type PointOfRun, visitPoints } from "./points.ts";
import { type Selector, selectorText } from "./selector.ts";

/** A change of the outputs that a selector means. */
export interface Intervention {
  readonly at: Selector;
  /** The intervention in words, such as `zero`. */
  readonly name: string;
  /** Computes the tensor that takes the place of an output. */
  readonly change: (point: PointOfRun) => Tensor;
}

/** Values of a run by address, which `patch` puts into another run. */
export class CapturedRun<T> {
  /** The value that the body returned. */
  readonly value: T;
  readonly #outputs: ReadonlyMap<string, Tensor>;

  constructor(value: T, outputs: ReadonlyMap<string, Tensor>) {
    this.value = value;
    this.#outputs = outputs;
  }

  /** Addresses of the captured outputs, in the order of the run: path of scopes, op or `output`, number of the call there, and number of the output. */
  get addresses(): readonly string[] {
    return [...this.#outputs.keys()];
  }

  /** Returns the output that was captured at an address, off the tape; `null` for none. */
  output(address: string): Tensor | null {
    return this.#outputs.get(address) ?? null;
  }
}

/**
 * Sets the outputs that the selector means to 0. No gradient passes them.
 * @example
 * const relu = new nn.ReLU();
 * inspect.intervene([inspect.zero({ module: relu })], () => relu.forward(tensor([1, 2]))).toArray(); // [0, 0]
 */
export const zero = (at: Selector): Intervention => ({
  at,
  name: "zero",
  change: ({ output }) => output.maskedFill(ones(output.shape, { dtype: "bool" }), 0),
});

/** Options of `noise`. */
export interface NoiseOptions {
  /** The generator of the noise; by default the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * Adds normally distributed noise of standard deviation `std` to the float outputs that the selector means. Gradients pass unchanged.
 * @example
 * const noisy = () => inspect.intervene([inspect.noise({ op: "mul" }, 0.1)], () => ones([3]).mul(2));
 * noisy().sub(2).abs().lt(1).all().item(); // 1
 */
export const noise = (at: Selector, std: number, { generator }: NoiseOptions = {}): Intervention => ({
  at,
  name: `noise ${std}`,
  change: ({ output }) =>
    output.add(
      randn(output.shape, { dtype: output.dtype, ...(generator === undefined ? {} : { generator }) }).mul(std),
    ),
});

/**
 * Multiplies the outputs that the selector means by `factor`, and gradients on their way back too.
 * @example
 * inspect.intervene([inspect.scale({ op: "exp" }, 10)], () => tensor([0]).exp()).toArray(); // [10]
 */
export const scale = (at: Selector, factor: number): Intervention => ({
  at,
  name: `scale by ${factor}`,
  change: ({ output }) => output.mul(factor),
});

/**
 * Replaces the outputs that the selector means by a number, by a tensor of the same shape, or by what a function computes from the output. Gradients flow where the
 * replacement comes from.
 * @throws ShapeError, when the body runs, for a replacement of another shape.
 * @example
 * const clipped = inspect.replace({ op: "exp" }, (y) => y.clamp({ max: 5 }));
 * inspect.intervene([clipped], () => tensor([0, 9]).exp()).toArray(); // [1, 5]
 */
export const replace = (at: Selector, value: number | Tensor | ((output: Tensor) => Tensor)): Intervention => ({
  at,
  name: "replace",
  change: ({ output }) => {
    if (typeof value === "number") return output.maskedFill(ones(output.shape, { dtype: "bool" }), value);
    return fitting("replace", output, typeof value === "function" ? value(output) : value);
  },
});

/**
 * Replaces the outputs that the selector means by those of another run at the same addresses (activation patching). Source: Vig et al., "Investigating Gender Bias in
 * Language Models Using Causal Mediation Analysis", 2020.
 * @throws ArgumentError, when the body runs, for an output that the other run did not capture; ShapeError for one of another shape.
 * @example
 * const layer = new nn.Linear(2, 2);
 * const clean = inspect.capture(() => layer.forward(tensor([1, 2])), { module: layer });
 * const patched = inspect.intervene([inspect.patch({ module: layer }, clean)], () => layer.forward(tensor([5, 6])));
 * patched.equal(clean.value); // true
 */
export const patch = (at: Selector, run: CapturedRun<unknown>): Intervention => ({
  at,
  name: "patch",
  change: ({ address, output }) => {
    const other = run.output(address);
    if (other === null)
      throw new ArgumentError(
        "patch",
        `patch found no output at ${address} in the other run; capture it with a selector that means it`,
      );
    return fitting("patch", output, other);
  },
});

/** Checks what takes the place of an output. */
function fitting(caller: string, output: Tensor, value: unknown): Tensor {
  if (!(value instanceof Tensor)) throw new ArgumentError(caller, `the function of ${caller} must return a tensor`);
  if (!sameShape(value.shape, output.shape))
    throw new ShapeError(caller, `what ${caller} puts in the place of an output must have its shape`, [
      output.shape,
      value.shape,
    ]);
  return value.dtype === output.dtype ? value : value.to(output.dtype);
}

/**
 * Runs `body` with interventions, and returns its result. An intervention changes the outputs of ops or modules that its selector means, before the code that follows
 * gets them; several change an output in the order of the list. The tape shows the changed run, so that `inspect.diff` of two results compares them. An async body keeps the
 * interventions until its promise settles. Outputs of custom ops of the program cannot be changed; select the module around them.
 * @throws ArgumentError for a selector that meant nothing in the run.
 * @example
 * const model = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
 * const off = inspect.intervene([inspect.zero({ op: "relu" })], () => model.forward(ones([1, 2])));
 * off.toArray(); // [[0, 0, 0]]
 */
export function intervene<T>(interventions: readonly Intervention[], body: () => T): T {
  const visitors = interventions.map(({ at, name, change }) => ({
    at,
    visit: (point: PointOfRun) => withScope(name, "user", () => change(point)),
  }));
  return visitPoints(visitors, ({ counts, names }) => {
    const check = <V>(value: V): V => {
      const unused = interventions.find((_, i) => counts[i] === 0);
      if (unused === undefined) return value;
      const ran = names.size === 0 ? "no op ran" : `the ops that ran are ${[...names].slice(0, 20).join(", ")}`;
      throw new ArgumentError("intervene", `${unused.name} found no output of ${selectorText(unused.at)}; ${ran}`);
    };
    const result = body();
    return result instanceof Promise ? (result.then(check) as T) : check(result);
  });
}

/**
 * Runs `body` and captures the outputs that the selector means, by default those of all modules, for `patch`. They are copies off the tape. For an async body, returns a
 * promise.
 * @example
 * const layer = new nn.Linear(2, 1);
 * inspect.capture(() => layer.forward(ones([2]))).addresses; // ["Linear:output:0.0"]
 */
export function capture<T>(
  body: () => T,
  at: Selector = { module: /./ },
): T extends Promise<infer V> ? Promise<CapturedRun<V>> : CapturedRun<T> {
  const outputs = new Map<string, Tensor>();
  const visit = ({ address, output }: PointOfRun): undefined => {
    outputs.set(address, output.detach().clone());
  };
  const result = visitPoints([{ at, visit }], body);
  const run =
    result instanceof Promise
      ? result.then((value) => new CapturedRun(value, outputs))
      : new CapturedRun(result, outputs);
  return run as T extends Promise<infer V> ? Promise<CapturedRun<V>> : CapturedRun<T>;
}

/** The op of connectionist temporal classification: the logarithm of the probability of a target, by the forward recurrence over log probabilities of states (Graves et al., 2006). */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { full } from "../../tensor/create.ts";
import type { NumericArray } from "../../tensor/dtype.ts";
import type { Shape } from "../../tensor/shape.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { add, mul, sub } from "../elementwise/arithmetic.ts";
import { lt } from "../elementwise/compare.ts";
import { exp } from "../elementwise/exponential.ts";
import { where } from "../elementwise/where.ts";
import { logsumexp } from "../reduce/logsumexp.ts";
import { sum } from "../reduce/sum.ts";
import { unsqueeze } from "../shape/expand.ts";
import { cat, stack } from "../shape/join.ts";
import { narrow, select } from "../shape/window.ts";

/** The logarithm that stands for a probability of 0: -∞ has no finite differences, which gradients are made of. */
export const never = -1e30;

/** Parameters of the op. */
interface Ctc {
  /** Number of steps of each row. */
  readonly inputLengths: readonly number[];
}

/** The log probabilities of states, [T, N, S], and bools [N, S]: whether a path may come from the last but one state, begin in a state, and end there. */
type Inputs = readonly [emitted: Tensor, skips: Tensor, begins: Tensor, ends: Tensor];

/** Returns bools [N, 1]: for which rows a condition on the number of steps holds. */
const rowsWhere = ({ inputLengths }: Ctc, holds: (length: number) => boolean): Tensor =>
  fromArray(
    Uint8Array.from(inputLengths, (length) => (holds(length) ? 1 : 0)),
    "bool",
    [inputLengths.length, 1],
  );

/** Returns the rows moved by so many positions to the right, or to the left for a negative number; `fill` enters. */
function moved(x: Tensor, by: number, fill: number): Tensor {
  const [rows, states] = x.shape;
  const n = Math.min(Math.abs(by), states);
  const entering = full([rows, n], fill, { dtype: x.dtype });
  return by > 0 ? cat([entering, narrow(x, 1, 0, states - n)], 1) : cat([narrow(x, 1, n, states - n), entering], 1);
}

/** Returns the logarithms of the sums of the probabilities of the same state, the next one in a direction, and the next but one where `skips` says so. */
const arriving = (x: Tensor, direction: 1 | -1, skips: Tensor): Tensor =>
  logsumexp(stack([x, moved(x, direction, never), where(skips, moved(x, 2 * direction, never), never)], 0), 0);

/** Returns the log probabilities [N, S] of all beginnings of paths up to each step, and of all ends from it on; both count the step itself. */
function recurrences([emitted, skips, begins, ends]: Inputs, p: Ctc): readonly [alphas: Tensor[], betas: Tensor[]] {
  const [steps] = emitted.shape;
  const floor = full(skips.shape, never, { dtype: emitted.dtype });
  const [first, last] = [where(begins, 0, floor), where(ends, 0, floor)];
  const [alphas, betas]: [Tensor[], Tensor[]] = [[], []];
  for (let t = 0, alpha = first; t < steps; t++) {
    const from = t === 0 ? first : arriving(alpha, 1, skips);
    // rows whose input has ended keep their probabilities
    alpha = where(
      rowsWhere(p, (length) => t < length),
      add(from, select(emitted, 0, t)),
      alpha,
    );
    alphas.push(alpha);
  }
  const skipsFrom = moved(skips, -2, 0);
  for (let t = steps - 1, beta = last; t >= 0; t--) {
    const isLast = rowsWhere(p, (length) => t >= length - 1);
    const next = add(where(isLast, last, arriving(beta, -1, skipsFrom)), select(emitted, 0, t));
    beta = where(
      rowsWhere(p, (length) => t < length),
      next,
      last,
    );
    betas.unshift(beta);
  }
  return [alphas, betas];
}

/** Returns the probabilities [T, N, S] that a path of the target is in a state at a step: the derivatives of the log likelihood. An impossible target has none. */
function occupation(inputs: Inputs, likelihood: Tensor, p: Ctc): Tensor {
  const [emitted] = inputs;
  const [alphas, betas] = recurrences(inputs, p);
  const impossible = unsqueeze(lt(likelihood, never / 10), 1);
  const total = unsqueeze(likelihood, 1);
  const each = alphas.map((alpha, t) => {
    const log = sub(sub(add(alpha, betas[t]), select(emitted, 0, t)), total);
    const running = rowsWhere(p, (length) => t < length);
    return where(running, exp(where(impossible, never, log)), 0);
  });
  return stack(each, 0);
}

/** Returns the logarithm of a sum of exponentials. */
function logSum(...logs: readonly number[]): number {
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((total, v) => total + Math.exp(v - largest), 0));
}

/** Returns the log likelihood of a row. */
function rowLikelihood(
  [emitted, skips, begins, ends]: readonly NumericArray[],
  [, rows, states]: Shape,
  row: number,
  steps: number,
): number {
  const at = row * states;
  let alpha = Float64Array.from({ length: states }, (_, s) => (begins[at + s] ? 0 : never));
  for (let t = 0; t < steps; t++) {
    const from = alpha;
    alpha = from.map((v, s) => {
      const log = t === 0 ? v : logSum(v, from[s - 1] ?? never, skips[at + s] ? (from[s - 2] ?? never) : never);
      return log + emitted[(t * rows + row) * states + s];
    });
  }
  return logSum(...alpha.map((v, s) => (ends[at + s] ? v : never)));
}

const ctcOp: Run<Ctc> = defineOp<Ctc>({
  name: "ctcLikelihood",
  torch: "ops.aten._ctc_loss",
  access: "internal",
  signature: "input, skips, begins, ends, inputLengths",
  label: () => "CTC likelihood",
  tex: {
    forward: "y = \\ln \\textstyle\\sum_{\\pi \\to z} e^{\\sum_t x_{t \\pi_t}}",
    vjp: "\\bar x_{ts} = P(\\pi_t = s \\mid z)\\, \\bar y",
  },
  outputs: ([x]) => ({ shape: [x.shape[1]], dtype: x.dtype }),
  kernel: (out, arrays, { params: { inputLengths }, inputs: [{ shape }] }) => {
    for (let row = 0; row < out.length; row++) out[row] = rowLikelihood(arrays, shape, row, inputLengths[row]);
  },
  saves: [{ inputs: [0, 1, 2, 3], outputs: [0] }, {}, {}, {}],
  vjp: (g, { inputs, output, params }) => {
    const gradient = mul(occupation(inputs as unknown as Inputs, output, params), unsqueeze(g, 1));
    return [gradient, null, null, null];
  },
  jvp: ([dx], { inputs, output, params }) =>
    sum(mul(occupation(inputs as unknown as Inputs, output, params), dx as Tensor), [0, 2]),
  batch: "loop",
  samples: (r) => [
    {
      input: r.normal([4, 2, 5]),
      skips: fromArray(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0, 0), "bool", [2, 5]),
      begins: fromArray(Uint8Array.of(1, 1, 0, 0, 0, 1, 1, 0, 0, 0), "bool", [2, 5]),
      ends: fromArray(Uint8Array.of(0, 0, 0, 1, 1, 0, 1, 1, 0, 0), "bool", [2, 5]),
      inputLengths: [4, 3],
    },
  ],
  call: (input: Tensor, skips: Tensor, begins: Tensor, ends: Tensor, inputLengths: readonly number[]) =>
    ctcOp([input, skips, begins, ends], { inputLengths }),
});

/**
 * Returns the logarithms of the probabilities of all targets [N], from those of their states [T, N, S]. `skips`, `begins` and `ends` [N, S] are bools: whether a path may come from the last but one
 * state, begin in a state, and end there.
 */
export const ctcLikelihood = (inputs: Inputs, inputLengths: readonly number[]): Tensor =>
  ctcOp(inputs, { inputLengths });

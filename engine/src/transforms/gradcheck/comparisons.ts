/** Comparisons of a function's gradients with finite differences, and with themselves. */
import { onesLike } from "../../tensor/create.ts";
import { newArray } from "../../tensor/dtype.ts";
import { showShape } from "../../tensor/errors.ts";
import type { Generator } from "../../tensor/random.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import type { CheckedFunction } from "./checked-function.ts";
import { likelyCause } from "./diagnosis.ts";
import { agrees, GradcheckError, type Settings } from "./settings.ts";

const dot = (a: Tensor, b: Tensor): number => {
  const [x, y] = [contiguousArray(a), contiguousArray(b)];
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i] * y[i];
  return s;
};

/** Returns a random tensor like `t` of length 1. */
export function randomDirection(t: Tensor, random: Generator): Tensor {
  const a = newArray(t.dtype, t.numel());
  let square = 0;
  for (let i = 0; i < a.length; i++) {
    a[i] = random.normal();
    square += a[i] * a[i];
  }
  for (let i = 0; i < a.length; i++) a[i] /= Math.sqrt(square) || 1;
  return fromArray(a, t.dtype, t.shape);
}

/** Returns the Jacobians of an output with respect to each differentiable input, by the gradient rules, as lists of rows. */
function analyticalRows(check: CheckedFunction, y: Tensor, leaves: readonly Tensor[]): ArrayLike<number>[][] {
  return Array.from({ length: y.numel() }, (_, row) => {
    const elements = newArray(y.dtype, y.numel());
    elements[row] = 1;
    const u = fromArray(elements, y.dtype, y.shape);
    return check.pullBack(leaves, y, u).map((g) => contiguousArray(g).slice());
  });
}

/** Returns column `element` of the Jacobian of output `o` with respect to input `i`, by central differences. */
function numericalColumn(check: CheckedFunction, o: number, i: number, element: number): Float64Array {
  const { eps } = check.settings;
  const up = contiguousArray(check.outputsAtElement(i, element, eps)[o]);
  const down = contiguousArray(check.outputsAtElement(i, element, -eps)[o]);
  return Float64Array.from(up, (v, row) => (v - down[row]) / (2 * eps));
}

/** Returns the position of the worst disagreement, or -1. */
function worstOf(analytical: Float64Array, numerical: Float64Array, settings: Settings): number {
  let worst = -1;
  let error = -1;
  for (let at = 0; at < analytical.length; at++) {
    if (agrees(analytical[at], numerical[at], settings)) continue;
    const off = Math.abs(analytical[at] - numerical[at]);
    if (worst < 0 || !(off <= error)) [worst, error] = [at, off];
  }
  return worst;
}

const countWrong = (a: Float64Array, b: Float64Array, s: Settings): number =>
  a.reduce((n, v, i) => (agrees(v, b[i], s) ? n : n + 1), 0);

function indexText({ shape }: Tensor, flat: number): string {
  let rest = flat;
  const index = shape.toReversed().map((n) => {
    const i = rest % n;
    rest = Math.floor(rest / n);
    return i;
  });
  return showShape(index.toReversed());
}

/** Compares the Jacobians of output `o`, element by element. @throws GradcheckError for the worst element. */
export function compareElements(check: CheckedFunction, o: number, y: Tensor, leaves: readonly Tensor[]): void {
  const { settings } = check;
  const m = y.numel();
  const rows = analyticalRows(check, y, leaves);
  check.differentiable.forEach((i, position) => {
    const n = leaves[i].numel();
    const analytical = new Float64Array(m * n);
    const numerical = new Float64Array(m * n);
    for (let k = 0; k < n; k++) {
      const column = numericalColumn(check, o, i, k);
      for (let row = 0; row < m; row++) {
        analytical[row * n + k] = rows[row][position][k];
        numerical[row * n + k] = column[row];
      }
    }
    const worst = worstOf(analytical, numerical, settings);
    if (worst < 0) return;
    const [row, element] = [Math.floor(worst / n), worst % n];
    throw new GradcheckError(
      `gradcheck: the gradient of output ${o}, element ${indexText(y, row)}, with respect to input ${i}, element ${indexText(leaves[i], element)}, is ${analytical[worst]}, but finite differences give ${numerical[worst]}; ${countWrong(analytical, numerical, settings)} of ${m * n} elements are wrong, and this is the farthest off${likelyCause(check, { output: o, input: i, element, row, analytical, numerical })}`,
    );
  });
}

/** Compares uᵀJv of output `o` for random u and v. @throws GradcheckError, which names the worst element where the elementwise comparison finds one. */
export function compareAlongDirection(
  check: CheckedFunction,
  o: number,
  y: Tensor,
  leaves: readonly Tensor[],
  random: Generator,
): void {
  const { settings } = check;
  const { eps } = settings;
  const u = randomDirection(y, random);
  const pulled = check.pullBack(leaves, y, u);
  check.differentiable.forEach((i, position) => {
    const v = randomDirection(leaves[i], random);
    const analytical = dot(pulled[position], v);
    const numerical =
      (dot(check.outputsAlong(i, v, eps)[o], u) - dot(check.outputsAlong(i, v, -eps)[o], u)) / (2 * eps);
    // along a direction of length 1, an error in one element is divided by the root of their number
    const scale = 1 / Math.sqrt(Math.max(1, v.numel() * u.numel()));
    if (agrees(analytical, numerical, { ...settings, atol: settings.atol * scale })) return;
    compareElements(check, o, y, leaves);
    throw new GradcheckError(
      `gradcheck: along a random direction, the gradient of output ${o} with respect to input ${i} is ${analytical}, but finite differences give ${numerical}`,
    );
  });
}

/** Compares the gradients of two runs. @throws GradcheckError when they differ by more than `nondetTol`. */
export function checkDeterminism(check: CheckedFunction): void {
  const { nondetTol } = check.settings;
  const first = check.run();
  const second = check.run();
  first.outputs.forEach(([o, y], k) => {
    const a = check.pullBack(first.leaves, y, onesLike(y.detach()));
    const b = check.pullBack(second.leaves, second.outputs[k][1], onesLike(y.detach()));
    a.forEach((g, position) => {
      const [x, z] = [contiguousArray(g), contiguousArray(b[position])];
      if (x.some((v, i) => Math.abs(v - z[i]) > nondetTol))
        throw new GradcheckError(
          `gradcheck: two runs give different gradients of output ${o} with respect to input ${check.differentiable[position]}; draw random numbers outside of the function, or seed them in it`,
        );
    });
  });
}

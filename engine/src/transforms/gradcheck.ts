/** Gradients against finite differences. */
import { asList, grad } from "../tape/backward/backward.ts";
import { enableGrad, noGrad } from "../tape/graph/mode.ts";
import { onesLike, zeros, zerosLike } from "../tensor/create.ts";
import { isFloating } from "../tensor/dtype.ts";
import { GradError, showShape } from "../tensor/errors.ts";
import { Generator } from "../tensor/random.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { Tensor } from "../tensor/tensor.ts";
import { likelyCause } from "./gradcheck-diagnosis.ts";

/** A function whose gradients are checked: of tensors, to a tensor or several. */
export type Checked = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/** Options of `gradcheck`. */
export interface GradcheckOptions {
  /** Step of the central differences. */
  readonly eps?: number;
  /** Differences up to `atol + rtol |numerical|` are right. */
  readonly atol?: number;
  readonly rtol?: number;
  /** Compares along one random direction instead of element by element: two evaluations instead of two for each element. */
  readonly fastMode?: boolean;
  /** Whether a wrong gradient throws, or gives false. */
  readonly raiseException?: boolean;
  /** How far two runs of backward may differ. */
  readonly nondetTol?: number;
  /** Seed of the random directions. */
  readonly seed?: number;
}

/** What was found wrong, with the element that is farthest off. */
export class GradcheckError extends Error {
  override readonly name: string = "GradcheckError";
}

type Settings = Required<GradcheckOptions>;

const defaults: Readonly<Settings> = {
  eps: 1e-6,
  atol: 1e-5,
  rtol: 1e-3,
  fastMode: false,
  raiseException: true,
  nondetTol: 0,
  seed: 0,
};

const dot = (a: Tensor, b: Tensor): number => {
  const [x, y] = [contiguousArray(a), contiguousArray(b)];
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i] * y[i];
  return s;
};

/** A direction of length 1. */
function direction(t: Tensor, random: Generator): Tensor {
  const v = zerosLike(t.detach());
  const a = v.storage.array;
  let norm = 0;
  for (let i = 0; i < a.length; i++) {
    a[i] = random.normal();
    norm += a[i] * a[i];
  }
  for (let i = 0; i < a.length; i++) a[i] /= Math.sqrt(norm) || 1;
  return v;
}

/** One function with its inputs, and what has to be known of them. */
export class Check {
  readonly f: Checked;
  readonly inputs: readonly Tensor[];
  readonly settings: Settings;
  readonly wanted: readonly number[];

  constructor(f: Checked, inputs: readonly Tensor[], settings: Settings) {
    this.f = f;
    this.inputs = inputs;
    this.settings = settings;
    this.wanted = inputs.flatMap((x, i) => (x.requiresGrad ? [i] : []));
    if (this.wanted.length === 0) throw new GradError("gradcheck", "at least one input must require a gradient");
  }

  /** Outputs with the elements of one input changed. */
  shifted(i: number, change: (elements: Tensor) => void): readonly Tensor[] {
    const moved = this.inputs.map((x, k) => {
      const copy = noGrad(() => x.detach().clone());
      if (k === i) change(copy);
      return x.requiresGrad ? copy.requiresGrad_() : copy;
    });
    return asList(enableGrad(() => this.f(...moved))).map((y) => y.detach());
  }

  /** Outputs at x + h v. */
  at(i: number, v: Tensor, h: number): readonly Tensor[] {
    return this.shifted(i, (x) => {
      noGrad(() => x.add_(v.mul(h)));
    });
  }

  /** Outputs on the tape, floats that depend on the inputs, with their numbers. */
  outputs(): { readonly leaves: readonly Tensor[]; readonly ys: readonly (readonly [number, Tensor])[] } {
    const leaves = this.inputs.map((x) =>
      x.requiresGrad ? noGrad(() => x.detach().clone()).requiresGrad_() : x.detach(),
    );
    const before = leaves.map((x) => x.version);
    const all = asList(enableGrad(() => this.f(...leaves)));
    leaves.forEach((x, i) => {
      if (x.version !== before[i])
        throw new GradcheckError(`gradcheck: the function changes its input ${i} in place; let it work on a clone()`);
    });
    return { leaves, ys: all.flatMap((y, i) => (isFloating(y.dtype) ? [[i, y] as const] : [])) };
  }

  /** uᵀJ for each wanted input. */
  pullBack(leaves: readonly Tensor[], y: Tensor, u: Tensor): Tensor[] {
    const wanted = this.wanted.map((i) => leaves[i]);
    if (!y.requiresGrad) return wanted.map((x) => zerosLike(x.detach()));
    return grad([y], wanted, { gradOutputs: [u], retainGraph: true, materializeGrads: true }).map((g) => g.detach());
  }
}

const near = (analytical: number, numerical: number, { atol, rtol }: Settings): boolean =>
  Math.abs(analytical - numerical) <= atol + rtol * Math.abs(numerical) ||
  (Number.isNaN(analytical) && Number.isNaN(numerical)) ||
  analytical === numerical;

/** Jacobians of output `o` with respect to input `i`, by rules and by differences: rows are outputs. */
function compareSlow(check: Check, o: number, y: Tensor, leaves: readonly Tensor[]): void {
  const { eps } = check.settings;
  const m = y.numel();
  const rows = Array.from({ length: m }, (_, r) => {
    const u = zeros(y.shape, { dtype: y.dtype });
    u.storage.array[r] = 1;
    return check.pullBack(leaves, y, u).map((g) => contiguousArray(g).slice());
  });
  check.wanted.forEach((i, w) => {
    const n = leaves[i].numel();
    const analytical = new Float64Array(m * n);
    const numerical = new Float64Array(m * n);
    for (let k = 0; k < n; k++) {
      const moved = (h: number): readonly Tensor[] =>
        check.shifted(i, (x) => {
          x.storage.array[k] += h;
        });
      const [up, down] = [contiguousArray(moved(eps)[o]), contiguousArray(moved(-eps)[o])];
      for (let r = 0; r < m; r++) {
        analytical[r * n + k] = rows[r][w][k];
        numerical[r * n + k] = (up[r] - down[r]) / (2 * eps);
      }
    }
    let worst = -1;
    let error = -1;
    for (let at = 0; at < m * n; at++) {
      if (near(analytical[at], numerical[at], check.settings)) continue;
      const off = Math.abs(analytical[at] - numerical[at]);
      if (worst < 0 || !(off <= error)) [worst, error] = [at, off];
    }
    if (worst < 0) return;
    const [r, k] = [Math.floor(worst / n), worst % n];
    throw new GradcheckError(
      `gradcheck: the gradient of output ${o}, element ${indexText(y, r)}, with respect to input ${i}, element ${indexText(leaves[i], k)}, is ${analytical[worst]}, but finite differences give ${numerical[worst]}; ${countWrong(analytical, numerical, check.settings)} of ${m * n} elements are wrong, and this is the farthest off${likelyCause(check, { output: o, input: i, element: k, row: r, analytical, numerical })}`,
    );
  });
}

const countWrong = (a: Float64Array, b: Float64Array, s: Settings): number =>
  a.reduce((n, v, i) => (near(v, b[i], s) ? n : n + 1), 0);

function indexText({ shape }: Tensor, flat: number): string {
  let rest = flat;
  const index = shape.toReversed().map((n) => {
    const i = rest % n;
    rest = Math.floor(rest / n);
    return i;
  });
  return showShape(index.toReversed());
}

/** uᵀJv by rules and by differences, for random u and v. */
function compareFast(check: Check, o: number, y: Tensor, leaves: readonly Tensor[], random: Generator): void {
  const { eps, settings } = { eps: check.settings.eps, settings: check.settings };
  const u = direction(y, random);
  const pulled = check.pullBack(leaves, y, u);
  check.wanted.forEach((i, w) => {
    const v = direction(leaves[i], random);
    const analytical = dot(pulled[w], v);
    const numerical = (dot(check.at(i, v, eps)[o], u) - dot(check.at(i, v, -eps)[o], u)) / (2 * eps);
    // along a direction of length 1 an error in one element shrinks with the number of elements
    const scale = 1 / Math.sqrt(Math.max(1, v.numel() * u.numel()));
    if (near(analytical, numerical, { ...settings, atol: settings.atol * scale })) return;
    // the slow mode names the element
    compareSlow(check, o, y, leaves);
    throw new GradcheckError(
      `gradcheck: along a random direction, the gradient of output ${o} with respect to input ${i} is ${analytical}, but finite differences give ${numerical}`,
    );
  });
}

function checkTwice(check: Check): void {
  const { nondetTol } = check.settings;
  const first = check.outputs();
  const second = check.outputs();
  first.ys.forEach(([o, y], at) => {
    const a = check.pullBack(first.leaves, y, onesLike(y.detach()));
    const b = check.pullBack(second.leaves, second.ys[at][1], onesLike(y.detach()));
    a.forEach((g, w) => {
      const [x, z] = [contiguousArray(g), contiguousArray(b[w])];
      if (x.some((v, i) => Math.abs(v - z[i]) > nondetTol))
        throw new GradcheckError(
          `gradcheck: two runs give different gradients of output ${o} with respect to input ${check.wanted[w]}; draw random numbers outside of the function, or seed them in it`,
        );
    });
  });
}

/**
 * Compares gradients of `f` with central differences: for all outputs, and all inputs that require a gradient, element by element or, in fast mode, along
 * a random direction. Use float64: in float32 the differences themselves are wrong.
 * @throws GradcheckError that names the element farthest off and what may be the cause.
 * @example
 * const x = tensor([0.5, 2], { dtype: "float64", requiresGrad: true });
 * autograd.gradcheck((x) => x.exp().mul(x), [x]); // true
 */
export function gradcheck(f: Checked, inputs: Tensor | readonly Tensor[], options: GradcheckOptions = {}): boolean {
  const settings = { ...defaults, ...options };
  try {
    const check = new Check(f, inputs instanceof Tensor ? [inputs] : inputs, settings);
    const random = new Generator(settings.seed);
    const { leaves, ys } = check.outputs();
    if (ys.length === 0) throw new GradError("gradcheck", "the function gives no float tensor");
    for (const [o, y] of ys)
      if (settings.fastMode) compareFast(check, o, y, leaves, random);
      else compareSlow(check, o, y, leaves);
    checkTwice(check);
    return true;
  } catch (error) {
    if (error instanceof GradcheckError && !settings.raiseException) return false;
    throw error;
  }
}

/**
 * Compares the gradients of gradients of `f` with central differences of its gradients, for random cotangents or those given.
 * @throws GradcheckError
 * @example
 * const x = tensor([0.5, 2], { dtype: "float64", requiresGrad: true });
 * autograd.gradgradcheck((x) => x.pow(3), [x]); // true
 */
export function gradgradcheck(
  f: Checked,
  inputs: Tensor | readonly Tensor[],
  options: GradcheckOptions & { readonly gradOutputs?: readonly Tensor[] } = {},
): boolean {
  const list = inputs instanceof Tensor ? [inputs] : inputs;
  const random = new Generator((options.seed ?? 0) + 1);
  const outputs = asList(f(...list)).filter((y) => isFloating(y.dtype) && y.requiresGrad);
  const cotangents =
    options.gradOutputs ?? outputs.map((y) => direction(y, random).mul(Math.sqrt(Math.max(1, y.numel()))));
  const wanted = list.flatMap((x, i) => (x.requiresGrad ? [i] : []));
  const gradients: Checked = (...all) => {
    const xs = all.slice(0, list.length);
    const ys = asList(f(...xs)).filter((y) => isFloating(y.dtype) && y.requiresGrad);
    return grad(
      ys,
      wanted.map((i) => xs[i]),
      {
        gradOutputs: all.slice(list.length),
        createGraph: true,
        materializeGrads: true,
      },
    );
  };
  return gradcheck(gradients, [...list, ...cotangents.map((u) => u.detach().clone().requiresGrad_())], options);
}

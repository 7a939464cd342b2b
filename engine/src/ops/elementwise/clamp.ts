/** Clamping to a range. */

import { defineFunction, defineOp, type Run } from "../../dispatch/define.ts";
import { scaled } from "../../dispatch/elementwise.ts";
import { visitElements } from "../../dispatch/loops.ts";
import { type Operand, requireFits, requireTensor, toOperand } from "../../dispatch/operand.ts";
import type { Arguments, RuleContext, SampleSource } from "../../dispatch/spec.ts";
import { resultType } from "../../tensor/dtype.ts";
import { bigIntsIn, toBigInts } from "../../tensor/encoding.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { broadcastShapes, broadcastStrides, contiguousStrides } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { add } from "./arithmetic.ts";
import { eq, ge, gt, le, logicalAnd, logicalOr, lt } from "./compare.ts";
import { where } from "./where.ts";

/** The limits that are given. The inputs of the op are x, then the given limits. */
interface Limits {
  readonly min: boolean;
  readonly max: boolean;
}

/**
 * Returns functions that tell where the result is x (limits included), where it is min, and where it is max. Each compares only when it is called.
 */
function choices({ inputs, params: { min, max } }: RuleContext<Limits>): (() => Tensor)[] {
  const x = inputs[0];
  const lo = min ? inputs[1] : null;
  const hi = max ? inputs[min ? 2 : 1] : null;
  if (lo !== null && hi !== null)
    return [
      () => logicalAnd(ge(x, lo), le(x, hi)),
      () => logicalAnd(lt(x, lo), lt(lo, hi)),
      () => logicalOr(gt(x, hi), gt(lo, hi)),
    ];
  if (lo !== null) return [() => ge(x, lo), () => lt(x, lo)];
  return [() => le(x, hi as Tensor), () => gt(x, hi as Tensor)];
}

/** Returns the parts of the cotangent g for x and the given limits, if x gets `slope` of it at a limit and the limit the rest. */
function shares(g: Tensor, slope: number, ctx: RuleContext<Limits>): (() => Tensor)[] {
  const { inputs, params } = ctx;
  const [x, ...limits] = inputs;
  const [chosen, ...limited] = choices(ctx);
  const equals = limits.map((limit) => eq(x, limit));
  // with x = min = max, max gets the rest
  const ties = params.min && params.max ? [logicalAnd(equals[0], lt(limits[0], limits[1])), equals[1]] : equals;
  return [
    () => where(chosen(), where(ties.reduce(logicalOr), scaled(g, slope), g), 0),
    ...limited.map((at, i) => () => where(at(), g, where(logicalAnd(ties[i], chosen()), scaled(g, 1 - slope), 0))),
  ];
}

const clampOp: Run<Limits> = defineOp<Limits>({
  name: "clamp",
  stops: "bounds",
  torch: "clamp",
  aliases: ["clip"],
  access: "in-place",
  signature: "input, min=null, max=null",
  label: () => "clamp",
  tex: {
    forward: "y = \\min(\\max(x, a), b)",
    vjp: "\\bar x = [a \\le x \\le b]\\, \\bar y",
  },
  keepsFinite: "both",
  outputs: (inputs) => ({
    shape: broadcastShapes(
      "clamp",
      inputs.map((m) => m.shape),
    ),
    dtype: resultType(inputs),
  }),
  kernel: (out, [x, ...limits], { params: { min, max }, inputs, outputs: [y] }) => {
    const strides = inputs.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), y.shape));
    const at = (k: number, offsets: readonly number[]): number => limits[k][offsets[k + 1]];
    visitElements(y.shape, strides, (i, offsets) => {
      let v = x[offsets[0]];
      if (min) v = Math.max(v, at(0, offsets));
      if (max) v = Math.min(v, at(min ? 1 : 0, offsets));
      out[i] = v;
    });
  },
  exact: (out, [x, ...limits], { params: { min, max }, inputs, outputs: [y] }) => {
    const [ys, xs, ...ends] = [out, x, ...limits].map((a) => bigIntsIn(toBigInts(a)));
    const strides = inputs.map((m) => broadcastStrides(m.shape, contiguousStrides(m.shape), y.shape));
    visitElements(y.shape, strides, (i, offsets) => {
      let v = xs[offsets[0]];
      const [low, high] = ends.map((e, k) => e[offsets[k + 1]]);
      if (min && v < low) v = low;
      const top = min ? high : low;
      if (max && v > top) v = top;
      ys[i] = v;
    });
  },
  saves: { inputs: [0, 1, 2] },
  vjp: (g, ctx) => choices(ctx).map((chosen, i) => (ctx.needs[i] ? where(chosen(), g, 0) : null)),
  jvp: (tangents, ctx) =>
    choices(ctx)
      .flatMap((chosen, i) => {
        const t = tangents[i];
        return t === null ? [] : [where(chosen(), t, 0)];
      })
      .reduce((a, b) => add(a, b)),
  kink: {
    option: "clamp",
    at: "a limit",
    default: 1,
    choices: [0, 1],
    rules: (choice) => ({
      saves: { inputs: [0, 1, 2] },
      tex: `\\bar x = ([a < x < b] + ${choice}\\, [x \\in \\{a, b\\}])\\, \\bar y`,
      vjp: (g, ctx) => shares(g, choice as number, ctx).map((part, i) => (ctx.needs[i] ? part() : null)),
      jvp: (tangents, ctx) =>
        tangents
          .flatMap((t, i) => (t === null ? [] : [shares(t, choice as number, ctx)[i]()]))
          .reduce((a, b) => add(a, b)),
    }),
  },
  batch: "elementwise",
  samples: (r) => [
    { input: r.distinct([2, 3]), min: -0.05, max: 0.05 },
    { input: r.uniform([2, 3], 1, 2), min: r.uniform([3], 2.1, 3), max: r.uniform([2, 1], 4, 5) },
    { input: r.uniform([3], 1, 2), max: r.uniform([3], 0, 0.9) },
  ],
  call: clamp,
});

/** Options of `clamp`, of which at least one is given. */
export interface ClampOptions {
  readonly min?: Operand | null;
  readonly max?: Operand | null;
}

/**
 * Returns each element limited to [min, max], with broadcasting; `max` where min > max. At a limit the gradient flows to `input`, or by the share that
 * `autograd.setSubgradients` chooses.
 * @throws ArgumentError when neither limit is given; DTypeError for a number beside integers that does not fit their dtype.
 * @example clamp(tensor([-2, 0.5, 3]), 0, 1).toArray(); // [0, 0.5, 1]
 */
export function clamp(input: Tensor, min?: Operand | null | ClampOptions, max?: Operand | null): Tensor {
  const x = requireTensor("clamp", input);
  const [lo, hi] = limitsOf(min, max);
  if (lo === null && hi === null) throw new ArgumentError("clamp", "at least one of min and max must be given");
  return clamped("clamp", x, lo, hi);
}

/** Limits the elements, of which the error of `op` speaks. */
function clamped(op: string, x: Tensor, lo: Operand | null, hi: Operand | null): Tensor {
  const limits = [lo, hi].filter((v): v is Operand => v !== null).map((v) => toOperand(op, v));
  requireFits(op, resultType([x, ...limits]), lo, hi);
  return clampOp([x, ...limits], { min: lo !== null, max: hi !== null });
}

/** Returns both limits, which are given one by one or as options. */
const limitsOf = (
  min: Operand | null | ClampOptions | undefined,
  max: Operand | null | undefined,
): readonly [min: Operand | null, max: Operand | null] =>
  isOptions(min) ? [min.min ?? null, min.max ?? null] : [min ?? null, max ?? null];

/** Whether the argument is an options object, not a tensor or a number. */
const isOptions = (x: unknown): x is ClampOptions =>
  typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype;

const limitSamples =
  (name: "min" | "max") =>
  (r: SampleSource): readonly Arguments[] => [
    { input: r.distinct([2, 3]), [name]: 0 },
    { input: r.uniform([2, 3], 1, 2), [name]: r.uniform([3], 2.1, 3) },
  ];

/**
 * Returns each element, but `min` where it is less, with broadcasting. At the limit the gradient flows to `input`.
 * @throws DTypeError for a number beside int32 tensors that does not fit int32.
 * @example clampMin(tensor([-2, 3]), 0).toArray(); // [0, 3]
 */
export const clampMin: (input: Tensor, min: Operand) => Tensor = defineFunction(
  {
    name: "clampMin",
    torch: "clamp_min",
    access: "in-place",
    signature: "input, min",
    tex: "y = \\max(x, a)",
    samples: limitSamples("min"),
  },
  (input: Tensor, min: Operand): Tensor => clamped("clampMin", requireTensor("clampMin", input), min, null),
);

/**
 * Returns each element, but `max` where it is greater, with broadcasting. At the limit the gradient flows to `input`.
 * @throws DTypeError for a number beside int32 tensors that does not fit int32.
 * @example clampMax(tensor([-2, 3]), 0).toArray(); // [-2, 0]
 */
export const clampMax: (input: Tensor, max: Operand) => Tensor = defineFunction(
  {
    name: "clampMax",
    torch: "clamp_max",
    access: "in-place",
    signature: "input, max",
    tex: "y = \\min(x, b)",
    samples: limitSamples("max"),
  },
  (input: Tensor, max: Operand): Tensor => clamped("clampMax", requireTensor("clampMax", input), null, max),
);

declare module "../../tensor/tensor.ts" {
  interface Tensor {
    /** Returns each element limited to [min, max]. At a limit the gradient flows to this tensor. */
    clamp(min?: Operand | null | ClampOptions, max?: Operand | null): Tensor;
    /** Limits each element to [min, max] in place. */
    clamp_(min?: Operand | null | ClampOptions, max?: Operand | null): Tensor;
    /** Returns each element, but `min` where it is less. */
    clampMin(min: Operand): Tensor;
    /** Replaces elements that are less than `min` by it. */
    clampMin_(min: Operand): Tensor;
    /** Returns each element, but `max` where it is greater. */
    clampMax(max: Operand): Tensor;
    /** Replaces elements that are greater than `max` by it. */
    clampMax_(max: Operand): Tensor;
  }
}

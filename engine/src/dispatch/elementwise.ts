/** Makers for ops that work element by element. */

import type { Reads, Saves } from "../tape/graph/save-plans.ts";
import { zerosLike } from "../tensor/create.ts";
import { type DType, floatResult, isFloating, resultType } from "../tensor/dtype.ts";
import { DTypeError } from "../tensor/errors.ts";
import type { Meta } from "../tensor/meta.ts";
import { broadcastShapes, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { defineOp, type Run } from "./define.ts";
import { mapper, roundedTo, zipper } from "./loops.ts";
import { type Operand, operand, tensorOnly } from "./operand.ts";
import type { Arguments, OpInfo, OpTraits, RuleContext, SampleSource } from "./spec.ts";

/** The arithmetic that every elementwise rule needs; the ops hand it in, as they lie above. */
interface Products {
  mul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  neg(x: Tensor): Tensor;
}
let products: Products;
export const setProducts = (p: Products): void => {
  products = p;
};

/** A factor of the cotangent, in differentiable ops. */
type Factor = (ctx: RuleContext<null>) => Tensor;

/**
 * The treatment of a cotangent or tangent that a factor would turn into NaN. At a kink it is passed or replaced by 0, element by element: a factor of 0
 * would turn an infinite cotangent of an element that has no part in the result into NaN. And where it is divided, 1 / x would overflow for a denormal x.
 */
interface Selection {
  readonly select: (g: Tensor, ctx: RuleContext<null>) => Tensor;
}

/** The rule of a step function, whose slope is 0 everywhere. */
export const flat: Selection = { select: (g) => zerosLike(g) };

/** The derivative by one operand; 1 and -1 need no multiplication. */
type Partial = Factor | Selection | 1 | -1;

/** Returns the cotangent, or tangent, times the derivative. */
function through(g: Tensor, partial: Partial, ctx: RuleContext<null>): Tensor {
  if (partial === 1) return g;
  if (partial === -1) return products.neg(g);
  return typeof partial === "function" ? products.mul(g, partial(ctx)) : partial.select(g, ctx);
}

/** `float`: integers become float32. `same`: any dtype but bool is kept. `any`: every dtype is kept. `counts`: bool becomes int32. `floats`: none but floats. */
type UnaryResult = "float" | "same" | "any" | "counts" | "floats";

function unaryResult(name: string, kind: UnaryResult, dtype: DType): DType {
  if (kind === "same" && dtype === "bool") throw new DTypeError(name, "expected numbers", ["bool"]);
  if (kind === "floats" && !isFloating(dtype)) throw new DTypeError(name, "expected a float tensor", [dtype]);
  if (kind === "float") return floatResult(dtype);
  return kind === "counts" && dtype === "bool" ? "int32" : dtype;
}

/** An elementwise op of one tensor. */
export interface UnarySpec extends OpTraits, Pick<OpInfo, "name" | "torch" | "aliases" | "access"> {
  /** `"input"` by default; other parameters are handled by `call`. */
  readonly signature?: string;
  readonly label?: string;
  readonly tex: { readonly forward: string; readonly vjp: string };
  readonly f: (x: number) => number;
  /** The function of int32, where `f` in float64 would lose the low bits of a result that wraps around. */
  readonly integers?: (x: number) => number;
  readonly result: UnaryResult;
  /** What the derivative is written in. */
  readonly saves: "x" | "y" | "none";
  /** dy/dx. */
  readonly derivative: Factor | Selection;
  /** Where samples are drawn: inside the domain, away from kinks. */
  readonly domain: readonly [low: number, high: number];
  /** Samples of other parameters. */
  readonly samples?: (r: SampleSource) => readonly Arguments[];
  /** The public function, where it takes more than the tensor. */
  readonly call?: (...args: never[]) => unknown;
}

const savesOf = (saves: "x" | "y" | "none"): Reads =>
  saves === "x" ? { inputs: [0] } : saves === "y" ? { outputs: [0] } : {};

/** An op of one tensor. */
export function unary(spec: UnarySpec): (input: Tensor) => Tensor {
  const { name, f, derivative, domain } = spec;
  const map = mapper(f);
  const mapIntegers = spec.integers === undefined ? map : mapper(spec.integers);
  const run: Run<null> = defineOp<null>({
    name,
    torch: spec.torch,
    aliases: spec.aliases ?? [],
    access: spec.access,
    signature: spec.signature ?? "input",
    label: () => spec.label ?? name,
    tex: spec.tex,
    zeroStopsGradient: spec.zeroStopsGradient ?? false,
    keepsFinite: spec.keepsFinite,
    accumulation: spec.accumulation,
    outputs: ([x]) => {
      const dtype = unaryResult(name, spec.result, x.dtype);
      return dtype === x.dtype && !x.wrapped ? x : { shape: x.shape, dtype };
    },
    kernel: (out, [x], { outputs: [{ dtype }] }) => (dtype === "int32" ? mapIntegers : map)(out, roundedTo(x, dtype)),
    pointwise: f,
    saves: savesOf(spec.saves),
    vjp: (g, ctx) => [through(g, derivative, ctx)],
    jvp: ([dx], ctx) => through(dx as Tensor, derivative, ctx),
    batch: "elementwise",
    samples: (r) => [
      ...[[], [3], [2, 3]].map((shape) => ({ input: r.uniform(shape, ...domain) })),
      ...(spec.samples?.(r) ?? []),
    ],
    call: spec.call ?? op,
  });
  function op(input: Tensor): Tensor {
    return run([tensorOnly(name, input)], null);
  }
  return op;
}

/** An elementwise op of two tensors. */
export interface BinarySpec extends OpTraits, Pick<OpInfo, "name" | "torch" | "aliases" | "access"> {
  readonly signature?: string;
  readonly label: string;
  readonly tex: { readonly forward: string; readonly vjp: string };
  readonly f: (x: number, z: number) => number;
  /** The function of int32, where `f` in float64 would lose the low bits of a result that wraps around. */
  readonly integers?: (x: number, z: number) => number;
  /** The function of float32, where rounding the result of `f` is not enough, as the op rounds on the way. */
  readonly singles?: (x: number, z: number) => number;
  readonly result: (x: Meta, z: Meta) => DType;
  /** The dtype that the operands are cast to, where it is not that of the result. */
  readonly computes?: (x: Meta, z: Meta) => DType;
  /** The operands and results that ∂y/∂x and ∂y/∂z read. */
  readonly saves: Saves;
  /** ∂y/∂x and ∂y/∂z. */
  readonly partials: readonly [Partial, Partial] | "none";
  readonly samples: (r: SampleSource) => readonly Arguments[];
}

/** The dtype that both operands are promoted to. */
export const promoted = (x: Meta, z: Meta): DType =>
  x.dtype === z.dtype && !x.wrapped && !z.wrapped ? x.dtype : resultType([x, z]);

/** An op of two tensors, with broadcasting; what comes back takes tensors or numbers. */
export function binary(
  spec: BinarySpec,
  call: (...args: never[]) => unknown,
): (input: Operand, other: Operand) => Tensor {
  const { name, f, computes, partials } = spec;
  const zip = zipper(f);
  const zipIntegers = spec.integers === undefined ? zip : zipper(spec.integers);
  const zipSingles = spec.singles === undefined ? zip : zipper(spec.singles);
  // a byte would keep only the low bits of what is meant as true
  const zipBool = zipper((a, b) => (f(a, b) !== 0 ? 1 : 0));
  const zips: Readonly<Record<DType, typeof zip>> = {
    bool: zipBool,
    int32: zipIntegers,
    float32: zipSingles,
    float64: zip,
  };
  const run: Run<null> = defineOp<null>({
    name,
    torch: spec.torch,
    aliases: spec.aliases ?? [],
    access: spec.access,
    signature: spec.signature ?? "input, other",
    label: () => spec.label,
    tex: spec.tex,
    keepsFinite: spec.keepsFinite,
    accumulation: spec.accumulation,
    outputs: (inputs) => {
      const x = inputs[0];
      const z = inputs[1];
      const shape = sameShape(x.shape, z.shape) ? x.shape : broadcastShapes(name, [x.shape, z.shape]);
      const dtype = spec.result(x, z);
      return shape === x.shape && dtype === x.dtype && !x.wrapped ? x : { shape, dtype };
    },
    kernel: (out, arrays, { inputs, outputs }) => {
      const [a, b] = inputs;
      const [{ shape, dtype }] = outputs;
      const as = computes === undefined ? dtype : computes(a, b);
      zips[dtype](out, roundedTo(arrays[0], as), roundedTo(arrays[1], as), a.shape, b.shape, shape);
    },
    pointwise: spec.singles === undefined ? f : undefined,
    saves: spec.saves,
    vjp:
      partials === "none"
        ? "none"
        : (g, ctx) => {
            const { needs } = ctx;
            return [needs[0] ? through(g, partials[0], ctx) : null, needs[1] ? through(g, partials[1], ctx) : null];
          },
    jvp:
      partials === "none"
        ? "none"
        : (tangents, ctx) =>
            partials
              .flatMap((p, i) => {
                const t = tangents[i];
                return t === null ? [] : [through(t, p, ctx)];
              })
              .reduce((a, b) => products.add(a, b)),
    batch: "elementwise",
    samples: spec.samples,
    call,
  });
  return (input, other) => run([operand(name, input), operand(name, other)], null);
}

/** Makers for ops that work element by element. */
import type { DType, NumericArray } from "../tensor/dtype.ts";
import { floatResult, resultType } from "../tensor/dtype.ts";
import { DTypeError } from "../tensor/errors.ts";
import { broadcastShapes, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { defineOp, type Run } from "./define.ts";
import { mapper, zipper } from "./loops.ts";
import { type Operand, operand, tensorOnly } from "./operand.ts";
import type { Arguments, Meta, RuleContext, SampleSource } from "./spec.ts";

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

/** `float`: integers become float32. `same`: any dtype but bool is kept. */
type UnaryResult = "float" | "same";

export interface UnarySpec {
  readonly name: string;
  readonly torch: string;
  readonly label?: string;
  readonly tex: { readonly forward: string; readonly vjp: string };
  readonly f: (x: number) => number;
  readonly result: UnaryResult;
  /** What the derivative is written in. */
  readonly saves: "x" | "y" | "none";
  /** dy/dx, in differentiable ops. */
  readonly derivative: (ctx: RuleContext<null>) => Tensor;
  /** Where samples are drawn: inside the domain, away from kinks. */
  readonly domain: readonly [low: number, high: number];
}

const savesOf = (saves: "x" | "y" | "none"): { inputs?: readonly number[]; outputs?: boolean } =>
  saves === "x" ? { inputs: [0] } : saves === "y" ? { outputs: true } : {};

/** An op of one tensor. */
export function unary(spec: UnarySpec): (input: Tensor) => Tensor {
  const { name, f, derivative, domain } = spec;
  const map = mapper(f);
  const run: Run<null> = defineOp<null>({
    name,
    torch: spec.torch,
    signature: "input",
    label: () => spec.label ?? name,
    tex: spec.tex,
    outputs: ([x]) => {
      if (spec.result === "same" && x.dtype === "bool") throw new DTypeError(name, "expected numbers", ["bool"]);
      const dtype = spec.result === "float" ? floatResult(x.dtype) : x.dtype;
      return dtype === x.dtype && !x.wrapped ? x : { shape: x.shape, dtype };
    },
    kernel: (out, [x]) => map(out, x),
    pointwise: f,
    saves: savesOf(spec.saves),
    vjp: (g, ctx) => [products.mul(g, derivative(ctx))],
    jvp: ([dx], ctx) => products.mul(dx as Tensor, derivative(ctx)),
    batch: "elementwise",
    samples: (r) => [[], [3], [2, 3]].map((shape) => ({ input: r.uniform(shape, ...domain) })),
    call: (input: Tensor) => op(input),
  });
  const op = (input: Tensor): Tensor => run([tensorOnly(name, input)], null);
  return op;
}

/** A factor in a rule: an expression, or a constant that needs no multiplication. */
type Partial = ((ctx: RuleContext<null>) => Tensor) | 1 | -1;

export interface BinarySpec {
  readonly name: string;
  readonly torch: string;
  readonly signature?: string;
  readonly label: string;
  readonly tex: { readonly forward: string; readonly vjp: string };
  readonly f: (x: number, z: number) => number;
  readonly result: (x: Meta, z: Meta) => DType;
  readonly saves: { readonly inputs?: readonly number[]; readonly outputs?: boolean };
  /** ∂y/∂x and ∂y/∂z, in differentiable ops. */
  readonly partials: readonly [Partial, Partial] | "none";
  readonly samples: (r: SampleSource) => readonly Arguments[];
}

/** The dtype that both operands are promoted to. */
export const promoted = (x: Meta, z: Meta): DType =>
  x.dtype === z.dtype && !x.wrapped && !z.wrapped ? x.dtype : resultType([x, z]);

/** A number, kept in float64, has the precision of the result before it is used, as in PyTorch. */
const narrowed = (x: NumericArray, to: DType): NumericArray =>
  to === "float32" && x instanceof Float64Array ? Float32Array.from(x) : x;

/** An op of two tensors, with broadcasting; what comes back takes tensors or numbers. */
export function binary(
  spec: BinarySpec,
  call: (...args: never[]) => unknown,
): (input: Operand, other: Operand) => Tensor {
  const { name, f, partials } = spec;
  const zip = zipper(f);
  // a byte would keep only the low bits of what is meant as true
  const zipBool = zipper((a, b) => (f(a, b) !== 0 ? 1 : 0));
  const times = (g: Tensor, p: Partial, ctx: RuleContext<null>): Tensor =>
    p === 1 ? g : p === -1 ? products.neg(g) : products.mul(g, p(ctx));
  const run: Run<null> = defineOp<null>({
    name,
    torch: spec.torch,
    signature: spec.signature ?? "input, other",
    label: () => spec.label,
    tex: spec.tex,
    outputs: (inputs) => {
      const x = inputs[0];
      const z = inputs[1];
      const shape = sameShape(x.shape, z.shape) ? x.shape : broadcastShapes(name, [x.shape, z.shape]);
      const dtype = spec.result(x, z);
      return shape === x.shape && dtype === x.dtype && !x.wrapped ? x : { shape, dtype };
    },
    kernel: (out, arrays, { inputs, outputs }) => {
      const to = outputs[0].dtype;
      const run = to === "bool" ? zipBool : zip;
      run(out, narrowed(arrays[0], to), narrowed(arrays[1], to), inputs[0].shape, inputs[1].shape, outputs[0].shape);
    },
    pointwise: f,
    saves: spec.saves,
    vjp:
      partials === "none"
        ? "none"
        : (g, ctx) => {
            const { needs } = ctx;
            return [needs[0] ? times(g, partials[0], ctx) : null, needs[1] ? times(g, partials[1], ctx) : null];
          },
    jvp:
      partials === "none"
        ? "none"
        : (tangents, ctx) =>
            partials
              .flatMap((p, i) => {
                const t = tangents[i];
                return t === null ? [] : [times(t, p, ctx)];
              })
              .reduce((a, b) => products.add(a, b)),
    batch: "elementwise",
    samples: spec.samples,
    call,
  });
  return (input, other) => run([operand(name, input), operand(name, other)], null);
}

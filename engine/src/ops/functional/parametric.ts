/** Definition of elementwise ops of one tensor with numbers as parameters. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import type { OpSpec } from "../../dispatch/spec.ts";
import { type DType, isFloating } from "../../tensor/dtype.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Parameters that are numbers. */
type Numbers = Readonly<Record<string, number>>;

/** The record of an elementwise op with parameters. */
export interface ParametricSpec<P extends Numbers>
  extends Pick<
    OpSpec<P>,
    "name" | "torch" | "aliases" | "access" | "signature" | "tex" | "stops" | "keepsFinite" | "samples" | "call"
  > {
  /** Returns the function of one element, in float64. */
  readonly f: (params: P) => (x: number) => number;
  /** Whether the op takes integers too. */
  readonly integers?: boolean;
  /** Returns the cotangent, or tangent, times dy/dx. */
  readonly through: (g: Tensor, x: Tensor, params: P) => Tensor;
}

/** Returns the parameters rounded to the dtype, as PyTorch compares elements with the rounded ones. */
const roundedTo = <P extends Numbers>(params: P, dtype: DType): P =>
  dtype === "float32"
    ? (Object.fromEntries(Object.entries(params).map(([name, v]) => [name, Math.fround(v)])) as P)
    : params;

/** Registers an elementwise op with parameters, and returns the function that runs it. */
export function parametric<P extends Numbers>(spec: ParametricSpec<P>): Run<P> {
  const { name, torch, aliases, access, signature, tex, stops, keepsFinite, samples, call } = spec;
  return defineOp<P>({
    name,
    torch,
    aliases: aliases ?? [],
    access,
    signature,
    label: () => name,
    tex,
    stops,
    keepsFinite,
    outputs: ([x]) => {
      if (x.dtype === "bool" || !(isFloating(x.dtype) || spec.integers === true))
        throw new DTypeError(name, "expected a float tensor", [x.dtype]);
      return { shape: x.shape, dtype: x.dtype };
    },
    kernel: (out, [x], { params, outputs: [{ dtype }] }) => {
      const f = spec.f(roundedTo(params, dtype));
      for (let i = 0; i < out.length; i++) out[i] = f(x[i]);
    },
    saves: { inputs: [0] },
    vjp: (g, { inputs: [x], params }) => [spec.through(g, x, params)],
    jvp: ([dx], { inputs: [x], params }) => spec.through(dx as Tensor, x, params),
    batch: "elementwise",
    samples,
    call,
  });
}

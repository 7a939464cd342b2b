/** Definition of elementwise ops from a function of one or two numbers and its derivatives. */

import { traitsOf } from "../tape/graph/op.ts";
import type { Reads, Saves } from "../tape/graph/save-plans.ts";
import type { ComplexNumber } from "../tensor/complex.ts";
import { type DType, floatResult, isComplex, isFloating, isInteger, realDType, resultType } from "../tensor/dtype.ts";
import { toBigInts, toNumbers } from "../tensor/encoding.ts";
import { DTypeError } from "../tensor/errors.ts";
import type { Meta } from "../tensor/meta.ts";
import { broadcastShapes, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  type ComplexFunction,
  type ComplexOperation,
  complexMapper,
  complexReader,
  complexTester,
  complexZipper,
} from "./complex-loops.ts";
import { defineOp, type Run } from "./define.ts";
import { addTerms, type Factor, type Partial, type RealOfComplex, type Selection, through } from "./derivatives.ts";
import type { Kink, KinkRules } from "./kink.ts";
import { castTo, mapper, zipper } from "./loops.ts";
import { type Operand, requireTensor, toOperand } from "./operand.ts";
import type { Arguments, Kernel, OpInfo, OpTraits, RuleContext, SampleSource } from "./spec.ts";

export { type Selection, scaled, setArithmetic, zeroDerivative } from "./derivatives.ts";

/**
 * The dtype of the result. `"float"`: integers become float32. `"same"`: that of the input, which must not be bool. `"any"`: that of the input. `"counts"`: that of the
 * input, but int64 for bool. `"floats"` and `"integers"`: that of the input, which must be of that kind; an op of floats that has a function of complex numbers
 * takes these, too.
 */
type UnaryResult = "float" | "same" | "any" | "counts" | "floats" | "integers";

function unaryResult(name: string, kind: UnaryResult, dtype: DType): DType {
  if (kind === "same" && dtype === "bool") throw new DTypeError(name, "expected numbers", ["bool"]);
  if (kind === "floats" && !isFloating(dtype) && !isComplex(dtype))
    throw new DTypeError(name, "expected a float tensor", [dtype]);
  if (kind === "integers" && !isInteger(dtype)) throw new DTypeError(name, "expected integers", [dtype]);
  if (kind === "float") return floatResult(dtype);
  return kind === "counts" && dtype === "bool" ? "int64" : dtype;
}

/** The record of an elementwise op of one tensor. */
export interface UnarySpec extends OpTraits, Pick<OpInfo, "name" | "torch" | "aliases" | "access"> {
  /** Parameters, `"input"` by default; `call` handles the others. */
  readonly signature?: string;
  readonly label?: string;
  readonly tex: { readonly forward: string; readonly vjp: string };
  /** The function of one element, in float64. */
  readonly f: (x: number) => number;
  /** The function of integers of at most 32 bits, where `f` in float64 loses the low bits of results that wrap around. */
  readonly integers?: (x: number) => number;
  /** The function of int64 beyond 2^53. */
  readonly bigints?: (x: bigint) => bigint;
  /** The function of complex numbers: one with a complex derivative, which `derivative` is, or a real function. An op without one refuses them. */
  readonly complex?: ComplexFunction | RealOfComplex;
  readonly result: UnaryResult;
  /** The tensor that the derivative reads. */
  readonly saves: "x" | "y" | "none";
  /** dy/dx. */
  readonly derivative: Factor | Selection | "none";
  /** The kink, with the derivative and its rule in TeX for another slope there; they read x. */
  readonly kink?: Omit<Kink<null>, "rules"> & {
    readonly derivative: (slope: number) => Selection;
    readonly tex: (slope: number) => string;
  };
  /** The interval of the samples: inside the domain, away from kinks. */
  readonly domain: readonly [low: number, high: number];
  /** Samples with other parameters. */
  readonly samples?: (r: SampleSource) => readonly Arguments[];
  /** The public function, if it takes more than the tensor. */
  readonly call?: (...args: never[]) => unknown;
}

const savesOf = (saves: "x" | "y" | "none"): Reads =>
  saves === "x" ? { inputs: [0] } : saves === "y" ? { outputs: [0] } : {};

/** Returns the kernel of int64 beyond 2^53 from the function of one element; `undefined` if the results are floats, so that rounded numbers will do. */
function unaryBigInts({ bigints, result, name }: UnarySpec): Kernel<null> | undefined {
  if (bigints === undefined && (result === "float" || result === "floats")) return undefined;
  const map = mapper((bigints ?? refuseBigInts(name)) as unknown as (x: number) => number);
  return (out, [x]) => map(out, x);
}

/** Returns a function that refuses an operation on BigInts. */
const refuseBigInts = (name: string) => (): never => {
  throw new DTypeError(name, "expected integers below 2^53", ["larger ones"]);
};

/** Whether the dtype is an integer of at most 32 bits. */
const isNarrow = (dtype: DType): boolean => dtype === "int32" || (dtype !== "int64" && isInteger(dtype));

/** Returns the gradient and tangent rules of an elementwise op of one tensor. */
const unaryRules = (
  derivative: Factor | Selection | "none",
  complex: UnarySpec["complex"],
): Pick<KinkRules<null>, "vjp" | "jvp"> => {
  if (derivative === "none") return { vjp: "none", jvp: "none" };
  const own = typeof complex === "object" ? complex : null;
  const isReal = ({ metas }: RuleContext<null>): boolean => !isComplex(metas[0].dtype);
  return {
    vjp: (g, ctx) => [own === null || isReal(ctx) ? through(g, derivative, ctx) : own.vjp(g, ctx)],
    jvp: ([dx], ctx) => {
      const t = dx as Tensor;
      return own === null || isReal(ctx) ? through(t, derivative, ctx) : own.jvp(t, ctx);
    },
  };
};

/** Returns the kink of an elementwise op of one tensor. */
const unaryKink = (
  { derivative, tex, ...kink }: Exclude<UnarySpec["kink"], undefined>,
  complex: UnarySpec["complex"],
): Kink<null> => ({
  ...kink,
  rules: (slope) => ({
    saves: { inputs: [0] },
    tex: tex(slope as number),
    ...unaryRules(derivative(slope as number), complex),
  }),
});

/** Registers an elementwise op of one tensor, and returns its function. */
export function unary(spec: UnarySpec): (input: Tensor) => Tensor {
  const { name, f, derivative, domain } = spec;
  const map = mapper(f);
  const mapIntegers = spec.integers === undefined ? map : mapper(spec.integers);
  const ofComplex = typeof spec.complex === "object" ? spec.complex : null;
  const run: Run<null> = defineOp<null>({
    name,
    torch: spec.torch,
    aliases: spec.aliases ?? [],
    access: spec.access,
    signature: spec.signature ?? "input",
    label: () => spec.label ?? name,
    tex: spec.tex,
    ...traitsOf(spec),
    outputs: ([x]) => {
      const same = unaryResult(name, spec.result, x.dtype);
      const dtype = ofComplex === null ? same : realDType(same);
      return dtype === x.dtype && !x.wrapped ? x : { shape: x.shape, dtype };
    },
    kernel: (out, [x], { outputs: [{ dtype }] }) => (isNarrow(dtype) ? mapIntegers : map)(out, castTo(x, dtype)),
    exact: unaryBigInts(spec),
    pointwise: f,
    saves: savesOf(spec.saves),
    ...unaryRules(derivative, spec.complex),
    kink: spec.kink === undefined ? undefined : unaryKink(spec.kink, spec.complex),
    batch: "elementwise",
    complex:
      ofComplex !== null
        ? complexReader(ofComplex.f)
        : typeof spec.complex === "function"
          ? complexMapper(spec.complex)
          : undefined,
    holomorphic: typeof spec.complex === "function",
    samples: (r) => [
      ...[[], [3], [2, 3]].map((shape) => ({
        input: spec.result === "integers" ? r.integers(shape, ...domain) : r.uniform(shape, ...domain),
      })),
      ...(spec.samples?.(r) ?? []),
    ],
    call: spec.call ?? op,
  });
  function op(input: Tensor): Tensor {
    return run([requireTensor(name, input)], null);
  }
  return op;
}

/** The record of an elementwise op of two tensors. */
export interface BinarySpec extends OpTraits, Pick<OpInfo, "name" | "torch" | "aliases" | "access"> {
  readonly signature?: string;
  readonly label: string;
  readonly tex: { readonly forward: string; readonly vjp: string };
  readonly f: (x: number, z: number) => number;
  /** The function of integers of at most 32 bits, where `f` in float64 loses the low bits of results that wrap around. */
  readonly integers?: (x: number, z: number) => number;
  /** The function of int64 beyond 2^53. */
  readonly bigints?: (x: bigint, z: bigint) => bigint | boolean;
  /** The function of complex numbers, with the partial derivatives `partials`. An op without one refuses them. */
  readonly complex?: ComplexOperation;
  /** The test of complex numbers, for an op whose results are bool. */
  readonly complexTest?: (z: ComplexNumber, w: ComplexNumber) => boolean;
  /** The function of float32, where rounding the result of `f` differs from PyTorch, which rounds intermediate results. */
  readonly singles?: (x: number, z: number) => number;
  readonly result: (x: Meta, z: Meta) => DType;
  /** The dtype that the operands are cast to, if it is not that of the result. */
  readonly computes?: (x: Meta, z: Meta) => DType;
  /** The operands and results that ∂y/∂x and ∂y/∂z read. */
  readonly saves: Saves;
  /** ∂y/∂x and ∂y/∂z. */
  readonly partials: readonly [Partial, Partial] | "none";
  /** The kink, with the partial derivatives and the gradient rule in TeX for another choice there; they read both operands. */
  readonly kink?: Omit<Kink<null>, "rules"> & {
    readonly partials: (choice: number) => readonly [Partial, Partial];
    readonly tex: (choice: number) => string;
  };
  readonly samples: (r: SampleSource) => readonly Arguments[];
}

/** Returns the dtype that both operands are promoted to. */
export const promotedDType = (x: Meta, z: Meta): DType =>
  x.dtype === z.dtype && !x.wrapped && !z.wrapped ? x.dtype : resultType([x, z]);

/** Returns the dtype that two operands are promoted to, float32 for integers and bools. */
export const promotedFloatDType = (x: Meta, z: Meta): DType => floatResult(promotedDType(x, z));

/** Returns the gradient and tangent rules of an elementwise op of two tensors. */
const binaryRules = (partials: readonly [Partial, Partial]): Pick<KinkRules<null>, "vjp" | "jvp"> => ({
  vjp: (g, ctx) => {
    const { needs } = ctx;
    return [needs[0] ? through(g, partials[0], ctx) : null, needs[1] ? through(g, partials[1], ctx) : null];
  },
  jvp: (tangents, ctx) =>
    partials
      .flatMap((p, i) => {
        const t = tangents[i];
        return t === null ? [] : [through(t, p, ctx)];
      })
      .reduce(addTerms),
});

/** Returns the kink of an elementwise op of two tensors. */
const binaryKink = ({ partials, tex, ...kink }: Exclude<BinarySpec["kink"], undefined>): Kink<null> => ({
  ...kink,
  rules: (choice) => ({
    saves: { inputs: [0, 1] },
    tex: tex(choice as number),
    ...binaryRules(partials(choice as number)),
  }),
});

/** Registers an elementwise op of two tensors, with broadcasting, and returns the function that runs it on tensors or numbers. */
export function binary(
  spec: BinarySpec,
  call: (...args: never[]) => unknown,
): (input: Operand, other: Operand) => Tensor {
  const { name, f, computes, partials } = spec;
  const zip = zipper(f);
  const zipIntegers = spec.integers === undefined ? zip : zipper(spec.integers);
  const zipSingles = spec.singles === undefined ? zip : zipper(spec.singles);
  // storing a number in a byte would keep its low bits only: 256 would be false
  const zipBool = zipper((a, b) => (f(a, b) !== 0 ? 1 : 0));
  const zipOf = (dtype: DType): typeof zip =>
    dtype === "float32" ? zipSingles : isNarrow(dtype) ? zipIntegers : dtype === "bool" ? zipBool : zip;
  const big = (spec.bigints ?? refuseBigInts(name)) as unknown as (x: number, z: number) => number;
  const zipBigInts = zipper(big);
  const run: Run<null> = defineOp<null>({
    name,
    torch: spec.torch,
    aliases: spec.aliases ?? [],
    access: spec.access,
    signature: spec.signature ?? "input, other",
    label: () => spec.label,
    tex: spec.tex,
    ...traitsOf(spec),
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
      zipOf(dtype)(out, castTo(arrays[0], as), castTo(arrays[1], as), a.shape, b.shape, shape);
    },
    exact: (out, [x, z], { inputs: [a, b], outputs: [{ shape, dtype }] }) => {
      if (isFloating(dtype) || isFloating(promotedDType(a, b)))
        zipOf(dtype)(out, toNumbers(x), toNumbers(z), a.shape, b.shape, shape);
      else zipBigInts(out, toBigInts(x), toBigInts(z), a.shape, b.shape, shape);
    },
    pointwise: spec.singles === undefined ? f : undefined,
    saves: spec.saves,
    ...(partials === "none" ? { vjp: "none" as const, jvp: "none" as const } : binaryRules(partials)),
    kink: spec.kink === undefined ? undefined : binaryKink(spec.kink),
    batch: "elementwise",
    complex:
      spec.complex !== undefined
        ? complexZipper(spec.complex)
        : spec.complexTest !== undefined
          ? complexTester(spec.complexTest, promotedDType)
          : undefined,
    holomorphic: spec.complex !== undefined,
    samples: spec.samples,
    call,
  });
  return (input, other) => run([toOperand(name, input), toOperand(name, other)], null);
}

/** Fast kernels and gradient rules compared with the record of the op, on all samples of all ops. */

import { autograd, Generator, LinAlgError, type Tensor, tensor, zeros } from "tapelab";
import { afterAll, describe, expect, test } from "vitest";
import { apply, compute } from "../../engine/src/dispatch/dispatch.ts";
import {
  fastComplexKernels,
  fastKernels,
  fastPathOf,
  fastRules,
  withReferenceKernels,
} from "../../engine/src/dispatch/fast.ts";
import { registered } from "../../engine/src/dispatch/registry.ts";
import type { AnyOp } from "../../engine/src/dispatch/spec.ts";
import { type Variant, withEagerKernels, withVariant } from "../../engine/src/fast/wasm/module.ts";
import { type DType, isComplex } from "../../engine/src/tensor/dtype.ts";
import type { Meta } from "../../engine/src/tensor/meta.ts";
import { callsOf } from "../support/calls.ts";
import { leaf, randomLike } from "../support/derivatives.ts";
import { sampleSource } from "../support/samples.ts";

interface Case {
  readonly title: string;
  readonly op: AnyOp;
  readonly inputs: readonly Tensor[];
  readonly params: unknown;
}

/** Variants of the inputs: other dtypes, strides and special values. */
const forms: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  "as they are": (x) => x,
  float64: (x) => converted(x, { float32: "float64", complex64: "complex128" }),
  float32: (x) => converted(x, { float64: "float32", complex128: "complex64" }),
  "transposed in memory": (x) =>
    x.wrapped === null ? forms.float32(x).transpose(0, -1).contiguous().transpose(0, -1) : x,
  "inside of something larger": (x) => {
    const y = forms.float32(x);
    if (x.ndim === 0) return y;
    const last = y.ndim - 1;
    const wide = zeros([...y.shape.slice(0, -1), y.shape[last] + 5], { dtype: y.dtype });
    wide.narrow(last, 3, y.shape[last]).copy_(y);
    return wide.narrow(last, 3, y.shape[last]);
  },
  "backwards in memory": (x) => {
    if (x.wrapped !== null) return x;
    const reversed = Array(x.ndim).fill("::-1");
    return forms
      .float32(x)
      .at(...reversed)
      .contiguous()
      .at(...reversed);
  },
  "with NaN": (x) => special(x, Number.NaN),
  "with ∞": (x) => special(x, Number.POSITIVE_INFINITY),
};

/** Returns the tensor in the dtype that stands beside its own, unless it is a number of the program. */
function converted(x: Tensor, dtypes: Partial<Record<DType, DType>>): Tensor {
  const dtype = dtypes[x.dtype];
  return dtype === undefined || x.wrapped !== null ? x : x.to(dtype);
}

function special(x: Tensor, value: number): Tensor {
  const y = forms.float32(x);
  if (y.numel() < 2 || !y.dtype.startsWith("float") || y.wrapped !== null) return y;
  const array = y.toTypedArray();
  array[1] = value;
  return tensor(array).reshape(y.shape);
}

/**
 * Whether an input gets no ∞ and NaN, as the fast kernel and the record then differ: one skips positions outside of the input, or has a tiny slope of a closed gate,
 * where the other multiplies by 0; and a transform of real numbers is not that of complex ones whose imaginary part is 0.
 */
const finite = (op: string, input: number): boolean =>
  (op.startsWith("conv") && input > 0) || op.startsWith("fft") || op === "attention" || op === "lstmLayer";

const cases: Case[] = [...registered.values()].flatMap((op) =>
  op.info.samples(sampleSource(7)).flatMap((args, i) =>
    callsOf(op, args).flatMap((call, j) =>
      (
        call.inputs.some((x) => isComplex(x.dtype))
          ? fastComplexKernels().includes(call.op.name)
          : fastKernels().includes(call.op.name) || fastRules().includes(call.op.name)
      )
        ? Object.entries(forms).map(([form, as]) => ({
            title: `${op.name} ${i}, ${call.op.name} ${j}, ${form}`,
            op: call.op,
            inputs: call.inputs.map((x, at) =>
              form.startsWith("with") && finite(call.op.name, at) ? forms.float32(x) : as(x),
            ),
            params: call.params,
          }))
        : [],
    ),
  ),
);

/** Expects both results to agree to rounding in the dtype of the result and of the inputs. */
function agree(fast: Tensor, reference: Tensor, inputs: readonly Tensor[], what: string): void {
  expect(fast.shape, what).toEqual(reference.shape);
  expect(fast.dtype, what).toBe(reference.dtype);
  const tolerance = [fast, ...inputs].some((t) => t.dtype === "float32" || t.dtype === "complex64") ? 2e-6 : 1e-13;
  const [a, b] = [fast.toTypedArray(), reference.toTypedArray()];
  const scale = Array.from(b).reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 1);
  const off = a.findIndex(
    (v, i) => !(v === b[i] || (Number.isNaN(v) && Number.isNaN(b[i]))) && !(Math.abs(v - b[i]) <= tolerance * scale),
  );
  expect(off < 0 ? "all agree" : `element ${off}: ${a[off]} for ${b[off]}`, what).toBe("all agree");
}

/** Outputs that are determined, of ops with vectors whose signs, and orthonormal bases whose vectors, are not: values, products, and products of a basis with itself. */
const determined: Readonly<Record<string, (outputs: readonly Tensor[]) => readonly Tensor[]>> = {
  eigh: ([values, V]) => [values, V.mul(values.unsqueeze(-2)).matmul(V.mT), V.mT.matmul(V)],
  linalgSvd: ([U, S, Vh]) => {
    const k = S.size(-1);
    const product = U.narrow(-1, 0, k)
      .mul(S.unsqueeze(-2))
      .matmul(Vh.narrow(-2, 0, k));
    return [S, product, U.mT.matmul(U), Vh.matmul(Vh.mT)];
  },
};

/** Returns the outputs; `null` for a matrix that the op refuses, such as one that is not positive definite. */
function computeUnlessRefused(op: AnyOp, inputs: readonly Tensor[], params: unknown): readonly Tensor[] | null {
  try {
    return compute(op, inputs, params);
  } catch (error) {
    if (error instanceof LinAlgError) return null;
    throw error;
  }
}

const took = new Set<string>();

describe.each(["wide", "relaxed", "plain"] as const satisfies readonly Variant[])("%s", (variant) => {
  test.each(cases)("$title", ({ op, inputs, params, title }) => {
    const reference = withReferenceKernels(() => computeUnlessRefused(op, inputs, params));
    if (reference === null) {
      // what the reference kernel refuses, the fast one leaves to it
      const metas = op as unknown as { outputs: (xs: readonly Tensor[], p: unknown) => Meta | readonly Meta[] };
      const blank = [metas.outputs(inputs, params)].flat().map((m) => zeros(m.shape, { dtype: m.dtype }));
      const kernel = fastPathOf(op.name).kernel;
      expect(withVariant(variant, () => withEagerKernels(() => kernel?.(blank, inputs, params) ?? false))).toBe(false);
      return;
    }
    withVariant(variant, () =>
      withEagerKernels(() => {
        const { kernel: real, complexKernel } = fastPathOf(op.name);
        const kernel = inputs.some((x) => isComplex(x.dtype)) ? complexKernel : real;
        const blank = reference.map((y) => zeros(y.shape, { dtype: y.dtype }));
        if (kernel?.(blank, inputs, params) === true) {
          took.add(op.name);
          const parts = determined[op.name] ?? ((outputs) => outputs);
          const expected = parts(reference);
          parts(blank).forEach((y, i) => agree(y, expected[i], inputs, title));
        }
      }),
    );
    if (!fastRules().includes(op.name) || inputs.every((x) => !x.dtype.startsWith("float"))) return;
    const g = new Generator(3);
    const gradients = (): (Tensor | null)[] => {
      const leaves = inputs.map((x) => (x.dtype.startsWith("float") && x.wrapped === null ? leaf(x) : x));
      const y = apply(op, leaves, params)[0];
      const wanted = leaves.filter((x) => x.requiresGrad);
      return autograd.grad(y, wanted, { gradOutputs: cotangent, allowUnused: true });
    };
    const cotangent = randomLike(reference[0], g).to(reference[0].dtype);
    const slow = withReferenceKernels(gradients);
    const fast = withVariant(variant, () => withEagerKernels(gradients));
    fast.forEach((d, i) => {
      const other = slow[i];
      if (d !== null && other !== null) agree(d, other, inputs, `${title}: gradient of input ${i}`);
      else expect(d, title).toBe(other);
    });
  });
});

afterAll(() => {
  expect([...took].sort(), "kernels that ran").toEqual(
    [...new Set([...fastKernels(), ...fastComplexKernels()])].sort(),
  );
});

/** Running ops on complex tensors. */
import { usesFastPaths } from "../tape/graph/fast-path.ts";
import { encodeArray, encodingOf, isComplex, type NumericArray, newArray, realDType } from "../tensor/dtype.ts";
import { DTypeError } from "../tensor/errors.ts";
import type { Meta } from "../tensor/meta.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { Tensor } from "../tensor/tensor.ts";
import { blank, zeroed } from "./blank.ts";
import type { OpSpec } from "./spec.ts";

type WithKernel<P> = Extract<OpSpec<P>, { kernel: unknown }>;

/** Computes the outputs of an op without recording it. */
type Compute = <P>(spec: OpSpec<P>, inputs: readonly Tensor[], params: P) => readonly Tensor[];

/** Returns whether any of the tensors is complex. */
export function hasComplex(inputs: readonly Tensor[]): boolean {
  for (let i = 0; i < inputs.length; i++) if (isComplex(inputs[i].dtype)) return true;
  return false;
}

const isList = <T>(x: T | readonly T[]): x is readonly T[] => Array.isArray(x);

/**
 * Computes the outputs of an op of which an input is complex, by its complex kernel.
 * @throws DTypeError for an op that has none.
 */
export function computeComplex<P>(
  spec: WithKernel<P>,
  inputs: readonly Tensor[],
  params: P,
  compute: Compute,
): readonly Tensor[] {
  const { complex } = spec;
  if (complex === undefined)
    throw new DTypeError(
      spec.name,
      "is not defined for complex numbers; abs(), real() and imag() give real ones",
      inputs.map((x) => x.dtype),
    );
  const rule = spec.outputs(inputs, params);
  const metas: readonly Meta[] = isList(rule) ? rule : [rule];
  const outputs = metas.map((m) => blank(m, spec.name));
  const fast = usesFastPaths() ? (spec.fastPath?.complexKernel ?? null) : null;
  if (fast?.(outputs, inputs, params) === true) return outputs;
  if (complex === "parts") computeParts(spec, outputs, inputs, params, compute);
  else if (complex === "products") computeProducts(spec, outputs[0], inputs, params, compute);
  else {
    // a result such as a count of int64 has words in its storage
    const isEncoded = (y: Tensor): boolean => encodingOf(y.storage.dtype) !== null;
    const outs = outputs.map((y) => (isEncoded(y) ? newArray(y.dtype, y.numel()) : zeroed(y.storage)));
    complex(outs[0], inputs.map(contiguousArray), { params, inputs, outputs: metas, outs });
    outputs.forEach((y, i) => {
      if (isEncoded(y)) y.storage.array.set(encodeArray(outs[i], y.dtype));
    });
  }
  return outputs;
}

/** Returns the real (0) or imaginary (1) part of a complex tensor, in the same memory; a real tensor itself. */
export function partOf(x: Tensor, part: 0 | 1): Tensor {
  if (!isComplex(x.dtype)) return x;
  const strides = x.strides.map((s) => 2 * s);
  return new Tensor(x.storage, x.shape, strides, 2 * x.offset + part, null, realDType(x.dtype));
}

/** Computes real and imaginary parts of the outputs from those of the inputs. */
function computeParts<P>(
  spec: WithKernel<P>,
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  params: P,
  compute: Compute,
): void {
  for (const part of [0, 1] as const) {
    const parts = inputs.map((x) => partOf(x, part));
    compute(spec, parts, params).forEach((y, i) => {
      writePart(outputs[i].storage.array, contiguousArray(y), part);
    });
  }
}

/** Computes (a + ib)(c + id) from the products of the parts, of which real factors have one. */
function computeProducts<P>(
  spec: WithKernel<P>,
  output: Tensor,
  inputs: readonly Tensor[],
  params: P,
  compute: Compute,
): void {
  const [x, z, ...others] = inputs;
  const product = (i: 0 | 1, j: 0 | 1): NumericArray =>
    contiguousArray(compute(spec, [partOf(x, i), partOf(z, j), ...others], params)[0]);
  const [left, right] = [isComplex(x.dtype), isComplex(z.dtype)];
  const re = product(0, 0);
  const [second, crossed] = [left && right ? product(1, 1) : null, left && right ? product(0, 1) : null];
  const im = left ? product(1, 0) : product(0, 1);
  const out = output.storage.array;
  for (let i = 0; i < re.length; i++) {
    out[2 * i] = second === null ? re[i] : re[i] - second[i];
    out[2 * i + 1] = crossed === null ? im[i] : im[i] + crossed[i];
  }
}

function writePart(out: NumericArray, values: NumericArray, part: 0 | 1): void {
  for (let i = 0; i < values.length; i++) out[2 * i + part] = values[i];
}

/** Copies by WebAssembly: into row-major order, side by side, and into a window of zeros. Any dtype. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { kernelsFor } from "../wasm/module.ts";
import { addressOf, copyTo, resultOf, settle } from "../wasm/operands.ts";

const worthwhile = 64;

const clone: FastKernel = ([out], [x]) => {
  if (kernelsFor(sizeOf(out.shape), worthwhile) === null) return false;
  copyTo(x, resultOf(out));
  return settle();
};

/** Bytes of what lies behind a dimension, for one step along it. */
const inner = (shape: readonly number[], dim: number, size: number): number => sizeOf(shape.slice(dim + 1)) * size;

/** Parts one after the other along a dimension; `stack` puts each at a step of its own. */
const join =
  (stacked: boolean): FastKernel =>
  ([out], inputs, params) => {
    const dim = params as number;
    const wasm = kernelsFor(sizeOf(out.shape), worthwhile);
    if (wasm === null || inputs.some((x) => x.storage.dtype !== out.storage.dtype)) return false;
    const step = inner(out.shape, dim, bytesPerElement[out.storage.dtype]);
    const [outer, whole] = [sizeOf(out.shape.slice(0, dim)), out.shape[dim] * step];
    let to = resultOf(out);
    for (const x of inputs) {
      const part = stacked ? step : x.shape[dim] * step;
      if (part > 0) wasm.copyRows(outer, part, addressOf(x), part, to, whole);
      to += part;
    }
    return settle();
  };

interface Window {
  readonly dim: number;
  readonly start: number;
  readonly step: number;
}

/** A window of something larger that is 0 elsewhere. */
const embed: FastKernel = ([out], [x], params) => {
  const { dim, start, step: stride } = params as Window;
  const wasm = stride === 1 ? kernelsFor(sizeOf(out.shape), worthwhile) : null;
  if (wasm === null || sizeOf(x.shape) === 0) return false;
  const step = inner(out.shape, dim, bytesPerElement[out.storage.dtype]);
  const part = x.shape[dim] * step;
  const to = resultOf(out);
  wasm.clear(sizeOf(out.shape) * bytesPerElement[out.storage.dtype], to);
  wasm.copyRows(sizeOf(out.shape.slice(0, dim)), part, addressOf(x), part, to + start * step, out.shape[dim] * step);
  return settle();
};

export function registerCopies(): void {
  registerFastKernel("clone", clone);
  registerFastKernel("cat", join(false));
  registerFastKernel("stack", join(true));
  registerFastKernel("embed", embed);
}

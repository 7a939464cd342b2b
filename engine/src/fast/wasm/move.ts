/** Copies between places in memory with any strides. */
import type { Shape } from "../../tensor/shape.ts";
import type { Kernels } from "./module.ts";
import { collapse } from "./strides.ts";

/** Elements in memory: the address of the first, and the strides in elements, which may be 0 or negative. */
export interface Place {
  readonly address: number;
  readonly strides: readonly number[];
}

type Move = Kernels["move32"];

/** Copies a window of elements of so many bytes. Returns `false` without doing it for another size. */
export function move(wasm: Kernels, bytes: number, window: Shape, from: Place, to: Place): boolean {
  if (bytes !== 1 && bytes !== 4 && bytes !== 8) return false;
  return run({ 1: wasm.move8, 4: wasm.move32, 8: wasm.move64 }[bytes], bytes, window, from, to);
}

/** Adds a window of elements of float32 or float64, which have so many bytes, to others. */
export function addMoved(wasm: Kernels, bytes: number, window: Shape, from: Place, to: Place): boolean {
  return run(bytes === 4 ? wasm.addMoved32 : wasm.addMoved64, bytes, window, from, to);
}

function run(kernel: Move, bytes: number, window: Shape, from: Place, to: Place): boolean {
  const { shape, strides } = collapse(window, [from.strides, to.strides]);
  if (shape.includes(0)) return true;
  if (shape.length > 4) {
    const at = ({ address }: Place, k: number, i: number): Place => ({
      address: address + bytes * i * strides[k][0],
      strides: strides[k].slice(1),
    });
    for (let i = 0; i < shape[0]; i++) run(kernel, bytes, shape.slice(1), at(from, 0, i), at(to, 1, i));
    return true;
  }
  const pad = 4 - shape.length;
  const n = (d: number): number => (d < pad ? 1 : shape[d - pad]);
  const s = (k: number, d: number): number => (d < pad ? 0 : bytes * strides[k][d - pad]);
  const f = (d: number): number => s(0, d);
  const t = (d: number): number => s(1, d);
  kernel(n(0), n(1), n(2), n(3), from.address, f(0), f(1), f(2), f(3), to.address, t(0), t(1), t(2), t(3));
  return true;
}

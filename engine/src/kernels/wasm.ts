/** The WebAssembly module of the fast kernels, and its memory as a scratch pad: operands are copied in, results out. */
import { plainSimd, relaxedSimd } from "./binary.ts";

interface Exports {
  readonly workspaceBytes: { readonly value: number };
  gemm(
    m: number,
    n: number,
    k: number,
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    bColumn: number,
    c: number,
    accumulate: number,
    workspace: number,
  ): void;
}

const pageBytes = 65_536;
const alignment = 64;

const align = (n: number): number => Math.ceil(n / alignment) * alignment;

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The variants in the order of preference: with fused multiply-add, and with what every browser has. */
export const variants: Readonly<Record<"relaxed" | "plain", string>> = { relaxed: relaxedSimd, plain: plainSimd };

export class WasmKernels {
  readonly #memory = new WebAssembly.Memory({ initial: 32 });
  readonly #exports: Exports;
  #floats: Float32Array;

  constructor(module: WebAssembly.Module) {
    const env = { memory: this.#memory, abort: () => {} };
    this.#exports = new WebAssembly.Instance(module, { env }).exports as unknown as Exports;
    this.#floats = new Float32Array(this.#memory.buffer);
  }

  /** Addresses of blocks of so many floats, behind the workspace; what is there is left over from before. */
  #place(...lengths: readonly number[]): number[] {
    let next = align(alignment + this.#exports.workspaceBytes.value);
    const places = lengths.map((length) => {
      const place = next;
      next = align(next + 4 * length);
      return place;
    });
    const missing = next - this.#memory.buffer.byteLength;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / pageBytes));
      this.#floats = new Float32Array(this.#memory.buffer);
    }
    return places;
  }

  /** out = A B, or out += A B where `accumulate`; `out` is [m, n] without gaps. */
  gemm(
    out: Float32Array,
    [m, n, k]: readonly [number, number, number],
    a: Matrix,
    b: Matrix,
    accumulate: boolean,
  ): void {
    const [pa = 0, pb = 0, pc = 0] = this.#place(a.elements.length, b.elements.length, m * n);
    this.#floats.set(a.elements, pa / 4);
    this.#floats.set(b.elements, pb / 4);
    if (accumulate) this.#floats.set(out, pc / 4);
    this.#exports.gemm(m, n, k, pa, a.row, a.column, pb, b.row, b.column, pc, Number(accumulate), alignment);
    out.set(this.#floats.subarray(pc / 4, pc / 4 + m * n));
  }
}

/** A matrix in a window of memory: element (i, j) is at i * row + j * column. */
export interface Matrix {
  readonly elements: Float32Array;
  readonly row: number;
  readonly column: number;
}

let loaded: WasmKernels | null | undefined;

/** The kernels, loaded when they are first wanted; `null` where WebAssembly has no SIMD. */
export function wasmKernels(): WasmKernels | null {
  if (loaded !== undefined) return loaded;
  const bytes = Object.values(variants)
    .map(bytesOf)
    .find((module) => WebAssembly.validate(module));
  loaded = bytes === undefined ? null : new WasmKernels(new WebAssembly.Module(bytes));
  return loaded;
}

/** One of the variants by itself, for tests. */
export const wasmVariant = (name: keyof typeof variants): WasmKernels =>
  new WasmKernels(new WebAssembly.Module(bytesOf(variants[name])));

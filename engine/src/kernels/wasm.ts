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
  binary(op: number, rows: number, n: number, a: number, b: number, c: number): void;
  scalar(op: number, swapped: number, n: number, a: number, b: number, c: number): void;
  unary(op: number, n: number, a: number, c: number): void;
}

/** Ops by the numbers that the module knows them by. */
const binaryOps = ["add", "sub", "mul", "div"] as const;
const unaryOps = ["neg", "abs", "sqrt", "relu"] as const;
export type BinaryName = (typeof binaryOps)[number];
export type UnaryName = (typeof unaryOps)[number];

/** Elements that are worked on at a time: they and the result stay in the cache. */
const piece = 16_384;

const pageBytes = 65_536;
/** Of operands and result; the memory stays as large as the largest product needed. */
const maxBytes = 2 ** 31;
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

  /** Whether blocks of so many floats in all have a place. */
  fits(floats: number): boolean {
    return 4 * floats <= maxBytes;
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

  /** out = x op z, where z has the elements of x, or of each of its rows. */
  binary(op: BinaryName, out: Float32Array, x: Float32Array, z: Float32Array): void {
    const whole = z.length === x.length;
    if (!whole && z.length > piece) {
      for (let from = 0; from < x.length; from += z.length)
        this.binary(op, out.subarray(from, from + z.length), x.subarray(from, from + z.length), z);
      return;
    }
    const row = whole ? Math.min(piece, x.length) : z.length;
    const rows = whole ? 1 : Math.max(1, Math.floor(piece / row));
    const [a = 0, b = 0, c = 0] = this.#place(rows * row, row, rows * row + 4);
    if (!whole) this.#floats.set(z, b / 4);
    for (let from = 0; from < x.length; from += rows * row) {
      const to = Math.min(from + rows * row, x.length);
      this.#floats.set(x.subarray(from, to), a / 4);
      if (whole) this.#floats.set(z.subarray(from, to), b / 4);
      const n = whole ? to - from : row;
      this.#exports.binary(binaryOps.indexOf(op), (to - from) / n, n, a, b, c);
      out.set(this.#floats.subarray(c / 4, c / 4 + to - from), from);
    }
  }

  /** out = x op z, or z op x where `swapped`, for a number z. */
  scalar(op: BinaryName, out: Float32Array, x: Float32Array, z: number, swapped: boolean): void {
    this.#each(out, x, (n, a, c) => this.#exports.scalar(binaryOps.indexOf(op), Number(swapped), n, a, z, c));
  }

  unary(op: UnaryName, out: Float32Array, x: Float32Array): void {
    this.#each(out, x, (n, a, c) => this.#exports.unary(unaryOps.indexOf(op), n, a, c));
  }

  #each(out: Float32Array, x: Float32Array, run: (n: number, a: number, c: number) => void): void {
    const [a = 0, c = 0] = this.#place(piece, piece);
    for (let from = 0; from < x.length; from += piece) {
      const n = Math.min(piece, x.length - from);
      this.#floats.set(x.subarray(from, from + n), a / 4);
      run(n, a, c);
      out.set(this.#floats.subarray(c / 4, c / 4 + n), from);
    }
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

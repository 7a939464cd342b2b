/** Constants of Fourier transforms in memory of the kernels. */
import { type Chirp, chirpOf, radicesOf, rootsOfUnity } from "../../dispatch/fourier.ts";
import type { Kernels } from "../wasm/module.ts";
import { allocateTemporary, arrayAddressOf, memory32 } from "../wasm/operands.ts";

type Elements = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/** The constants of a length: those of the passes, and of the convolution for a length with large prime factors. */
interface Tables {
  readonly size: number;
  readonly radices: readonly number[];
  readonly roots: Elements;
  readonly convolution: { readonly chirp: Elements; readonly filter: Elements } | null;
}

const cached = new Map<string, Tables | Elements>();
/** Tables take up to 64 bytes per element, so few are kept. */
const mostTables = 32;

/** Returns what `make` returned for the key before, or makes it. */
export function kept<T extends Tables | Elements>(key: string, make: () => T): T {
  const known = cached.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  if (cached.size >= mostTables) cached.clear();
  cached.set(key, made);
  return made;
}

/** Returns numbers in the precision of a transform. */
const inPrecision = (values: Float64Array<ArrayBuffer>, isDouble: boolean): Elements =>
  isDouble ? values : Float32Array.from(values);

/** Returns the roots of unity e^(-2πik/n). */
export const rootsOf = (n: number, isDouble: boolean): Elements =>
  kept(`${n} ${isDouble} roots`, () => inPrecision(rootsOfUnity(n), isDouble));

/** Transforms one line of complex numbers of float64. */
type TransformLine = (line: Float64Array<ArrayBuffer>) => Float64Array<ArrayBuffer>;

/** Returns the constants of the transform of n elements. A filter is transformed in float64. */
function tablesOf(n: number, isDouble: boolean, transformLine: TransformLine): Tables {
  return kept(`${n} ${isDouble}`, () => {
    const radices = radicesOf(n);
    if (radices !== null) return { size: n, radices, roots: rootsOf(n, isDouble), convolution: null };
    const { size, chirp, filter }: Chirp = chirpOf(n);
    const convolution = {
      chirp: inPrecision(chirp, isDouble),
      filter: inPrecision(transformLine(filter), isDouble),
    };
    return { size, radices: radicesOf(size) ?? [], roots: rootsOf(size, isDouble), convolution };
  });
}

/** The words of `abi/jobs/fourier` that describe the transform of a length, with addresses of temporaries. */
export interface PlanWords {
  readonly length: number;
  readonly size: number;
  readonly roots: number;
  readonly chirp: number;
  readonly filter: number;
  readonly buffer: number;
  readonly passes: number;
  readonly radices: readonly number[];
}

/** Copies the constants of a length to temporaries. */
export function planWords(wasm: Kernels, n: number, isDouble: boolean, transformLine: TransformLine): PlanWords {
  const { size, radices, roots, convolution } = tablesOf(n, isDouble, transformLine);
  return {
    length: n,
    size,
    roots: arrayAddressOf(roots),
    chirp: convolution === null ? 0 : arrayAddressOf(convolution.chirp),
    filter: convolution === null ? 0 : arrayAddressOf(convolution.filter),
    buffer: allocateTemporary(wasm.fourierBufferBytes(size)),
    passes: radices.length,
    radices,
  };
}

/** Copies words to a temporary and returns its address. */
export const wordsAddressOf = (words: readonly number[]): number => arrayAddressOf(Int32Array.from(words));

/** Reads numbers of float64 from memory. */
export const doublesAt = (address: number, count: number): Float64Array<ArrayBuffer> =>
  Float64Array.from(new Float64Array(memory32().buffer, address, count));

/** Fourier transforms of lines in memory: in blocks where elements of a line lie far apart, and of a single long line as a matrix. */
import { radicesOf, rootOfUnity, rootsOfUnity } from "../../dispatch/fourier.ts";
import * as Job from "../abi/jobs/fourier.ts";
import { doubleWords, layoutOf } from "../threads/words.ts";
import type { Kernels } from "../wasm/module.ts";
import { allocateTemporary, arrayAddressOf } from "../wasm/operands.ts";
import { doublesAt, kept, planWords, rootsOf, wordsAddressOf } from "./tables.ts";

/** Where lines lie: the bytes and the number of their elements, and distances in bytes. */
export interface Lines {
  readonly bytes: number;
  readonly count: number;
  /** From the first element of a line to that of the next one, of `inner` lines. */
  readonly near: number;
  /** From the first element of a line to that of the line `inner` lines on. */
  readonly far: number;
  /** From one element of a line to the next one. */
  readonly step: number;
}

/** A transform of lines. */
export interface Transform {
  readonly kind: "fourierComplex" | "fourierReal" | "fourierHermitian";
  readonly isDouble: boolean;
  readonly outer: number;
  readonly inner: number;
  readonly source: Lines;
  readonly target: Lines;
  readonly forward: boolean;
  readonly scale: number;
  /** The factor of the elements that stand for their conjugates as well. */
  readonly middle: number;
  /** The length n of the roots w by which results are multiplied, element k of line j by w^(j k), or 0. */
  readonly twist: number;
}

const fourierWords = layoutOf(Job);

/** Lines of a block: those of a few cache lines of a row. */
const blockLines = 32;
/** Elements at least so many bytes apart share no cache line and few sets of a cache, which has no room for a line of more than so many of them. */
const [farApart, cachedElements] = [512, 64];
/** From so many elements on, a single line is transformed as a matrix. */
const longLine = 2048;

/** Fewer lines leave lanes of a kernel's vectors unused. */
const fewLines = (isDouble: boolean): number => (isDouble ? 2 : 4);

/** Whether lines are columns whose elements lie far apart. */
const areColumns = ({ bytes, near, step, count }: Lines): boolean =>
  near === bytes && step >= farApart && count > cachedElements;

/** Transforms lines from one address to another one. Its constants are in temporaries, so it can be called until the kernel is finished. */
export type TransformLines = (from: number, to: number) => void;

/** Returns the function that transforms lines. */
export function transformOf(wasm: Kernels, transform: Transform): TransformLines {
  const { kind, isDouble, outer, inner, source, target } = transform;
  const isFew = outer * inner < fewLines(isDouble) && inner === 1;
  const rows = kind === "fourierComplex" && isFew && source.count >= longLine ? nearRoot(source.count) : 1;
  if (rows === 1) return inBlocks(wasm, transform);
  const transformLine = asMatrix(wasm, transform, rows);
  return (from, to) => {
    for (let o = 0; o < outer; o++) transformLine(from + o * source.far, to + o * target.far);
  };
}

/** Returns the function that transforms lines: in blocks, if they are columns, and all at once otherwise. */
function inBlocks(wasm: Kernels, transform: Transform): TransformLines {
  const { kind, isDouble, source, target } = transform;
  const words = wordsOf(wasm, transform);
  const kernel = wasm[`${kind}${isDouble ? 64 : 32}`];
  if (areColumns(source) || areColumns(target)) return columnsInBlocks(wasm, transform, words);
  const address = wordsAddressOf(fourierWords(words));
  return (from, to) => kernel(address, from, to);
}

type Words = Parameters<typeof fourierWords>[0];

/** Returns the function that transforms columns in blocks, which are copied to where they are contiguous. */
function columnsInBlocks(wasm: Kernels, transform: Transform, words: Words): TransformLines {
  const { kind, isDouble, outer, inner, source, target } = transform;
  const kernel = wasm[`${kind}${isDouble ? 64 : 32}`];
  const [isGathered, isScattered] = [areColumns(source), areColumns(target)];
  const block = (lines: Lines): number => allocateTemporary(blockLines * lines.bytes * lines.count);
  const [input, output] = [isGathered ? block(source) : 0, isScattered ? block(target) : 0];
  const transformBlock = (firstLine: number, count: number, p: number, q: number): void => {
    const [sourceRow, targetRow] = [count * source.bytes, count * target.bytes];
    if (isGathered) wasm.copyRows(source.count, sourceRow, p, source.step, input, sourceRow);
    const near = {
      ...words,
      lines: count,
      inner: count,
      fromStep: isGathered ? sourceRow : source.step,
      toStep: isScattered ? targetRow : target.step,
      firstLine,
    };
    kernel(wordsAddressOf(fourierWords(near)), isGathered ? input : p, isScattered ? output : q);
    if (isScattered) wasm.copyRows(target.count, targetRow, output, targetRow, q, target.step);
  };
  return (from, to) => {
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i += blockLines) {
        const [p, q] = [from + o * source.far + i * source.near, to + o * target.far + i * target.near];
        transformBlock(i, Math.min(blockLines, inner - i), p, q);
      }
  };
}

/** Returns the words of `abi/jobs/fourier`. */
function wordsOf(
  wasm: Kernels,
  { kind, isDouble, outer, inner, source, target, forward, scale, middle, twist }: Transform,
): Words {
  const n = kind === "fourierReal" ? source.count : target.count;
  const isEven = kind !== "fourierComplex" && n % 2 === 0;
  const [scaleLow, scaleHigh] = doubleWords(scale);
  const [middleLow, middleHigh] = doubleWords(middle);
  const bits = twist === 0 ? 0 : Math.ceil(Math.log2(twist) / 2);
  return {
    ...planWords(wasm, isEven ? n / 2 : n, isDouble, (line) => transformedLine(wasm, line)),
    lines: outer * inner,
    inner,
    fromInner: source.near,
    fromOuter: source.far,
    fromStep: source.step,
    toInner: target.near,
    toOuter: target.far,
    toStep: target.step,
    evenRoots: isEven ? arrayAddressOf(rootsOf(n, isDouble)) : 0,
    isInverse: Number(!forward),
    count: kind === "fourierReal" ? target.count : source.count,
    scaleLow,
    scaleHigh,
    middleLow,
    middleHigh,
    lowRoots: twist === 0 ? 0 : arrayAddressOf(kept(`${twist} low`, () => rootsOfUnity(twist, 2 ** bits))),
    highRoots: twist === 0 ? 0 : arrayAddressOf(kept(`${twist} high`, () => everyRoot(twist, 2 ** bits))),
    rootBits: bits,
    firstLine: 0,
  };
}

/** Returns every `step`-th root of unity of n. */
function everyRoot(n: number, step: number): Float64Array<ArrayBuffer> {
  const count = Math.ceil(n / step);
  const roots = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) roots.set(rootOfUnity(i * step, n), 2 * i);
  return roots;
}

/** Transforms one line of complex numbers. */
function transformedLine(wasm: Kernels, line: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const n = line.length / 2;
  const [from, to] = [arrayAddressOf(line), allocateTemporary(line.byteLength)];
  const lines: Lines = { bytes: 16, count: n, near: 16, far: 16 * n, step: 16 };
  const one = { outer: 1, inner: 1, source: lines, target: lines, forward: true, scale: 1, middle: 1, twist: 0 };
  inBlocks(wasm, { kind: "fourierComplex", isDouble: true, ...one })(from, to);
  return doublesAt(to, line.length);
}

/** Returns the divisor of n nearest to its square root among the products of its first radices. */
function nearRoot(n: number): number {
  let divisor = 1;
  for (const r of radicesOf(n) ?? []) if (divisor * r <= Math.sqrt(n) * 1.5) divisor *= r;
  return divisor;
}

/**
 * Returns the function that transforms a line of n = r c elements as a matrix [r, c]: its columns, then, after a multiplication of element k of column j by e^(-2πijk/n),
 * its rows, of which the result has the columns in turn. Source: Bailey, "FFTs in external or hierarchical memory" (1990).
 */
function asMatrix(wasm: Kernels, transform: Transform, rows: number): TransformLines {
  const { source, target } = transform;
  const { bytes, count: n } = source;
  const columns = n / rows;
  const between = allocateTemporary(bytes * n);
  const columnsOf = ({ step }: { readonly step: number }): Lines => ({
    bytes,
    count: rows,
    near: step,
    far: n * step,
    step: columns * step,
  });
  const one = { ...transform, outer: 1 };
  const first = { ...one, inner: columns, source: columnsOf(source), target: columnsOf({ step: bytes }), scale: 1 };
  const transformColumns = inBlocks(wasm, { ...first, twist: n });
  const line = { bytes, count: columns, near: bytes * columns, far: bytes * n, step: bytes };
  const result = { bytes, count: columns, near: target.step, far: n * target.step, step: rows * target.step };
  const transformRows = inBlocks(wasm, { ...one, inner: rows, source: line, target: result });
  return (from, to) => {
    transformColumns(from, between);
    transformRows(between, to);
  };
}

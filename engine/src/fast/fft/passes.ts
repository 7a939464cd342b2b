/** Fourier transforms along several dimensions: passes along one of them each, in an order and in parts that leave elements in the cache. */
import { sizesAround } from "../../dispatch/loops.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Kernels } from "../wasm/module.ts";
import { type Lines, type Transform, type TransformLines, transformOf } from "./runs.ts";

/** A pass over a contiguous tensor: the transform of its lines along one dimension, from one address to another one. */
export interface Pass {
  readonly kind: Transform["kind"];
  readonly dim: number;
  readonly source: Shape;
  readonly target: Shape;
  readonly from: number;
  readonly to: number;
}

/** Settings of all passes; only the last one scales. */
export type Options = Pick<Transform, "isDouble" | "forward" | "middle" | "scale">;

/** Bytes of a part of a tensor that stays in the cache between passes. */
const cachedBytes = 2 ** 18;

/** Returns the passes of complex numbers along dimensions, the last one first: from one address to another one, and then in place. */
export function complexPasses(dims: readonly number[], shape: Shape, from: number, to: number): Pass[] {
  return dims
    .toSorted((a, b) => b - a)
    .map((dim, i) => ({ kind: "fourierComplex", dim, source: shape, target: shape, from: i === 0 ? from : to, to }));
}

/** Returns the passes of real numbers along the last of some dimensions, and of the complex ones along the others. */
export function realPasses(dims: readonly number[], source: Shape, target: Shape, from: number, to: number): Pass[] {
  return [
    { kind: "fourierReal", dim: dims[dims.length - 1], source, target, from, to },
    ...complexPasses(dims.slice(0, -1), target, to, to),
  ];
}

/** Runs passes in their order: neighbouring ones along near dimensions, whose elements stay in the cache, part by part, and others over the whole tensor. */
export function runPasses(wasm: Kernels, passes: readonly Pass[], options: Options): void {
  const isNear = ({ dim, source, target }: Pass): boolean =>
    [source, target].every((shape) => sizeOf(shape.slice(dim)) * bytesOf(options.isDouble) <= cachedBytes);
  const groups: Pass[][] = [];
  for (const pass of passes) {
    const group = groups.at(-1);
    if (group !== undefined && isNear(group[0]) && isNear(pass)) group.push(pass);
    else groups.push([pass]);
  }
  groups.forEach((group, i) => runInParts(wasm, group, i < groups.length - 1 ? { ...options, scale: 1 } : options));
}

/** Runs passes over one part of a tensor after the other, where there are several: over as many indices of the dimensions before theirs as stay in the cache. */
function runInParts(wasm: Kernels, passes: readonly Pass[], options: Options): void {
  const first = Math.min(...passes.map((p) => p.dim));
  const outer = sizeOf(passes[0].source.slice(0, first));
  const bytes = passes.map((pass) => partBytes(pass, first, options.isDouble));
  const most = passes.length === 1 ? outer : Math.max(1, Math.floor(cachedBytes / Math.max(...bytes.flat())));
  const runFrom = (start: number, end: number, count: number): void => {
    const run = passes.map((pass, i) => {
      const scale = i === passes.length - 1 ? options.scale : 1;
      return passOver(wasm, pass, first, count, { ...options, scale });
    });
    for (let o = start; o < end; o += count)
      passes.forEach(({ from, to }, i) => run[i](from + o * bytes[i][0], to + o * bytes[i][1]));
  };
  const rest = outer % most;
  runFrom(0, outer - rest, most);
  if (rest > 0) runFrom(outer - rest, outer, rest);
}

/** Bytes of a complex number. */
const bytesOf = (isDouble: boolean): number => (isDouble ? 16 : 8);

/** Returns the bytes of elements of a pass: of its source and of its target. */
function elementBytes({ kind }: Pass, isDouble: boolean): readonly [source: number, target: number] {
  const complex = bytesOf(isDouble);
  return [kind === "fourierReal" ? complex / 2 : complex, kind === "fourierHermitian" ? complex / 2 : complex];
}

/** Returns the bytes from one index of the dimensions before one to the next index: of the source and of the target. */
function partBytes(pass: Pass, dim: number, isDouble: boolean): readonly [source: number, target: number] {
  const [source, target] = elementBytes(pass, isDouble);
  return [source * sizeOf(pass.source.slice(dim)), target * sizeOf(pass.target.slice(dim))];
}

/** Returns the function that does a pass over `count` indices of the dimensions before `first`. */
function passOver(wasm: Kernels, pass: Pass, first: number, count: number, options: Options): TransformLines {
  const dim = pass.dim - first + 1;
  const bytes = elementBytes(pass, options.isDouble);
  const shapes = [pass.source, pass.target].map((shape) => [count, ...shape.slice(first)]);
  const [source, target] = shapes.map((shape, i) => linesOf(shape, dim, bytes[i]));
  const [outer, , inner] = sizesAround(shapes[0], dim);
  return transformOf(wasm, { ...options, kind: pass.kind, outer, inner, source, target, twist: 0 });
}

/** Returns the lines of a contiguous tensor along a dimension. */
function linesOf(shape: Shape, dim: number, bytes: number): Lines {
  const [, count, inner] = sizesAround(shape, dim);
  return { bytes, count, near: bytes, far: bytes * count * inner, step: bytes * inner };
}

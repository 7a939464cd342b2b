/** Descriptions of the arguments of an op, and the files from which both libraries read the same elements. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Describes tensors: of normal and of uniform elements, of integers, of indices, of bools, and of other elements by a formula of their position. */
export const normal = (...shape) => ({ kind: "normal", dtype: "float32", shape });
export const uniform = (low, high, ...shape) => ({ kind: "uniform", dtype: "float32", low, high, shape });
export const integers = (low, high, ...shape) => ({ kind: "integers", dtype: "int32", low, high, shape });
export const indices = (high, ...shape) => ({ kind: "integers", dtype: "index", low: 0, high, shape });
export const bools = (...shape) => ({ kind: "integers", dtype: "bool", low: 0, high: 2, shape });
/** Indices, each of which occurs once, in random order. */
export const permutation = (n) => ({ kind: "permutation", dtype: "index", shape: [n] });
/** The index of the first element of each window of 2 elements a dimension, in planes that are twice as long [n, channels, ...]. */
export const corners = (...shape) => ({ kind: "corners", dtype: "index", shape });
/** Numbers of float32 in rising order between 0 and 1. */
export const rising = (n) => ({ kind: "rising", dtype: "float32", shape: [n] });
/** Symmetric matrices with eigenvalues around 2 n. */
export const positiveDefinite = (...shape) => ({ kind: "positiveDefinite", dtype: "float32", shape });
/** Lower triangular matrices with a diagonal between 1 and 2. */
export const triangular = (...shape) => ({ kind: "triangular", dtype: "float32", shape });
/** Orthogonal-looking matrices: normal elements divided by √n. */
export const scaledNormal = (...shape) => ({ kind: "scaledNormal", dtype: "float32", shape });
/** A tensor with another dtype: `"float64"`, `"complex64"` or `"complex128"`, whose real and imaginary parts both have elements of the description. */
export const as = (name, described) => ({ ...described, dtype: name });
/** A dtype, such as `"float64"`. */
export const dtype = (name) => ({ kind: "dtype", name });

export const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** Returns a generator of numbers in [0, 1) (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns the function that gives the i-th element. */
function elements({ kind, low, high, shape, values }, random) {
  const columns = shape.at(-1);
  const rows = shape.at(-2);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  switch (kind) {
    case "normal":
      return gauss;
    case "scaledNormal":
      return () => gauss() / Math.sqrt(columns);
    case "uniform":
      return () => low + (high - low) * random();
    case "integers":
      return () => Math.floor(low + (high - low) * random());
    case "spread": {
      // integers of a sample, times the factor by which its sizes were scaled
      const [list, factor] = values;
      return () => Math.floor((list[Math.floor(random() * list.length)] + (factor > 1 ? random() : 0)) * factor);
    }
    case "corners":
      return (i) => {
        let [rest, index, size] = [i, 0, 1];
        for (const length of shape.slice(2).toReversed()) {
          index += 2 * (rest % length) * size;
          size *= 2 * length;
          rest = Math.floor(rest / length);
        }
        return index;
      };
    case "rising":
      return (i) => i / columns;
    case "positiveDefinite":
      return (i) => {
        const [r, c] = [Math.floor(i / columns) % rows, i % columns];
        return (r === c ? 2 * columns : 0) + Math.sin((r + 1) * (c + 1));
      };
    case "triangular":
      return (i) => {
        const [r, c] = [Math.floor(i / columns) % rows, i % columns];
        return r === c ? 1 + random() : r > c ? gauss() / columns : 0;
      };
    default:
      throw new Error(`no elements are called ${kind}`);
  }
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
  bool: Uint8Array,
};

function arrayOf(description) {
  const { kind, dtype, shape } = description;
  const n = sizeOf(shape) * (dtype.startsWith("complex") ? 2 : 1);
  const random = generator(n + 7 * (description.at ?? 0));
  const array = new (arrays[dtype] ?? Int32Array)(n);
  if (kind === "permutation") {
    for (let i = 0; i < n; i++) {
      const j = Math.floor(random() * (i + 1));
      array[i] = array[j];
      array[j] = i;
    }
    return array;
  }
  const next = elements(description, random);
  for (let i = 0; i < n; i++) array[i] = next(i);
  return array;
}

/** Whether a value describes a tensor. */
export const isTensor = (value) => typeof value === "object" && value !== null && "kind" in value && "shape" in value;

/** Returns a function that replaces descriptions of tensors by descriptions with the path of a file of their elements. */
export function filesIn(folder) {
  const files = new Map();
  return (args) => {
    let at = 0;
    const put = (value) => {
      if (Array.isArray(value)) return value.map(put);
      if (!isTensor(value)) return value;
      const description = { ...value, at: at++ };
      const key = JSON.stringify(description);
      const path = files.get(key) ?? join(folder, `${files.size}.bin`);
      if (!files.has(key)) writeFileSync(path, arrayOf(description));
      files.set(key, path);
      return { tensor: value.dtype, shape: value.shape, path, isTransposed: value.isTransposed ?? false };
    };
    return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, put(value)]));
  };
}

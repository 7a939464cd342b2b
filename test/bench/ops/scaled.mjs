/** Arguments of an op that are larger than the samples of its record. */
import { isTensor, sizeOf } from "./data.mjs";

const elements = 2 ** 20;

/** Parameters that hold sizes, which grow with the shapes. */
const sizes = /^(size|shape|sizes|normalizedShape|repeats|splitSizes|length)$/;

const isSample = (value) => typeof value === "object" && value !== null && typeof value.toTypedArray === "function";

function tensorsOf(value) {
  if (isSample(value)) return [value];
  return Array.isArray(value) ? value.flatMap(tensorsOf) : [];
}

/** Returns the number by which sizes over 1 are multiplied, so that the largest tensor has about a million elements. */
function factorOf(tensors) {
  const most = Math.max(...tensors.map((t) => sizeOf(t.shape)));
  const grown = (factor) => Math.max(...tensors.map((t) => sizeOf(t.shape.map((s) => (s > 1 ? s * factor : s)))));
  if (most < 2) return null;
  let factor = 1;
  while (grown(factor + 1) <= 1.05 * elements) factor++;
  return factor;
}

/** Describes a larger tensor with elements in the range of a sample's. */
function grown(t, factor) {
  const shape = t.shape.map((s) => (s > 1 ? s * factor : s));
  const values = Array.from(t.toTypedArray(), Number);
  if (t.dtype === "bool") return { kind: "integers", dtype: "bool", low: 0, high: 2, shape };
  if (!t.dtype.startsWith("float")) return { kind: "spread", dtype: "index", values: [values, factor], shape };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low < high
    ? { kind: "uniform", dtype: "float32", low, high, shape }
    : { kind: "spread", dtype: "float32", values: [values, 1], shape };
}

function argument(name, value, factor) {
  if (isSample(value)) return grown(value, factor);
  if (Array.isArray(value) && value.some(isSample)) return value.map((v) => argument(name, v, factor));
  if (!sizes.test(name)) return value;
  const grow = (v) => (typeof v === "number" && v > 1 ? v * factor : v);
  return Array.isArray(value) ? value.map(grow) : grow(value);
}

/** Returns the arguments of the sample with the most dimensions, up to two, as descriptions of larger ones; or the reason why there are none. */
export function scaled(samples) {
  const dimensions = (args) => {
    const most = Math.max(
      0,
      ...Object.values(args)
        .flatMap(tensorsOf)
        .map((t) => t.shape.length),
    );
    return most > 2 ? 1 : most;
  };
  const [args] = samples.toSorted((a, b) => dimensions(b) - dimensions(a));
  const tensors = Object.values(args ?? {}).flatMap(tensorsOf);
  const factor = tensors.length === 0 ? null : factorOf(tensors);
  if (factor === null) return { reason: "its samples have no tensor that can be larger" };
  return {
    args: Object.fromEntries(Object.entries(args).map(([name, value]) => [name, argument(name, value, factor)])),
  };
}

/** Whether every argument can be written to a file for PyTorch. */
export function isPlain(value) {
  if (Array.isArray(value)) return value.every(isPlain);
  return value === null || typeof value !== "object" ? typeof value !== "function" : isTensor(value) || "kind" in value;
}

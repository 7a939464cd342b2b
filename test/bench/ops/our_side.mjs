/** This library's side of the comparison of ops: calls an op by name on the elements of files, and times it on request. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import {
  autograd,
  noGrad,
  operators,
  setNumThreads,
  slice,
  Tensor,
  tensor,
  viewAsComplex,
} from "../../../engine/dist/index.js";
import { timedWithin } from "./timing.mjs";

setNumThreads(1);

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
  int32: Int32Array,
  index: Int32Array,
};

function load({ tensor: dtype, shape, path, isTransposed }) {
  const bytes = Uint8Array.from(readFileSync(path)).buffer;
  const flat =
    dtype === "bool"
      ? tensor(new Int32Array(new Uint8Array(bytes))).to("bool")
      : dtype in arrays
        ? tensor(new arrays[dtype](bytes))
        : tensor(new Int32Array(bytes)).to(dtype);
  const x = dtype.startsWith("complex") ? viewAsComplex(flat.reshape([...shape, 2])) : flat.reshape(shape);
  return isTransposed && shape.length > 1 ? x.transpose(-1, -2).contiguous().transpose(-1, -2) : x;
}

/** Returns an argument of a description. */
function argument(value) {
  if (Array.isArray(value)) return value.map(argument);
  if (typeof value !== "object" || value === null) return value;
  if (value.kind === "dtype") return value.name;
  return value.kind === "slice" ? slice(...value.range) : load(value);
}

function tensorsOf(value) {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsOf);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(tensorsOf) : [];
}

const isFloat = (x) => /^(float|complex)/.test(x.dtype);

/** Returns the mean magnitude of the finite elements. */
function magnitude(x) {
  let [sum, count] = [0, 0];
  for (const v of (x.dtype.startsWith("complex") ? x.abs() : x).toTypedArray())
    if (Number.isFinite(v)) {
      sum += Math.abs(v);
      count++;
    }
  return count === 0 ? 0 : sum / count;
}

let steps = {};
const answers = {
  /** Calls the op once, and prepares the gradients of the wanted ones of its float inputs. */
  prepare({ op, args, wanted }) {
    steps = {};
    const given = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, argument(value)]));
    const { callByName } = operators.get(op);
    const outputs = tensorsOf(callByName(given));
    steps.forward = () => noGrad(() => void callByName(given));
    const shapes = outputs.map((y) => y.shape);
    const magnitudes = outputs.filter(isFloat).map(magnitude);
    if (wanted.length === 0) return { shapes, magnitudes, gradients: [] };
    const floats = Object.values(given).flatMap(tensorsOf).filter(isFloat);
    const inputs = wanted.map((i) => floats[i]);
    for (const x of inputs) x.requiresGrad = true;
    const step = () => {
      const live = tensorsOf(callByName(given)).filter((y) => y.requiresGrad);
      return autograd.grad(live, inputs, { gradOutputs: cotangents(live), allowUnused: true });
    };
    let stored = null;
    const cotangents = (live) => {
      stored ??= live.map((y) => y.detach().mul(0).add(1));
      return stored;
    };
    const gradients = step().map((g) => (g === null ? 0 : magnitude(g)));
    steps.both = () => void step();
    return { shapes, magnitudes, gradients };
  },
  time: ({ what, seconds }) => ({ times: timedWithin(steps[what], seconds) }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = answers[request.do](request);
  } catch (error) {
    answer = { error: `${error.name}: ${error.message}`.slice(0, 300) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

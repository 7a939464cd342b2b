/** Compares the in-place form of an operator with PyTorch's results: values, gradients, and the changes that are refused. */
import { autograd, operators, Tensor } from "tapelab";
import { floatsIn, type StoredTensor } from "../../support/stored.ts";
import {
  argument,
  compare,
  compareAll,
  decoded,
  Mismatch,
  type Precision,
  replaced,
  type Sample,
  takesFloat64,
} from "./check.ts";

/** 0 for bool, 1 for integers, 2 for floats, 3 for complex numbers: a result of a higher category cannot be stored. */
const category = (dtype: string): number =>
  dtype === "bool" ? 0 : dtype.includes("int") ? 1 : dtype.startsWith("complex") ? 3 : 2;

/** Whether a result has the shape of the tensor and a dtype that can be stored in it. */
const isStorable = (x: Tensor, expected: StoredTensor): boolean =>
  JSON.stringify(x.shape) === JSON.stringify(expected.shape) && category(expected.tensor) <= category(x.dtype);

/** Ops whose in-place forms change the shape of the tensor, so that it need not be that of the result. */
const reshaping: ReadonlySet<string> = new Set([
  "asStrided",
  "squeeze",
  "swapaxes",
  "swapdims",
  "t",
  "transpose",
  "unsqueeze",
]);

/** Whether a function throws an error. */
function isRefused(body: () => unknown): boolean {
  try {
    body();
    return false;
  } catch (error) {
    return error instanceof Error && error.message !== "";
  }
}

/** Checks the in-place form on one sample. */
function run(sample: Sample, given: Precision, [expected]: readonly StoredTensor[]): void {
  const precision = takesFloat64(sample.args) ? given : { ...given, dtype: "float64" as const };
  const operator = operators.get(`${sample.op}_`);
  const args = Object.fromEntries(Object.entries(sample.args).map(([k, v]) => [k, argument(v, precision.dtype)]));
  const [first] = Object.keys(args);
  const x = args[first];
  if (operator === undefined || !(x instanceof Tensor)) return;
  const floats = Object.values(args).flatMap(floatsIn);
  const wanted = floats.filter((_, i) => sample.wanted?.[i]);
  for (const leaf of wanted) leaf.requiresGrad = true;
  /** Runs the form on another tensor than the first argument. */
  const call = (changed: Tensor): unknown => operator.callByName({ ...replaced(args, floats), [first]: changed });
  const changed = x.clone();
  if (!reshaping.has(sample.op) && !isStorable(x, expected)) {
    const what = `${expected.tensor} [${expected.shape.join(", ")}] in ${x.dtype} [${x.shape.join(", ")}]`;
    if (!isRefused(() => call(changed))) throw new Mismatch(`stores ${what}`);
    return;
  }
  if (call(changed) !== changed) throw new Mismatch("does not return the tensor");
  compare(changed, { ...expected, tensor: x.dtype }, precision, "result");
  if (x.requiresGrad && !isRefused(() => call(x))) throw new Mismatch("changes a leaf that requires a gradient");
  if (sample.cotangents === undefined || sample.gradients === undefined || sample.differentiable?.[0] !== true) return;
  const gradOutputs = decoded(sample.cotangents, precision);
  compareAll(
    autograd.grad([changed], wanted, { gradOutputs, allowUnused: true }),
    sample.gradients,
    precision,
    "gradient",
  );
}

/** Returns how the in-place form of the sample's operator differs from PyTorch's, or `null` where it agrees or there is none. */
export function checkInPlace(sample: Sample, precision: Precision): string | null {
  const { outputs = [], op } = sample;
  if (outputs.length !== 1 || sample.random === true || sample.refused !== undefined) return null;
  if (sample.wrapper !== undefined || sample.view !== undefined) return null;
  if (op.endsWith("_") || !operators.has(`${op}_`)) return null;
  // computed in float64 whatever the inputs are
  if (op === "floatPower" && precision.dtype === "float32") return null;
  try {
    run(sample, precision, outputs);
    return null;
  } catch (error) {
    return `in place: ${error instanceof Error ? error.message : String(error)}`;
  }
}

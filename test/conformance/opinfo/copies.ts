/** Compares many copies of a sample at once with PyTorch's result of one: batching rules make large tensors of small ones, which other kernels compute. */
import { autograd, func, operators, Tensor } from "tapelab";
import { sizeOf } from "../../../engine/src/tensor/shape.ts";
import { floatsIn, isStored } from "../../support/stored.ts";
import { adaptInput, viewOutputs } from "./adapters.ts";
import { argument, compare, compareAll, decoded, type Precision, replaced, type Sample, tensorsOf } from "./check.ts";

/** So many copies of a sample of a few elements are more than 16 elements. */
const copies = 24;

/** Entries whose results depend on elements in ways that a batch cannot have: values, shapes or an order that the elements decide, random numbers, and gradients that are wrong in PyTorch. */
const readsElements: ReadonlySet<string> = new Set([
  "item",
  "allclose",
  "equal",
  "unique",
  "unique_consecutive",
  "histogram",
  "histogramdd",
  "nonzero",
  "nonzero_static",
  "argwhere",
  "hash_tensor",
  "linalg.eig",
  "linalg.eigvals",
  "svd_lowrank",
  "pca_lowrank",
  "as_strided_scatter",
]);

/** Entries whose results are float64 whatever the inputs are. */
const alwaysDouble: ReadonlySet<string> = new Set(["float_power", "double", "cdouble"]);

const tensorsIn = (value: unknown): readonly { readonly shape: readonly number[]; readonly tensor: string }[] =>
  isStored(value) ? [value] : Array.isArray(value) ? value.flatMap(tensorsIn) : [];

/** Whether a sample is small, its shapes do not depend on elements, and it changes nothing that all copies share. */
function hasCopies({ args, outputs = [], random, refused, entry }: Sample): boolean {
  if (random === true || refused !== undefined || entry.endsWith("_") || readsElements.has(entry)) return false;
  const given = Object.values(args).flatMap(tensorsIn);
  return (
    [...given, ...outputs].every(({ shape }) => sizeOf(shape) <= 16) &&
    given.some(({ tensor }) => tensor === "float64") &&
    given.every(({ tensor }) => tensor !== "bool" && tensor !== "float32")
  );
}

/** Checks many copies of a sample at once. */
function run(sample: Sample, precision: Precision): void {
  const args = Object.fromEntries(Object.entries(sample.args).map(([k, v]) => [k, argument(v, precision.dtype)]));
  const repeat = (x: Tensor): Tensor =>
    x
      .unsqueeze(0)
      .expand([copies, ...x.shape])
      .contiguous();
  const floats = Object.values(args).flatMap(floatsIn);
  const inputs = floats.map((x) => repeat(x).detach().requiresGrad_());
  const outputs = func.vmap((...xs: Tensor[]) =>
    viewOutputs(
      sample.view,
      tensorsOf(operators.get(sample.op)?.callByName(adaptInput(sample.wrapper, replaced(args, xs))), precision.dtype),
    ),
  )(...inputs);
  const rows = [0, copies - 1];
  for (const k of rows)
    outputs.forEach((y, i) => compare(y.select(0, k), (sample.outputs ?? [])[i], precision, `copy ${k}: output ${i}`));
  if (sample.gradients === undefined || sample.cotangents === undefined) return;
  const live = outputs.filter((_, i) => sample.differentiable?.[i]);
  const gradients = autograd.grad(
    live,
    inputs.filter((_, i) => sample.wanted?.[i]),
    { gradOutputs: decoded(sample.cotangents, precision).map(repeat), allowUnused: true },
  );
  for (const k of rows)
    compareAll(
      gradients.map((g) => g?.select(0, k) ?? null),
      sample.gradients,
      precision,
      `copy ${k}: gradient`,
    );
}

/** Returns how many copies of a sample at once differ from PyTorch's result of one, or `null` where they agree. */
export function checkCopies(sample: Sample, precision: Precision): string | null {
  if (!hasCopies(sample) || (precision.dtype === "float32" && alwaysDouble.has(sample.entry))) return null;
  try {
    run(sample, precision);
    return null;
  } catch (error) {
    return `copies: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Which tensors may be changed in place between an op and its backward: what PyTorch allows, and no wrong gradient. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { autograd, noGrad, onesLike, operators, Tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";
import { argument, type Sample, tensorsOf } from "./check.ts";

/** The samples with results, by the entries of PyTorch's database. */
const samples = Map.groupBy(
  gunzipSync(readFileSync(inRoot("test/conformance/opinfo/samples.json.gz")))
    .toString()
    .trimEnd()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Sample)
    .filter(({ refused }) => refused === undefined),
  ({ entry, variant }) => (variant === "" ? entry : `${entry}:${variant}`),
);
const { allowed } = JSON.parse(readFileSync(inRoot("test/conformance/opinfo/saves.json")).toString()) as {
  readonly allowed: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
};

const tensorsIn = (x: unknown): Tensor[] => (x instanceof Tensor ? [x] : Array.isArray(x) ? x.flatMap(tensorsIn) : []);

interface Run {
  readonly tensors: readonly Tensor[];
  gradients(): readonly (readonly number[] | null)[];
}

/** The op on new tensors, of which those marked "1" require gradients: arguments in order of appearance, then outputs. */
function run({ op, args }: Sample, needs: string): Run {
  const given = Object.fromEntries(Object.entries(args).map(([k, v]) => [k, argument(v, "float64")]));
  const inputs = Object.values(given).flatMap(tensorsIn);
  const wanted = inputs.filter((_x, i) => needs[i] === "1");
  for (const x of wanted) x.requiresGrad = true;
  const outputs = tensorsOf(operators.get(op)?.callByName(given));
  return {
    tensors: [...inputs, ...outputs],
    gradients: () => {
      const ys = outputs.filter((y) => y.requiresGrad);
      const gs = autograd.grad(ys, wanted, { gradOutputs: ys.map((y) => onesLike(y)), allowUnused: true });
      return gs.map((g) => (g === null ? null : Array.from(g.toTypedArray())));
    },
  };
}

/** Entries for which a change of a tensor is an error here and none in PyTorch, and the reason. */
const refusedHere: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    "amax amin cumprod cumsum log_softmax logsumexp mean norm prod softmax softmin std sum var"
      .split(" ")
      .map((name) => [`masked.${name}`, "PyTorch saves a copy of the mask"]),
  ),
  "linalg.cond": "PyTorch computes the singular vectors of a saved decomposition, and here of the matrix",
  "linalg.matrix_norm": "as linalg.cond",
  "linalg.norm:subgradients_at_zero": "as linalg.cond",
  "linalg.svdvals": "as linalg.cond",
  "norm:nuc": "as linalg.cond",
  "linalg.multi_dot": "PyTorch saves reshaped copies of vectors",
  "nn.functional.conv2d": "with padding of one more cell on one side, PyTorch saves the padded input",
  "nn.functional.instance_norm": "PyTorch repeats scale and shift for the batch",
  "nn.functional.rms_norm": "PyTorch saves the normalized input",
  "nn.functional.linear_cross_entropy:chunked": "PyTorch computes gradients in the forward pass",
  __rdiv__: "PyTorch saves the reciprocal",
  ldexp: "PyTorch saves the power of 2",
  polar: "PyTorch saves the result",
  "special.ndtr": "PyTorch saves a scaled copy",
  unsafe_chunk: "the parts are views here",
  unsafe_split: "the parts are views here",
};

/** Another value for every element. */
const change = (x: Tensor): void =>
  noGrad(() => {
    if (x.dtype === "bool") x.copy_(x.logicalNot());
    else if (/^(float|complex)/.test(x.dtype)) x.add_(1);
    else x.fill_(0);
  });

const titled = Object.entries(allowed).flatMap(([label, list]) =>
  list.flatMap((byNeeds, at) => {
    const sample = samples.get(label)?.[at];
    if (sample === undefined) throw new Error(`${label} has no sample ${at}`);
    return Object.entries(byNeeds).map(([needs, marks]) => ({
      title: `${label} #${at}, gradients of ${needs}`,
      label,
      sample,
      needs,
      marks,
    }));
  }),
);

describe("tensors that are changed between an op and its backward", () => {
  test.each(titled)("$title", ({ label, sample, needs, marks }) => {
    const expected = run(sample, needs).gradients();
    for (let i = 0; i < marks.length; i++) {
      if (marks[i] === "-") continue;
      const { tensors, gradients } = run(sample, needs);
      const what = `${label}: tensor ${i} of ${tensors.length}`;
      change(tensors[i]);
      let found: readonly (readonly number[] | null)[] | null = null;
      try {
        found = gradients();
      } catch (error) {
        expect(String(error), what).toContain("was changed in place");
      }
      // PyTorch allows the change, or so does this library, as its rule does not read the tensor
      if (found !== null) expect(found, `${what} was changed, and the gradients with it`).toEqual(expected);
      else if (!(label in refusedHere)) expect(marks[i], `${what} may be changed in PyTorch, but not here`).toBe("0");
    }
  });
});

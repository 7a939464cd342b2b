/** Which tensors may be changed in place between an op and its backward: what PyTorch allows, and no wrong gradient. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { autograd, noGrad, onesLike, Tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";
import { decode, outputsOf } from "../support/stored.ts";
import { byTorchName } from "../support/torch-names.ts";

interface Case {
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
}

const { cases } = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/cases.json.gz"))).toString()) as {
  readonly cases: readonly Case[];
};
const { allowed } = JSON.parse(readFileSync(inRoot("test/conformance/saves.json")).toString()) as {
  readonly allowed: Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>;
};

const tensorsIn = (x: unknown): Tensor[] => (x instanceof Tensor ? [x] : Array.isArray(x) ? x.flatMap(tensorsIn) : []);

interface Run {
  readonly tensors: readonly Tensor[];
  gradients(): readonly (readonly number[] | null)[];
}

/** The op on new tensors, of which those marked "1" require gradients: arguments in order of appearance, then outputs. */
function run({ op, args }: Case, needs: string): Run {
  const given = Object.fromEntries(Object.entries(args).map(([k, v]) => [k, decode(v, null)]));
  const inputs = Object.values(given).flatMap(tensorsIn);
  const wanted = inputs.filter((_x, i) => needs[i] === "1");
  for (const x of wanted) x.requiresGrad = true;
  const outputs = outputsOf(byTorchName.get(op)?.callByName(given));
  return {
    tensors: [...inputs, ...outputs],
    gradients: () => {
      const ys = outputs.filter((y) => y.requiresGrad);
      const gs = autograd.grad(ys, wanted, { gradOutputs: ys.map((y) => onesLike(y)), allowUnused: true });
      return gs.map((g) => (g === null ? null : Array.from(g.toTypedArray())));
    },
  };
}

/**
 * Ops of which PyTorch saves copies or intermediate results, and this library the arguments themselves: a change of an argument is then an error
 * here, and none there.
 */
const savesCopies: Readonly<Record<string, (c: Case) => boolean>> = {
  // PyTorch repeats an operand for the other's batch dimensions
  matmul: ({ args }) => new Set(tensorsIn(decode(Object.values(args), null)).map((t) => t.ndim)).size > 1,
  // padded by one more cell on one side
  "nn.functional.conv2d": ({ args }) => args.padding === "same",
  "nn.functional.conv3d": ({ args }) => args.padding === "same",
  // a composite in PyTorch, which saves the normalized input, or scaled queries and keys
  "nn.functional.rms_norm": () => true,
  "nn.functional.scaled_dot_product_attention": () => true,
};

/** Another value for every element. */
const change = (x: Tensor): void =>
  noGrad(() => {
    if (x.dtype === "bool") x.copy_(x.logicalNot());
    else if (x.dtype === "int32") x.fill_(0);
    else x.add_(1);
  });

const seen = new Map<string, number>();
const titled = cases.flatMap((c) => {
  const at = seen.get(c.op) ?? 0;
  seen.set(c.op, at + 1);
  return Object.entries(allowed[c.op]?.[at] ?? {}).flatMap(([needs, marks]) =>
    marks === null ? [] : [{ title: `${c.op} #${at}, gradients of ${needs}`, c, needs, marks }],
  );
});

describe("tensors that are changed between an op and its backward", () => {
  test.each(titled)("$title", ({ c, needs, marks }) => {
    const expected = run(c, needs).gradients();
    for (let i = 0; i < marks.length; i++) {
      if (marks[i] === "-") continue;
      const { tensors, gradients } = run(c, needs);
      const what = `${c.op}: tensor ${i} of ${tensors.length}`;
      change(tensors[i]);
      let found: readonly (readonly number[] | null)[] | null = null;
      try {
        found = gradients();
      } catch (error) {
        expect(String(error), what).toContain("was changed in place");
      }
      // PyTorch allows the change, or so does this library, as its rule does not read the tensor
      if (found !== null) expect(found, `${what} was changed, and the gradients with it`).toEqual(expected);
      else if (!savesCopies[c.op]?.(c)) expect(marks[i], `${what} may be changed in PyTorch, but not here`).toBe("0");
    }
  });
});

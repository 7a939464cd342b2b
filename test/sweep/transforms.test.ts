/** Every registered op, on all of its samples, in each transform and in pairs of them in both orders. */
import { func, Generator, stack, Tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { type RegisteredOperator, registered } from "../../engine/src/dispatch/registry.ts";
import type { Arguments } from "../../engine/src/dispatch/spec.ts";
import { dot, randomLike } from "../support/derivatives.ts";
import { differentiable } from "../support/differentiable.ts";
import { sampleSource } from "../support/samples.ts";

/** A randomly weighted sum of all float outputs, as a function of the float inputs. */
interface Scalar {
  readonly inputs: Tensor[];
  readonly f: (...inputs: Tensor[]) => Tensor;
}

function scalarOf(op: RegisteredOperator, args: Arguments): Scalar | null {
  const { inputs, f: outputs } = differentiable(op, args);
  const f = (...given: Tensor[]): Tensor => {
    const weights = new Generator(5);
    return outputs(given)
      .map((y) => y.mul(randomLike(y, weights)).sum())
      .reduce((a, b) => a.add(b));
  };
  if (inputs.length === 0) return null;
  try {
    return f(...inputs).dtype === "float64" ? { inputs, f } : null;
  } catch {
    // the op has no float outputs
    return null;
  }
}

/** Ops without a loop over the batch: they draw random numbers, or their result's shape depends on the elements. */
const notOfExamples = new Set(["dropout", "bernoulli", "gumbelSoftmax", "maskedSelect", "svdLowrank", "pcaLowrank"]);

const all = [...registered.values()].flatMap((op) =>
  op.info.samples(sampleSource(7)).flatMap((args, i) => {
    const scalar = scalarOf(op, args);
    return scalar === null ? [] : [{ title: `${op.name} ${i}`, name: op.name, ...scalar }];
  }),
);

const close = (a: Tensor, b: Tensor, what: string, tolerance = 1e-9): void => {
  expect(a.shape, `${what}: shape`).toEqual(b.shape);
  const [x, y] = [a.detach().toTypedArray(), b.detach().toTypedArray()];
  x.forEach((v, i) => {
    const z = y[i] ?? Number.NaN;
    if (!(Math.abs(v - z) <= tolerance * Math.max(1, Math.abs(z))) && !(Number.isNaN(v) && Number.isNaN(z)))
      expect.fail(`${what}: element ${i} is ${v}, and should be ${z}`);
  });
};

const gradients = ({ inputs, f }: Scalar): ((...xs: Tensor[]) => Tensor[]) =>
  func.grad<Tensor[], number[]>(f, { argnums: inputs.map((_, i) => i) });

describe("derivatives", () => {
  test.each(all)("$title: jvp and vjp, and both second orders", (scalar) => {
    const { inputs, f } = scalar;
    const g = new Generator(3);
    const v = inputs.map((x) => randomLike(x, g));
    const slopes = gradients(scalar)(...inputs);
    const [, pushed] = func.jvp(f, inputs, v);
    const pulled = slopes.reduce((s, slope, i) => s + dot(slope, v[i]), 0);
    expect(Math.abs(pushed.item() - pulled), "jvp and vjp").toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(pulled)));
    const [, forward] = func.hvp(f, inputs, v);
    const [, reverse] = func.vhp(f, inputs, v);
    const ofPushed = func.grad((...xs: Tensor[]) => func.jvp(f, xs, v)[1], { argnums: inputs.map((_, i) => i) })(
      ...inputs,
    );
    forward.forEach((h, i) => {
      close(h, reverse[i], `input ${i}: forward over reverse, reverse over reverse`);
      close(ofPushed[i], h, `input ${i}: grad of jvp, jvp of grad`);
    });
  });
});

describe("vmap", () => {
  const size = 3;
  test.each(all.filter((c) => !notOfExamples.has(c.name)))(
    "$title: is a loop, and commutes with grad and jvp",
    (scalar) => {
      const { inputs, f } = scalar;
      const g = new Generator(4);
      const batches = inputs.map((x) => stack(Array.from({ length: size }, () => x.add(randomLike(x, g).mul(1e-3)))));
      const rows = Array.from({ length: size }, (_, k) => batches.map((b) => b.select(0, k)));
      close(func.vmap(f)(...batches), stack(rows.map((row) => f(...row))), "values");
      const each = func.vmap(gradients(scalar))(...batches);
      const loop = rows.map((row) => gradients(scalar)(...row));
      const whole = gradients({
        inputs,
        f: (...bs) =>
          func
            .vmap(f)(...bs)
            .sum(),
      })(...batches);
      each.forEach((slope, i) => {
        close(slope, stack(loop.map((l) => l[i])), `input ${i}: vmap of grad and a loop`);
        close(whole[i], slope, `input ${i}: grad of vmap and vmap of grad`);
      });
      const tangents = batches.map((b) => randomLike(b, g));
      const pushed = func.vmap((...xs: Tensor[]) => {
        const [x, t] = [xs.slice(0, inputs.length), xs.slice(inputs.length)];
        return func.jvp(f, x, t)[1];
      })(...batches, ...tangents);
      close(pushed, func.jvp(func.vmap(f), batches, tangents)[1], "vmap of jvp and jvp of vmap");
      // one input without a batch dimension
      if (inputs.length > 1) {
        const shared = [inputs[0], ...batches.slice(1)];
        const mixed = func.vmap(f, { inAxes: inputs.map((_, i) => (i === 0 ? null : 0)) })(...shared);
        close(mixed, stack(rows.map((row) => f(inputs[0], ...row.slice(1)))), "a shared input");
      }
    },
  );
});

test("the sweep reaches every op with float inputs and outputs", () => {
  const swept = new Set(all.map((c) => c.name));
  expect(swept.size).toBeGreaterThan(90);
  expect(all[0]?.inputs[0]).toBeInstanceOf(Tensor);
});

/** Properties of every registered op, tested on all of its samples. No test is for a single op. */

import { Generator, type Tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { apply, compute } from "../../engine/src/dispatch/dispatch.ts";
import { withReferenceKernels } from "../../engine/src/dispatch/fast.ts";
import { registered } from "../../engine/src/dispatch/registry.ts";
import type { AnyOp } from "../../engine/src/dispatch/spec.ts";
import { callsOf } from "../support/calls.ts";
import {
  type Differentiable,
  dot,
  isTensor,
  leaf,
  numericDirectional,
  pullBack,
  pushForward,
  randomLike,
} from "../support/derivatives.ts";
import { differentiable } from "../support/differentiable.ts";
import { sampleSource } from "../support/samples.ts";

const close = (a: number, b: number, what: string, tolerance = 2e-6): void => {
  const bound = tolerance * Math.max(1, Math.abs(a), Math.abs(b));
  if (!(Math.abs(a - b) <= bound)) expect.fail(`${what}: ${a} and ${b} differ by ${Math.abs(a - b)}`);
};

const all = [...registered.values()].flatMap((op) =>
  op.info.samples(sampleSource(7)).map((args, i) => ({ title: `${op.name} ${i}`, op, args })),
);

describe("the registry", () => {
  test.each([...registered.values()].map((op) => [op.name, op] as const))(
    "%s has samples that give every parameter",
    (_name, op) => {
      const given = new Set(op.info.samples(sampleSource(7)).flatMap((s) => Object.keys(s)));
      const never = op.parameters.map((p) => p.name).filter((name) => !given.has(name));
      // parameters that only PyTorch's signature has, and those that select another op, need no sample
      expect(
        never.filter((name) => !["sparseGrad", "other", "training"].includes(name) || op.parameters.length < 4),
        "parameters that no sample gives",
      ).toEqual([]);
    },
  );

  test.each([...registered.values()].filter((op) => op.spec).map((op) => [op.name, op.spec as AnyOp] as const))(
    "%s has formulas",
    (_name, spec) => {
      expect(spec.tex.forward).not.toBe("");
      if (spec.vjp !== "none") expect(spec.tex.vjp).not.toBe("");
    },
  );
});

describe("values", () => {
  test.each(all)("$title: the kernel writes every element and does not change its inputs", ({ op, args }) => {
    for (const call of callsOf(op, args)) {
      if ("view" in call.op) continue;
      const before = call.inputs.map((x) => x.toTypedArray());
      const again = compute(call.op, call.inputs, call.params);
      again.forEach((y, i) =>
        expect(Array.from(y.toTypedArray()), `${call.op.name} is not the same twice`).toEqual(
          Array.from(call.outputs[i].toTypedArray()),
        ),
      );
      call.inputs.forEach((x, i) =>
        expect(Array.from(x.toTypedArray()), `${call.op.name} changed input ${i}`).toEqual(Array.from(before[i])),
      );
    }
  });

  test.each(all)("$title: strided inputs give the result of contiguous ones", ({ op, args }) => {
    const { inputs, f } = differentiable(op, args);
    const strided = inputs.map((x) =>
      x.ndim < 2
        ? x
        : x
            .transpose(0, x.ndim - 1)
            .contiguous()
            .transpose(0, x.ndim - 1),
    );
    if (["view", "viewAs", "viewAsComplex", "viewAsComplexCopy"].includes(op.name)) return;
    const [a, b] = [f(inputs), f(strided)];
    a.forEach((y, i) => expect(Array.from(b[i].toTypedArray())).toEqual(Array.from(y.toTypedArray())));
  });
});

describe("gradients", () => {
  test.each(all)("$title: the gradient is the numeric derivative", ({ op, args, title }) => {
    const { inputs, f } = differentiable(op, args);
    const g = new Generator(11);
    const ys = f(inputs);
    if (inputs.length === 0 || ys.length === 0 || op.spec?.vjp === "none") return;
    const us = ys.map((y) => randomLike(y, g));
    const vs = inputs.map((x) => randomLike(x, g));
    const gs = pullBack(f, inputs, us);
    gs.forEach((grad, i) => expect(grad.shape, "shape of the gradient").toEqual(inputs[i].shape));
    close(
      gs.reduce((s, grad, i) => s + dot(grad, vs[i]), 0),
      numericDirectional(f, inputs, vs, us),
      `${title}: rule and finite difference`,
    );
  });

  test.each(all)("$title: forward mode is the transpose of reverse mode", ({ op, args, title }) => {
    const { inputs, f } = differentiable(op, args);
    const g = new Generator(13);
    const ys = f(inputs.map(leaf));
    if (!ys.some((y) => y.requiresGrad)) return;
    const us = ys.map((y) => randomLike(y, g));
    const vs = inputs.map((x) => randomLike(x, g));
    const ts = pushForward(f, inputs, vs);
    close(
      ts.reduce((s, t, i) => s + (t === null ? 0 : dot(us[i], t)), 0),
      pullBack(f, inputs, us).reduce((s, grad, i) => s + dot(grad, vs[i]), 0),
      `${title}: <u, Jv> and <uJ, v>`,
      1e-9,
    );
  });

  test.each(all)("$title: the gradient of the gradient is its numeric derivative", ({ op, args, title }) => {
    const { inputs, f } = differentiable(op, args);
    const g = new Generator(17);
    const ys = f(inputs.map(leaf));
    if (!ys.some((y) => y.requiresGrad)) return;
    const us = ys.map((y) => randomLike(y, g));
    const first: Differentiable = (xs) => pullBack(f, xs, us, true);
    const leaves = inputs.map(leaf);
    const gs = first(leaves);
    const ws = gs.map((x) => randomLike(x, g));
    const vs = inputs.map((x) => randomLike(x, g));
    close(
      pullBack(first, leaves, ws).reduce((s, grad, i) => s + dot(grad, vs[i]), 0),
      numericDirectional((xs) => first(xs.map(leaf)), inputs, vs, ws),
      `${title}: second order`,
      5e-6,
    );
  });
});

/** Returns a random batch for an input. Only matrices close to a positive definite one have a Cholesky factor. */
function batchLike({ name }: AnyOp, x: Tensor, size: number, g: Generator): Tensor {
  const noise = randomLike({ shape: [size, ...x.shape] }, g);
  return name === "choleskyEx" ? noise.mul(0.01).add(x) : noise;
}

// batches of 24 are large enough for the WebAssembly kernels, batches of 3 are not
describe.each([
  [3, "float64", 1e-12],
  [24, "float64", 1e-12],
  [24, "float32", 2e-5],
] as const)("batches of %d in %s", (size, dtype, tolerance) => {
  test.each(all)("$title: the batching rule equals a loop over the batch", ({ op, args }) => {
    for (const { op: spec, inputs, params } of callsOf(op, args)) {
      const rule = spec.batch;
      if (typeof rule === "string" || inputs.some((x) => x.wrapped !== null)) continue;
      const g = new Generator(19);
      const floats = inputs.map(
        (x, i) => x.dtype === "float64" && i === inputs.findIndex((t) => t.dtype === "float64"),
      );
      if (!floats.includes(true)) continue;
      for (const batched of [floats, inputs.map((x) => x.dtype === "float64")]) {
        const stacked = inputs.map((x, i) =>
          batched[i] ? batchLike(spec, x, size, g).to(dtype) : x.dtype === "float64" ? x.to(dtype) : x,
        );
        const result = rule(stacked, batched, params, size);
        if (result === "loop") continue;
        const got = isTensor(result) ? [result] : result;
        for (let k = 0; k < size; k++) {
          const one = withReferenceKernels(() =>
            apply(
              spec,
              stacked.map((x, i) => (batched[i] ? x.select(0, k) : x)),
              params,
            ),
          );
          one.forEach((y, i) => {
            const row = got[i].select(0, k);
            expect(row.shape, `${spec.name}: shape of example ${k}`).toEqual(y.shape);
            const [a, b] = [row.toTypedArray(), y.toTypedArray()];
            a.forEach((v, j) => close(v, b[j], `${spec.name}: example ${k}, element ${j}`, tolerance));
          });
        }
      }
    }
  });
});

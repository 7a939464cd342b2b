/** Local derivatives: upstream gradient times local derivative is the contribution, for every op on its samples, and only ops without such a factor have none. */
import { Generator, inspect, type Tensor, tensor } from "tapelab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "../../../../engine/src/dispatch/dispatch.ts";
import { registered } from "../../../../engine/src/dispatch/registry.ts";
import type { AnyOp } from "../../../../engine/src/dispatch/spec.ts";
import { callsOf } from "../../../support/calls.ts";
import { leaf, randomLike } from "../../../support/derivatives.ts";
import { sampleSource } from "../../../support/samples.ts";

interface Case {
  readonly title: string;
  readonly op: AnyOp;
  readonly inputs: readonly Tensor[];
  readonly params: unknown;
}

const canNeed = (x: Tensor): boolean => x.dtype === "float64" && x.wrapped === null;

const cases: Case[] = [...registered.values()].flatMap((op) =>
  op.info
    .samples(sampleSource(11))
    .flatMap((args, i) =>
      callsOf(op, args).flatMap((call, j) =>
        call.op.vjp === "none" ||
        call.outputs[0]?.dtype !== "float64" ||
        call.outputs[0].numel() === 0 ||
        !call.inputs.some(canNeed)
          ? []
          : [{ title: `${op.name} ${i}, ${call.op.name} ${j}`, op: call.op, inputs: call.inputs, params: call.params }],
      ),
    ),
);

/** Ops that were seen with a local derivative. */
const seen = new Set<string>();

beforeAll(() => inspect.setWatch({ nodes: 1_000_000 }));
afterAll(() => inspect.setWatch({ nodes: 0 }));

const numbers = (t: Tensor): number[] => Array.from<number>(t.detach().toTypedArray());

/** Returns the product, with the sums over the dimensions along which the input was repeated. */
const product = (upstream: Tensor, local: Tensor, like: Tensor): Tensor => {
  let p = upstream.mul(local);
  while (p.ndim > like.ndim) p = p.sum(0);
  for (let d = 0; d < like.ndim; d++) if (like.shape[d] === 1 && p.shape[d] !== 1) p = p.sum(d, { keepdim: true });
  return p;
};

describe("every op", () => {
  test.each(cases)("$title", ({ op, inputs, params }) => {
    const xs = inputs.map((x) => (canNeed(x) ? leaf(x) : x.wrapped === null ? x.detach().clone() : x));
    const [y] = apply(op, xs, params);
    if (y === undefined || y.gradFn === null) return;
    const node = y.gradFn;
    const step = [...y.backwardSteps(randomLike(y, new Generator(2)))].find((s) => s.node === node);
    expect(step).toBeDefined();
    for (const input of step?.inputs ?? []) {
      if (input?.local == null || input.contribution === null) continue;
      seen.add(op.name);
      const [got, expected] = [
        numbers(product(step?.upstream[0] as Tensor, input.local, input.contribution)),
        numbers(input.contribution),
      ];
      const scale = Math.max(1, ...expected.filter(Number.isFinite).map(Math.abs));
      const off = got.findIndex(
        (v, i) => !(Object.is(v, expected[i]) || Math.abs(v - (expected[i] ?? 0)) <= 1e-9 * scale),
      );
      expect(off < 0 ? "" : `element ${off} is ${got[off]}, and ${expected[off]} by the rule`).toBe("");
    }
  });

  test("that is elementwise has one", () => {
    for (const name of [
      "mul",
      "div",
      "pow",
      "relu",
      "tanh",
      "sigmoid",
      "exp",
      "where",
      "clamp",
      "atan2",
      "sum",
      "mean",
    ])
      expect(seen, name).toContain(name);
  });
});

test("a product of matrices has none, as it multiplies by no factor of the output's shape", () => {
  const w = tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { requiresGrad: true },
  );
  const [, step] = [...w.matmul(w).sum().backwardSteps()];
  expect(step?.inputs.map((input) => input?.local)).toEqual([null, null]);
});

test("an op of one element has the derivative of its one output by each element", () => {
  const x = tensor([3, 4], { requiresGrad: true });
  const [step] = [...x.norm().backwardSteps()];
  expect(numbers(step?.inputs[0]?.local as Tensor).map((v) => v.toFixed(3))).toEqual(["0.600", "0.800"]);
});

/** Saved tensors of every op: its rules read all of them, for each set of inputs that need gradients, and read nothing else. */
import { autograd, Generator, type Tensor, zeros } from "tapelab";
import { describe, expect, test } from "vitest";
import { apply } from "../../engine/src/dispatch/dispatch.ts";
import { withReferenceKernels } from "../../engine/src/dispatch/fast.ts";
import { registered } from "../../engine/src/dispatch/registry.ts";
import type { AnyOp } from "../../engine/src/dispatch/spec.ts";
import { withEagerKernels } from "../../engine/src/fast/wasm/module.ts";
import type { Node } from "../../engine/src/tape/graph/node.ts";
import { callsOf } from "../support/calls.ts";
import { isTensor, leaf, randomLike } from "../support/derivatives.ts";
import { sampleSource } from "../support/samples.ts";

interface Case {
  readonly title: string;
  readonly op: AnyOp;
  readonly inputs: readonly Tensor[];
  readonly params: unknown;
  /** Whether each input needs a gradient. */
  readonly needs: readonly boolean[];
}

const canNeed = (x: Tensor): boolean => x.dtype === "float64" && x.wrapped === null;

/** Returns the non-empty subsets of the inputs that can need a gradient. */
function subsets(inputs: readonly Tensor[]): boolean[][] {
  const places = inputs.flatMap((x, i) => (canNeed(x) ? [i] : []));
  return Array.from({ length: 2 ** places.length - 1 }, (_, mask) =>
    inputs.map((_x, i) => places.includes(i) && ((mask + 1) >> places.indexOf(i)) % 2 === 1),
  );
}

const cases: Case[] = [...registered.values()].flatMap((op) =>
  op.info.samples(sampleSource(7)).flatMap((args, i) =>
    callsOf(op, args).flatMap((call, j) =>
      call.op.vjp === "none" || call.outputs.every((y) => y.dtype !== "float64" || y.numel() === 0)
        ? []
        : subsets(call.inputs).map((needs) => ({
            title: `${op.name} ${i}, ${call.op.name} ${j}, gradients of ${needs.flatMap((n, k) => (n ? [k] : [])).join(", ")}`,
            op: call.op,
            inputs: call.inputs,
            params: call.params,
            needs,
          })),
    ),
  ),
);

interface Recorded {
  readonly node: Node;
  readonly outputs: readonly Tensor[];
  readonly wanted: readonly Tensor[];
}

/** Runs the op on copies of the inputs, of which those in `needs` are leaves that require gradients. */
function recorded({ op, inputs, params }: Case, needs: readonly boolean[]): Recorded {
  const xs = inputs.map((x, i) => (needs[i] ? leaf(x) : x.wrapped === null ? x.detach().clone() : x));
  const outputs = apply(op, xs, params).filter((y) => y.dtype === "float64");
  return { node: outputs[0].gradFn as Node, outputs, wanted: xs.filter((_x, i) => needs[i]) };
}

/** Returns the gradients of the inputs that need one, for cotangents that are equal in each call. */
function gradients({ outputs, wanted }: Recorded, createGraph = false): Tensor[] {
  const g = new Generator(3);
  const gradOutputs = outputs.map((y) => randomLike(y, g));
  return autograd
    .grad(outputs, wanted, { gradOutputs, retainGraph: true, createGraph, allowUnused: true })
    .map((dx, i) => dx ?? zeros(wanted[i].shape, { dtype: "float64" }));
}

/** Returns the tangents of the outputs, for tangents of the inputs that need gradients. */
function tangents({ op }: Case, { node }: Recorded): readonly Tensor[] {
  if (typeof op.jvp !== "function") return [];
  const g = new Generator(5);
  const given = node.metas.map((m, i) => (node.edges[i] === null ? null : randomLike(m, g)));
  const result = op.jvp(given, node);
  return isTensor(result) ? [result] : result;
}

const numbersOf = (ts: readonly Tensor[]): number[][] => ts.map((t) => Array.from(t.detach().toTypedArray()));

/** Returns the results of the rules, or the message of their error. */
function results(c: Case, r: Recorded): string {
  try {
    return withReferenceKernels(() =>
      [...numbersOf(gradients(r)), ...numbersOf(tangents(c, r))].map((list) => list.map(String).join()).join(";"),
    );
  } catch (error) {
    return String(error);
  }
}

/**
 * Whether the results of the rules change with the elements of a saved tensor, while the others keep theirs, or are all 0 or -2. Versions are not raised, so that backward
 * does not refuse the change.
 */
function isRead(c: Case, r: Recorded, saved: Tensor): boolean {
  const tensors = r.node
    .savedTensors()
    .map((s) => s.tensor)
    .filter((t) => t.wrapped === null);
  const kept = tensors.map((t) => t.storage.array.slice());
  const set = (t: Tensor, value: number): unknown => t.storage.array.fill(value);
  try {
    return [null, 0, -2].some((others) => {
      if (others !== null) for (const t of tensors) set(t, others);
      const all = [Number.NaN, -3, 0, 1, 3.3, 5].map((value) => {
        set(saved, value);
        return results(c, r);
      });
      return all.some((found) => found !== all[0]);
    });
  } finally {
    tensors.forEach((t, i) => t.storage.array.set(kept[i]));
  }
}

describe("every op, for every set of inputs that need gradients", () => {
  test.each(cases)("$title: saves the tensors that its rules read, and no others", (c) => {
    const whole = recorded(c, c.inputs.map(canNeed));
    const expected = numbersOf(gradients(whole)).filter(
      (_g, i) => c.needs[c.inputs.map(canNeed).flatMap((n, k) => (n ? [k] : []))[i]],
    );
    const part = recorded(c, c.needs);
    // a rule that reads a tensor that was not saved throws here
    expect(
      withReferenceKernels(() => numbersOf(gradients(part))),
      "the record's rule",
    ).toEqual(withReferenceKernels(() => numbersOf(gradients(part, true))));
    const close = (got: number[][], what: string): void =>
      got.forEach((list, i) =>
        list.forEach((v, k) => {
          const w = expected[i][k];
          if (!(Math.abs(v - w) <= 1e-11 * Math.max(1, Math.abs(w))))
            expect.fail(`${what}: gradient ${i}, element ${k} is ${v}, and with all gradients ${w}`);
        }),
      );
    close(
      withReferenceKernels(() => numbersOf(gradients(part))),
      "the record's rule",
    );
    close(
      withEagerKernels(() => numbersOf(gradients(part))),
      "the fast rule",
    );
    tangents(c, part);
    for (const { name, tensor } of part.node.savedTensors())
      if (tensor.wrapped === null && tensor.numel() > 0)
        expect(isRead(c, part, tensor), `${c.op.name} saves ${name}, which its rules do not read`).toBe(true);
  });
});

/** Modules have PyTorch's names, outputs and gradients. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { nn, noGrad, Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

interface Case {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly shapes: readonly number[][];
  readonly how: {
    readonly lengths?: number[];
    readonly target?: number | number[];
    readonly indices?: number[][];
    readonly eval?: boolean;
    /** Decimals that agree; 9 by default. */
    readonly digits?: number;
    readonly masks?: Readonly<Record<string, string>>;
  };
  readonly state: Readonly<Record<string, number[]>>;
  readonly outputs: readonly { readonly shape: number[]; readonly elements: number[] }[];
  readonly inputs: readonly number[][];
  readonly gradients: Readonly<Record<string, number[] | null>>;
  readonly logProb?: number[];
  readonly predicted?: number[];
}

const reference = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/modules.json.gz"))).toString()) as {
  readonly bool: Readonly<Record<string, boolean[][]>>;
  readonly cases: readonly Case[];
};

const camelCase = (name: string): string => name.replace(/_(.)/g, (_all, c: string) => c.toUpperCase());

const adapted = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([k, v]) => [camelCase(k), v]));

function filled(shape: readonly number[], seed: number): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: n }, (_, k) => 0.6 * Math.sin(1.3 * seed + 0.7 * k * k + 1.9 * k));
  return tensor(data, { dtype: "float64" }).reshape([...shape]);
}

function masked(name: string): Tensor {
  if (!name.startsWith("causal")) return tensor(reference.bool[name]);
  return nn.Transformer.generateSquareSubsequentMask(Number(name.at(-1)), { dtype: "float64" });
}

type Call = (...args: unknown[]) => unknown;
type Packable = (input: nn.utils.rnn.PackedSequence, state: unknown) => readonly [nn.utils.rnn.PackedSequence, unknown];

function call({ name, how, options }: Case, module: nn.Module, inputs: readonly Tensor[]): Tensor[] {
  const forward = (module as unknown as { forward: Call }).forward.bind(module);
  const [x, ...state] = inputs;
  const given = state.length === 0 ? null : name === "LSTM" ? state : state[0];
  if (how.lengths !== undefined) {
    const batchFirst = options["batch_first"] === true;
    const packed = nn.utils.rnn.packPaddedSequence(x, how.lengths, { batchFirst, enforceSorted: false });
    const [output, last] = (forward as Packable)(packed, given);
    const [y, lengths] = nn.utils.rnn.padPackedSequence(output, { batchFirst });
    expect(lengths.toArray()).toEqual(how.lengths);
    return [y, last].flat() as Tensor[];
  }
  if (how.indices !== undefined) return [forward(tensor(how.indices, { dtype: "int64" })) as Tensor];
  if (how.target !== undefined) {
    const result = forward(x, tensor(how.target, { dtype: "int64" }));
    return result instanceof Tensor ? [result] : (Object.values(result as object) as Tensor[]);
  }
  const masks = Object.entries(how.masks ?? {}).map(([key, value]) => [camelCase(key), masked(value)] as const);
  const result =
    name === "LSTM" ? forward(x, given) : forward(...inputs, ...(masks.length > 0 ? [Object.fromEntries(masks)] : []));
  return [result].flat(2) as Tensor[];
}

function close(got: Tensor | null | undefined, expected: readonly number[] | null, what: string, digits = 9): void {
  const elements = got == null ? null : [...got.toTypedArray()];
  // where PyTorch has no gradient, there is none or a zero here
  if (expected === null) return expect(elements?.every((v) => v === 0) ?? true, what).toBe(true);
  expect(elements?.length, what).toBe(expected.length);
  elements?.forEach((v, i) => expect(v, `${what}, element ${i}`).toBeCloseTo(expected[i], digits));
}

test.each(reference.cases.map((c) => [c.name, JSON.stringify([c.args, c.options, c.shapes, c.how]), c] as const))(
  "%s %s",
  (name, _what, c) => {
    const Class = (nn as unknown as Record<string, new (...args: unknown[]) => nn.Module>)[name];
    const options = Object.keys(c.state).length > 0 ? { ...adapted(c.options), dtype: "float64" } : adapted(c.options);
    const module = new Class(...c.args, ...(Object.keys(options).length > 0 ? [options] : []));
    module.train(c.how.eval !== true);
    const state = Object.fromEntries(Object.entries(module.stateDict()).map(([key, t]) => [key, t.shape]));
    expect(state).toEqual(Object.fromEntries(Object.entries(c.state).map(([k, shape]) => [camelCase(k), shape])));
    noGrad(() => {
      [...module.parameters()].forEach((p, i) => p.copy_(filled(p.shape, i + 1)));
    });
    const inputs = c.shapes.map((shape, i) => filled(shape, 50 + i).requiresGrad_());
    const outputs = call(c, module, inputs);
    expect(outputs.map((y) => y.shape)).toEqual(c.outputs.map((y) => y.shape));
    outputs.forEach((y, i) => close(y, c.outputs[i].elements, `output ${i}`));
    outputs
      .map((y, i) => y.mul(filled(y.shape, 90 + i)).sum())
      .reduce((a, b) => a.add(b))
      .backward();
    inputs.forEach((x, i) => close(x.grad, c.inputs[i], `gradient of input ${i}`, c.how.digits));
    const parameters = new Map(module.namedParameters());
    for (const [key, g] of Object.entries(c.gradients))
      close(parameters.get(camelCase(key))?.grad, g, `gradient of ${key}`);
    if (c.logProb !== undefined) {
      const adaptive = module as nn.AdaptiveLogSoftmaxWithLoss;
      close(adaptive.logProb(inputs[0]), c.logProb, "logProb");
      expect(adaptive.predict(inputs[0]).toArray()).toEqual(c.predicted);
    }
  },
);

/** PyTorch's results of lazy modules and of `torch.nn.utils`, which make_nn.py stores, and the tensors that it computes them with. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { nn, noGrad, type Tensor, tensor } from "tapelab";
import { expect } from "vitest";
import { inRoot } from "../support/paths.ts";

/** Shapes by name in PyTorch; `null` for a tensor that is not initialized. */
export type Shapes = Readonly<Record<string, number[] | null>>;

/** Output, gradients by name, and shapes of the state of a module. */
export interface Run {
  readonly output: number[];
  readonly gradients: Readonly<Record<string, number[]>>;
  readonly state: Shapes;
}

interface Layer {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly shape: number[];
  readonly options: Readonly<Record<string, unknown>>;
}

interface Reference {
  readonly names: Readonly<Record<string, string[]>>;
  readonly lazy: readonly (Layer & {
    readonly before: Shapes;
    readonly after: Shapes;
    readonly becomes: string;
    readonly output: number[];
    readonly gradient: number[];
    readonly gradients: number[][];
    readonly buffers: Readonly<Record<string, number[]>>;
  })[];
  readonly weightNorm: readonly (Layer & { readonly dim: number | null; readonly old: Run; readonly new: Run })[];
  readonly spectralNorm: readonly (Layer & { readonly old: readonly Run[]; readonly new: readonly Run[] })[];
  readonly orthogonal: readonly (Run & {
    readonly args: [number, number];
    readonly map: "matrix_exp" | "cayley" | "householder";
    readonly trivial: boolean;
    readonly weight: number[];
  })[];
  readonly masks: readonly { readonly method: string; readonly args: (number | string)[]; readonly mask: number[] }[];
  readonly pruned: Run & {
    readonly masks: number[][];
    readonly removed: Shapes;
    readonly weight: number[];
    readonly global: Readonly<Record<string, number[]>>;
  };
  readonly fused: readonly (Layer & {
    readonly norm: string;
    readonly weight: number[];
    readonly bias: number[];
    readonly output: number[];
  })[];
}

export const reference = JSON.parse(
  gunzipSync(readFileSync(inRoot("test/conformance/nn.json.gz"))).toString(),
) as Reference;

/** Returns the name here of a name of PyTorch, which may be dotted. */
export const camelCase = (name: string): string =>
  name.replaceAll(/(?<=[A-Za-z0-9])_(\w)/g, (_all, c: string) => c.toUpperCase());

/** Returns options, or a state, under their names here. */
export const camelKeys = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([k, v]) => [camelCase(k), v]));

/** Returns the elements that make_nn.py computes by the same formula. */
export function filled(shape: readonly number[], seed: number): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: n }, (_, k) => 0.6 * Math.sin(1.3 * seed + 0.7 * k * k + 1.9 * k));
  return tensor(data, { dtype: "float64" }).reshape([...shape]);
}

/** Fills the parameters of a module with numbers that depend on their order. */
export function fill(module: nn.Module): void {
  noGrad(() => {
    module.parameters().forEach((p, i) => p.copy_(filled(p.shape, i + 1)));
  });
}

type AnyLayer = nn.Module & { forward(x: Tensor): Tensor };

/** Creates a layer in float64. */
export function layer(
  name: string,
  args: readonly unknown[],
  options: Readonly<Record<string, unknown>> = {},
): AnyLayer {
  const Class = (nn as unknown as Record<string, new (...args: unknown[]) => AnyLayer>)[name];
  const module = new Class(...args, { ...camelKeys(options), dtype: "float64" });
  fill(module);
  return module;
}

/** Compares elements with those of PyTorch. */
export function close(got: Tensor | null | undefined, expected: readonly number[], what: string): void {
  const elements = [...(got?.toTypedArray() ?? [])];
  expect(elements.length, what).toBe(expected.length);
  elements.forEach((v, i) => expect(v, `${what}, element ${i}`).toBeCloseTo(expected[i], 9));
}

/** Returns the shapes of a module's state; `null` for a tensor that is not initialized. */
export const shapesOf = (module: nn.Module): Shapes =>
  Object.fromEntries(
    [...module.namedParameters({ removeDuplicate: false }), ...module.namedBuffers({ removeDuplicate: false })].map(
      ([key, t]) => [
        key,
        t instanceof nn.UninitializedParameter || t instanceof nn.UninitializedBuffer ? null : [...t.shape],
      ],
    ),
  );

/** Compares output, gradients and state of a module with those of PyTorch. */
export function compare(module: AnyLayer, shape: readonly number[], expected: Run): void {
  expect(shapesOf(module)).toEqual(camelKeys(expected.state));
  module.zeroGrad();
  const y = module.forward(filled(shape, 50));
  close(y, expected.output, "output");
  y.mul(filled(y.shape, 90)).sum().backward();
  const parameters = new Map(module.namedParameters());
  for (const [key, g] of Object.entries(expected.gradients))
    close(parameters.get(camelCase(key))?.grad, g, `gradient of ${key}`);
}

/** Reading the rows of a model's summary: one forward pass with hooks on every module. */
import { registerModuleForwardHook } from "../../nn/base/hooks.ts";
import type { Module } from "../../nn/base/module.ts";
import { PackedSequence } from "../../nn/layers/recurrent/packed.ts";
import { restoring } from "../../platform/ambient.ts";
import type { ModelSummaryData, ModuleRow } from "../../protocol/index.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { multiplyAddsOf } from "./multiply-adds.ts";

/** Size of a tensor's elements. */
const tensorBytes = (t: Tensor): number => t.numel() * bytesPerElement[t.dtype];

/** Returns the tensors in a value: in arrays, packed sequences and records, in order. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (value instanceof PackedSequence) return [value.data];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.getPrototypeOf(value) === Object.prototype ? Object.values(value).flatMap(tensorsIn) : [];
}

const shapesIn = (value: unknown): number[][] => tensorsIn(value).map((t) => [...t.shape]);

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** The calls of one module. */
interface Calls {
  count: number;
  readonly inputs: readonly number[][];
  readonly outputs: readonly number[][];
  multiplyAdds: number | null;
  outputBytes: number;
}

/** Runs the model in evaluation mode, off the tape, and returns the calls of each module. Modes are restored afterwards. */
function callsDuring(model: Module, args: readonly unknown[]): ReadonlyMap<Module, Calls> {
  const calls = new Map<Module, Calls>();
  const modes = [...model.modules()].map((module) => [module, module.training] as const);
  const handle = registerModuleForwardHook((module, inputs, output) => {
    const products = multiplyAddsOf(module, inputs, output);
    const known = calls.get(module) ?? {
      count: 0,
      inputs: shapesIn(inputs),
      outputs: shapesIn(output),
      multiplyAdds: null,
      outputBytes: 0,
    };
    known.count++;
    if (products !== null) known.multiplyAdds = (known.multiplyAdds ?? 0) + products;
    known.outputBytes += sum(tensorsIn(output).map(tensorBytes));
    calls.set(module, known);
  });
  const { forward } = model as unknown as { forward(...args: readonly unknown[]): unknown };
  model.eval();
  restoring(
    () => void noGrad(() => forward.apply(model, [...args])),
    () => {
      handle.remove();
      for (const [module, training] of modes) module.training = training;
    },
  );
  return calls;
}

/** Returns the name of a module in its parent, and the number of modules around it, by the paths of all modules. */
function placeOf(
  path: string,
  module: Module,
  modules: readonly (readonly [path: string, module: Module])[],
): { readonly name: string; readonly depth: number } {
  if (path === "") return { name: module.constructor.name, depth: 0 };
  // a name has dots where the field is an array or a record
  const ancestors = modules.map(([other]) => other).filter((other) => other === "" || path.startsWith(`${other}.`));
  const parent = ancestors.reduce((longest, other) => (other.length > longest.length ? other : longest), "");
  return { name: parent === "" ? path : path.slice(parent.length + 1), depth: ancestors.length };
}

/** Returns the summary of a model that is called with `args`. */
export function summarize(model: Module, args: readonly unknown[]): ModelSummaryData {
  const calls = callsDuring(model, args);
  const names = new Map<Module, string>();
  const counted = new Set<Tensor>();
  const rows: ModuleRow[] = [];
  const modules = [...model.namedModules({ removeDuplicate: false })];
  let outputBytes = 0;
  for (const [path, module] of modules) {
    const shared = names.get(module) ?? null;
    names.set(module, shared ?? path);
    const own = module.parameters({ recurse: false }).filter((p) => !counted.has(p));
    for (const p of own) counted.add(p);
    const made = shared === null ? calls.get(module) : undefined;
    // the outputs of containers are those of their parts
    if (![...module.children()].some((child) => calls.has(child))) outputBytes += made?.outputBytes ?? 0;
    rows.push({
      ...placeOf(path, module, modules),
      className: module.constructor.name,
      sharedWith: shared === null ? null : shared === "" ? module.constructor.name : shared,
      calls: made?.count ?? 0,
      inputs: made?.inputs ?? [],
      outputs: made?.outputs ?? [],
      parameters: sum(own.map((p) => p.numel())),
      multiplyAdds: made?.multiplyAdds ?? null,
      outputBytes: made?.outputBytes ?? 0,
    });
  }
  const parameters = model.parameters();
  return {
    rows,
    parameters: sum(parameters.map((p) => p.numel())),
    trainable: sum(parameters.filter((p) => p.requiresGrad).map((p) => p.numel())),
    multiplyAdds: sum(rows.map((row) => row.multiplyAdds ?? 0)),
    inputBytes: sum(tensorsIn(args).map(tensorBytes)),
    parameterBytes: sum(parameters.map(tensorBytes)),
    bufferBytes: sum(model.buffers().map(tensorBytes)),
    outputBytes,
  };
}

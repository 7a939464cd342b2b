/** Spectral normalization by hooks: weights divided by their largest singular value. */
import type { HookHandle } from "../../tape/graph/hooks.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "../base/module.ts";
import { Buffer, Parameter } from "../base/parameter.ts";
import { fieldsOf, stateIn } from "./derived.ts";
import {
  asMatrix,
  randomUnitVector,
  type SpectralNormOptions,
  singularValue,
  spectralSettings,
  unitVector,
} from "./power-iteration.ts";

/** A weight that is normalized before each forward pass. */
interface NormalizedField {
  readonly handle: HookHandle;
  /** Returns the weight divided by the estimate of its largest singular value, without another iteration. */
  readonly compute: () => Tensor;
}

/** Normalized weights by module and name. */
const normalized = new WeakMap<Module, Map<string, NormalizedField>>();

/**
 * Has a module divide its parameter `name`, by default "weight", by its largest singular value, before each forward pass. The singular value is estimated by power iteration, which goes on in training mode.
 * The parameter becomes `weightOrig`, after the name, with the buffers `weightU` and `weightV`. Returns the module. `parametrizations.spectralNorm` does the same as a parametrization. Source: Miyato, Kataoka, Koyama and Yoshida, 2018.
 * @throws ArgumentError when the module has no such parameter, and for less than one iteration; IndexError for a dimension out of range.
 * @example
 * const layer = nn.utils.spectralNorm(new nn.Linear(2, 3));
 * Object.keys(layer.stateDict()); // ["bias", "weightOrig", "weightU", "weightV"]
 */
export function spectralNorm<M extends Module>(module: M, name = "weight", options: SpectralNormOptions = {}): M {
  const weight = stateIn("spectralNorm", module, name) as Parameter;
  const { iterations, eps, dim } = spectralSettings("spectralNorm", module, weight, options);
  const fields = fieldsOf(module);
  const [rows, columns] = asMatrix(weight.detach(), dim).shape;
  const u = new Buffer(randomUnitVector(rows, weight.dtype, eps));
  const v = new Buffer(randomUnitVector(columns, weight.dtype, eps));
  const [orig, uName, vName] = [`${name}Orig`, `${name}U`, `${name}V`];
  Reflect.deleteProperty(module, name);
  Object.assign(fields, { [orig]: weight, [uName]: u, [vName]: v });
  const iterate = (matrix: Tensor): void =>
    noGrad(() => {
      for (let k = 0; k < iterations; k++) {
        (fields[vName] as Tensor).copy_(unitVector(matrix.t().mv(fields[uName] as Tensor), eps));
        (fields[uName] as Tensor).copy_(unitVector(matrix.mv(fields[vName] as Tensor), eps));
      }
    });
  const compute = (): Tensor => {
    const matrix = asMatrix(fields[orig] as Tensor, dim);
    // copies, as the next iteration changes the vectors in place
    const sigma = singularValue(matrix, (fields[uName] as Tensor).clone(), (fields[vName] as Tensor).clone());
    return (fields[orig] as Tensor).div(sigma);
  };
  const handle = module.registerForwardPreHook(() => {
    if (module.training) iterate(asMatrix((fields[orig] as Tensor).detach(), dim));
    fields[name] = compute();
  });
  fields[name] = weight.detach();
  const entries = normalized.get(module) ?? new Map<string, NormalizedField>();
  normalized.set(module, entries.set(name, { handle, compute }));
  return module;
}

/**
 * Undoes `spectralNorm`: the parameter `name`, by default "weight", has the normalized value. Returns the module.
 * @throws ArgumentError when the weight is not normalized.
 * @example
 * const layer = nn.utils.removeSpectralNorm(nn.utils.spectralNorm(new nn.Linear(2, 3)));
 * Object.keys(layer.stateDict()); // ["bias", "weight"]
 */
export function removeSpectralNorm<M extends Module>(module: M, name = "weight"): M {
  const entry = normalized.get(module)?.get(name);
  if (entry === undefined)
    throw new ArgumentError(
      "removeSpectralNorm",
      `"${name}" of ${module.constructor.name} has no spectral normalization`,
    );
  entry.handle.remove();
  normalized.get(module)?.delete(name);
  const weight = noGrad(entry.compute);
  for (const part of [name, `${name}Orig`, `${name}U`, `${name}V`]) Reflect.deleteProperty(module, part);
  fieldsOf(module)[name] = new Parameter(weight);
  return module;
}

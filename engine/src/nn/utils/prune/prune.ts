/** Pruning of parameters: masks, and the parameters times them. */
import { noGrad } from "../../../tape/graph/mode.ts";
import { onesLike } from "../../../tensor/create.ts";
import { ArgumentError, ShapeError } from "../../../tensor/errors.ts";
import type { Generator } from "../../../tensor/random.ts";
import { normalizeDim, sameShape } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Module } from "../../base/module.ts";
import { Buffer, Parameter } from "../../base/parameter.ts";
import { derivationOf, derive, derivedNames, fieldsOf, requireDerived, restoreField, stateIn } from "../derived.ts";
import { parametersToVector } from "../vector.ts";
import {
  type BasePruningMethod,
  CustomFromMask,
  Identity,
  L1Unstructured,
  LnStructured,
  RandomStructured,
  RandomUnstructured,
} from "./methods.ts";

/** Options of pruning by scores. */
export interface ScoreOptions {
  /** The importance of each element, of the shape of the parameter, in place of the parameter itself. */
  readonly importanceScores?: Tensor | null;
}

/** Returns the mask of a method for what an earlier mask keeps. */
function nextMask(method: BasePruningMethod, scores: Tensor, mask: Tensor): Tensor {
  if (method.pruningType === "global") return method.computeMask(scores, mask);
  if (method.pruningType === "unstructured") {
    const kept = mask.reshape([-1]).nonzero().reshape([-1]);
    const part = method.computeMask(scores.reshape([-1]).indexSelect(0, kept), mask.reshape([-1]).indexSelect(0, kept));
    return mask.reshape([-1]).clone().indexCopy_(0, kept, part).reshape(mask.shape);
  }
  const dim = normalizeDim("prune", method.dim, mask.ndim);
  const others = mask.shape.map((_, d) => d).filter((d) => d !== dim);
  const kept = mask.sum(others).nonzero().reshape([-1]);
  const part = method.computeMask(scores.indexSelect(dim, kept), mask.indexSelect(dim, kept));
  return mask.clone().indexCopy_(dim, kept, part);
}

/**
 * Prunes the parameter `name` of a module by a method, and returns the module: the field is computed as the parameter, `weightOrig` after the name, times the buffer `weightMask`. Pruning once more
 * prunes what is left.
 * @throws ArgumentError when the module has no such parameter, and for an amount above what is left; ShapeError for scores of another shape.
 * @example
 * const layer = new nn.Linear(2, 3);
 * nn.utils.prune.applyTo(layer, "weight", new nn.utils.prune.Identity());
 * Object.keys(layer.stateDict()); // ["bias", "weightOrig", "weightMask"]
 */
export function applyTo<M extends Module>(
  module: M,
  name: string,
  method: BasePruningMethod,
  { importanceScores = null }: ScoreOptions = {},
): M {
  const fields = fieldsOf(module);
  const again = derivationOf(module, name) === "pruning";
  const original = again ? (fields[`${name}Orig`] as Parameter) : stateIn("prune", module, name);
  if (importanceScores !== null && !sameShape(importanceScores.shape, original.shape))
    throw new ShapeError("prune", "importanceScores must have the shape of the parameter", [
      importanceScores.shape,
      original.shape,
    ]);
  const mask = noGrad(() => {
    const before = again ? (fields[`${name}Mask`] as Tensor) : onesLike(original).detach();
    const scores = (importanceScores ?? (fields[name] as Tensor)).detach();
    // a first mask gets the tensor in its shape
    return again ? nextMask(method, scores, before) : method.computeMask(scores, before);
  });
  if (!sameShape(mask.shape, original.shape))
    throw new ShapeError("prune", "the mask must have the shape of the parameter", [mask.shape, original.shape]);
  const buffer = new Buffer(mask.to(original.dtype).detach().clone());
  Object.assign(fields, { [`${name}Orig`]: original, [`${name}Mask`]: buffer });
  if (again) return module;
  derive(module, name, "pruning", () => (fields[`${name}Orig`] as Tensor).mul(fields[`${name}Mask`] as Tensor));
  return module;
}

/**
 * Prunes no element, but registers the mask, and returns the module.
 * @throws ArgumentError when the module has no such parameter.
 * @example nn.utils.prune.isPruned(nn.utils.prune.identity(new nn.Linear(2, 3), "weight")); // true
 */
export function identity<M extends Module>(module: M, name: string): M {
  return applyTo(module, name, new Identity());
}

/**
 * Prunes random elements of the parameter `name`, and returns the module. An amount below 1 is the fraction of those left, an integer their number.
 * @throws ArgumentError when the module has no such parameter, and for an amount that is negative or above what is left.
 * @example nn.utils.prune.randomUnstructured(new nn.Linear(2, 3), "weight", 4).weight.ne(0).sum().item(); // 2
 */
export function randomUnstructured<M extends Module>(
  module: M,
  name: string,
  amount: number,
  generator?: Generator,
): M {
  return applyTo(module, name, new RandomUnstructured(amount, ...(generator === undefined ? [] : [generator])));
}

/**
 * Prunes the elements of the parameter `name` with the smallest absolute values, or scores, and returns the module. An amount below 1 is the fraction of those left, an integer their number.
 * @throws ArgumentError when the module has no such parameter, and for an amount that is negative or above what is left.
 * @example nn.utils.prune.l1Unstructured(new nn.Linear(2, 3), "weight", 0.5).weight.ne(0).sum().item(); // 3
 */
export function l1Unstructured<M extends Module>(
  module: M,
  name: string,
  amount: number,
  options: ScoreOptions = {},
): M {
  return applyTo(module, name, new L1Unstructured(amount), options);
}

/**
 * Prunes random channels along a dimension of the parameter `name`, and returns the module. An amount below 1 is the fraction of those left, an integer their number.
 * @throws ArgumentError when the module has no such parameter, and for an amount that is negative or above what is left.
 * @example nn.utils.prune.randomStructured(new nn.Linear(2, 3), "weight", 1, 0).weight.ne(0).sum().item(); // 4
 */
export function randomStructured<M extends Module>(
  module: M,
  name: string,
  amount: number,
  dim: number,
  generator?: Generator,
): M {
  return applyTo(module, name, new RandomStructured(amount, dim, ...(generator === undefined ? [] : [generator])));
}

/**
 * Prunes the channels along a dimension of the parameter `name` whose norms of order `n` are smallest, and returns the module. An amount below 1 is the fraction of those left, an integer their number.
 * @throws ArgumentError when the module has no such parameter, and for an amount that is negative or above what is left.
 * @example nn.utils.prune.lnStructured(new nn.Linear(2, 3), "weight", 1, 2, 0).weight.ne(0).sum().item(); // 4
 */
export function lnStructured<M extends Module>(
  module: M,
  name: string,
  amount: number,
  n: number,
  dim: number,
  options: ScoreOptions = {},
): M {
  return applyTo(module, name, new LnStructured(amount, n, dim), options);
}

/**
 * Prunes the elements of the parameter `name` for which a mask is 0, and returns the module.
 * @throws ArgumentError when the module has no such parameter; ShapeError for a mask of another shape.
 * @example nn.utils.prune.customFromMask(new nn.Linear(2, 1), "bias", tensor([0])).bias!.abs().toArray(); // [0]
 */
export function customFromMask<M extends Module>(module: M, name: string, mask: Tensor): M {
  return applyTo(module, name, new CustomFromMask(mask));
}

/**
 * Prunes several parameters as if they were one vector: an amount is that of all their elements.
 * @throws ArgumentError for a structured method, for no parameters, and when a module has no such parameter.
 * @example
 * const net = new nn.Sequential(new nn.Linear(2, 3), new nn.Linear(3, 1));
 * nn.utils.prune.globalUnstructured([[net[0], "weight"], [net[1], "weight"]], new nn.utils.prune.L1Unstructured(0.5));
 * net.buffers().reduce((kept, mask) => kept + mask.sum().item(), 0); // 5
 */
export function globalUnstructured(
  parameters: readonly (readonly [module: Module, name: string])[],
  method: BasePruningMethod,
): void {
  if (method.pruningType === "structured")
    throw new ArgumentError("globalUnstructured", "expected a method that is not structured");
  const tensors = parameters.map(([module, name]) =>
    derivationOf(module, name) === "pruning"
      ? (fieldsOf(module)[name] as Tensor)
      : stateIn("globalUnstructured", module, name),
  );
  const masks = parameters.map(([module, name], i) =>
    derivationOf(module, name) === "pruning" ? (fieldsOf(module)[`${name}Mask`] as Tensor) : onesLike(tensors[i]),
  );
  const all = noGrad(() => nextMask(method, parametersToVector(tensors), parametersToVector(masks)));
  let at = 0;
  parameters.forEach(([module, name], i) => {
    const { shape } = tensors[i];
    customFromMask(module, name, all.narrow(0, at, tensors[i].numel()).reshape(shape));
    at += tensors[i].numel();
  });
}

/**
 * Makes the pruning of the parameter `name` permanent: it is an ordinary parameter again, with zeros. Returns the module.
 * @throws ArgumentError when the parameter is not pruned.
 * @example
 * const layer = nn.utils.prune.l1Unstructured(new nn.Linear(2, 3), "weight", 2);
 * Object.keys(nn.utils.prune.remove(layer, "weight").stateDict()); // ["weight", "bias"]
 */
export function remove<M extends Module>(module: M, name: string): M {
  requireDerived("remove", module, name, "pruning");
  const fields = fieldsOf(module);
  const original = fields[`${name}Orig`] as Tensor;
  noGrad(() => original.copy_(fields[name] as Tensor));
  restoreField(module, name, original);
  Reflect.deleteProperty(fields, `${name}Orig`);
  Reflect.deleteProperty(fields, `${name}Mask`);
  return module;
}

/**
 * Returns whether a parameter of a module, or of a descendant, is pruned.
 * @example nn.utils.prune.isPruned(new nn.Linear(2, 3)); // false
 */
export function isPruned(module: Module): boolean {
  return [...module.modules()].some((part) => derivedNames(part, "pruning").length > 0);
}

/** `nn.utils.parametrize`: parameters that are computed from others, for example to be symmetric or orthogonal. */
import { ambient, during } from "../../../platform/ambient.ts";
import { noGrad } from "../../../tape/graph/mode.ts";
import { ArgumentError } from "../../../tensor/errors.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { replaceData } from "../../base/data.ts";
import type { Module } from "../../base/module.ts";
import { Buffer, Parameter } from "../../base/parameter.ts";
import { ModuleDict } from "../../layers/container.ts";
import { derive, derivedNames, fieldsOf, requireDerived, restoreField, stateIn } from "../derived.ts";
import { type Parametrization, ParametrizationList } from "./list.ts";

export { type Parametrization, ParametrizationList } from "./list.ts";

/** The tensors that were computed while a body of `cached` runs; `null` outside. */
const state = ambient((): { cache: Map<ParametrizationList, Tensor> | null } => ({ cache: null }));

function compute(list: ParametrizationList): Tensor {
  if (state.cache === null) return list.forward();
  const known = state.cache.get(list) ?? list.forward();
  state.cache.set(list, known);
  return known;
}

/**
 * Runs a body in which each parametrized tensor is computed once, when it is first read, and returns what the body returns. Use it where a weight is read several times, as in a
 * recurrent cell.
 * @example
 * const layer = nn.utils.parametrizations.orthogonal(new nn.Linear(2, 2));
 * nn.utils.parametrize.cached(() => layer.weight === layer.weight); // true
 */
export function cached<T>(body: () => T): T {
  const outer = state.cache;
  state.cache = outer ?? new Map();
  return during(body, () => {
    state.cache = outer;
  });
}

/** Options of `registerParametrization`. */
export interface ParametrizationOptions {
  /** Whether the parametrization may change shape and dtype, which are not checked then; false by default. */
  readonly unsafe?: boolean;
}

/** Returns the parametrizations of a module by the names of its tensors, or `null`. */
function dictionaryOf(module: Module): ModuleDict<ParametrizationList> | null {
  const held = fieldsOf(module)["parametrizations"];
  return held instanceof ModuleDict ? (held as ModuleDict<ParametrizationList>) : null;
}

/** Returns the parametrizations of a tensor. @throws ArgumentError when it has none. */
function listOf(op: string, module: Module, tensorName: string): ParametrizationList {
  requireDerived(op, module, tensorName, "parametrization");
  return (dictionaryOf(module) as ModuleDict<ParametrizationList>).get(tensorName);
}

/**
 * Has a module compute its parameter or buffer `tensorName` by a parametrization, whenever it is read, and returns the module. The parameter moves to
 * `parametrizations.<tensorName>.original`, where optimizers and state dictionaries find it. Assigning to the field calls `rightInverse`. Further parametrizations are applied to the result of those before.
 * @throws ArgumentError when the module has no such tensor; ShapeError or DTypeError when the parametrization changes shape or dtype, unless it is unsafe.
 * @example
 * class Symmetric extends nn.Module {
 *   forward(x: Tensor): Tensor {
 *     return x.triu().add(x.triu(1).t());
 *   }
 * }
 * const layer = nn.utils.parametrize.registerParametrization(new nn.Linear(3, 3), "weight", new Symmetric());
 * layer.weight.equal(layer.weight.t()); // true
 */
export function registerParametrization<M extends Module>(
  module: M,
  tensorName: string,
  parametrization: Parametrization,
  { unsafe = false }: ParametrizationOptions = {},
): M {
  parametrization.train(module.training);
  if (isParametrized(module, tensorName)) {
    listOf("registerParametrization", module, tensorName).add(parametrization, unsafe);
    return module;
  }
  const original = stateIn("registerParametrization", module, tensorName);
  const list = new ParametrizationList([parametrization], original, unsafe);
  const dictionary = dictionaryOf(module) ?? new ModuleDict<ParametrizationList>();
  dictionary.set(tensorName, list);
  fieldsOf(module)["parametrizations"] = dictionary;
  derive(
    module,
    tensorName,
    "parametrization",
    () => compute(list),
    (value) => {
      if (!(value instanceof Tensor))
        throw new ArgumentError(tensorName, "a parametrized field can be set to a tensor only");
      list.rightInverse(value);
    },
  );
  return module;
}

/**
 * Returns whether a module has parametrizations, or whether its tensor `tensorName` has some.
 * @example nn.utils.parametrize.isParametrized(new nn.Linear(2, 2)); // false
 */
export function isParametrized(module: Module, tensorName: string | null = null): boolean {
  const names = derivedNames(module, "parametrization");
  return tensorName === null ? names.length > 0 : names.includes(tensorName);
}

/** Options of `removeParametrizations`. */
export interface RemoveOptions {
  /** Whether the tensor keeps the value that was computed, the default, or gets that of the original. */
  readonly leaveParametrized?: boolean;
}

/**
 * Removes all parametrizations of a tensor, which becomes an ordinary parameter or buffer, and returns the module.
 * @throws ArgumentError when the tensor has none, and without `leaveParametrized` when it was computed from several.
 * @example
 * const layer = nn.utils.parametrizations.orthogonal(new nn.Linear(2, 2));
 * Object.keys(nn.utils.parametrize.removeParametrizations(layer, "weight").stateDict()); // ["weight", "bias"]
 */
export function removeParametrizations<M extends Module>(
  module: M,
  tensorName: string,
  { leaveParametrized = true }: RemoveOptions = {},
): M {
  const list = listOf("removeParametrizations", module, tensorName);
  const { originals } = list;
  if (!leaveParametrized && originals.length > 1)
    throw new ArgumentError(
      "removeParametrizations",
      `"${tensorName}" was computed from several tensors, none of which is its original`,
    );
  let [plain] = originals;
  if (leaveParametrized) {
    const value = noGrad(() => list.forward()).detach();
    if (originals.length === 1) replaceData(plain, value);
    else plain = plain instanceof Parameter ? new Parameter(value, plain.requiresGrad) : new Buffer(value);
  }
  restoreField(module, tensorName, plain);
  const dictionary = dictionaryOf(module);
  dictionary?.delete(tensorName);
  if (dictionary?.size === 0) Reflect.deleteProperty(module, "parametrizations");
  return module;
}

/** Calling a module with other parameters than its own. */
import { restoring } from "../../platform/ambient.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type Place, placesOf } from "./members.ts";
import type { Module } from "./module.ts";
import type { StateDict } from "./state-dict.ts";

const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;

/**
 * `module.forward(...args)` with the parameters and buffers of `state`, by dotted name, in place of the module's own, which are back afterwards. What
 * `state` does not name stays. A tensor under several names is replaced under all of them.
 * @throws ArgumentError for a name that the module does not have.
 * @example
 * const model = new nn.Linear(2, 1);
 * const state = { weight: tensor([[1, 2]]), bias: tensor([0]) };
 * func.functionalCall(model, state, tensor([3, 4])).toArray(); // [11]
 */
export function functionalCall<A extends readonly unknown[], Y>(
  module: Module & { forward(...args: A): Y },
  state: Readonly<StateDict>,
  ...args: A
): Y {
  const places = new Map<string, Place<Tensor>>();
  for (const [prefix, part] of module.namedModules({ removeDuplicate: false }))
    for (const place of placesOf(part, isTensor))
      places.set(prefix === "" ? place.name : `${prefix}.${place.name}`, place);
  const swaps: (readonly [place: Place<Tensor>, value: Tensor])[] = [];
  for (const [name, value] of Object.entries(state)) {
    const named = places.get(name);
    if (named === undefined)
      throw new ArgumentError("functionalCall", `the module has no "${name}"; it has ${[...places.keys()].join(", ")}`);
    for (const place of places.values()) if (place.value === named.value) swaps.push([place, value]);
  }
  const swapped = (): Y => {
    for (const [place, value] of swaps) place.put(value);
    return module.forward(...args);
  };
  return restoring(swapped, () => {
    for (const [place] of swaps) place.put(place.value);
  });
}

/** `functionalCall`: a call of a module with other parameters and buffers than its own. */
import { restoring } from "../../platform/ambient.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { findMembers, type Member } from "./members.ts";
import type { Module } from "./module.ts";
import type { StateDict } from "./state-dict.ts";

const isTensor = (x: unknown): x is Tensor => x instanceof Tensor;

/** Returns the tensors in the fields of a module and of its submodules, by dotted name. */
function namedTensors(module: Module): Map<string, Member<Tensor>> {
  const members = new Map<string, Member<Tensor>>();
  for (const [prefix, part] of module.namedModules({ removeDuplicate: false }))
    for (const member of findMembers(part, isTensor))
      members.set(prefix === "" ? member.name : `${prefix}.${member.name}`, member);
  return members;
}

/**
 * Returns `module.forward(...args)`, computed with the tensors of `state` in place of the parameters and buffers of these dotted names. Names that `state`
 * leaves out keep their tensors; a tensor with several names, such as a tied weight, is replaced under all of them. The module is restored afterwards,
 * also after an error. Gradients flow to the tensors of `state`.
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
  const members = namedTensors(module);
  const replacements: (readonly [member: Member<Tensor>, value: Tensor])[] = [];
  for (const [name, value] of Object.entries(state)) {
    const named = members.get(name);
    if (named === undefined)
      throw new ArgumentError(
        "functionalCall",
        `the module has no "${name}"; it has ${[...members.keys()].join(", ")}`,
      );
    for (const member of members.values()) if (member.value === named.value) replacements.push([member, value]);
  }
  const call = (): Y => {
    for (const [member, value] of replacements) member.assign(value);
    return module.forward(...args);
  };
  return restoring(call, () => {
    for (const [member] of replacements) member.assign(member.value);
  });
}

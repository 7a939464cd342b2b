/** Fields of modules that are computed from other parameters whenever they are read. */
import { ArgumentError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Module } from "../base/module.ts";
import { Buffer, Parameter } from "../base/parameter.ts";

/** The reason for which a field is computed. */
export type Derivation = "parametrization" | "pruning" | "weight normalization";

/** Computed fields by module. */
const derivations = new WeakMap<Module, Map<string, Derivation>>();

/** Returns the reason for which a field is computed, or `null` for an ordinary field. */
export const derivationOf = (module: Module, name: string): Derivation | null =>
  derivations.get(module)?.get(name) ?? null;

/** Returns the names of the fields of a module that are computed for a reason. */
export const derivedNames = (module: Module, reason: Derivation): string[] =>
  [...(derivations.get(module) ?? [])].filter(([, r]) => r === reason).map(([name]) => name);

/** Returns the fields of a module. */
export const fieldsOf = (module: Module): Record<string, unknown> => module as unknown as Record<string, unknown>;

/** Returns the parameter or buffer in a field. @throws ArgumentError when it holds none. */
export function stateIn(op: string, module: Module, name: string): Parameter | Buffer {
  const value = fieldsOf(module)[name];
  if (value instanceof Parameter || value instanceof Buffer) return value;
  const reason = derivationOf(module, name);
  throw new ArgumentError(
    op,
    reason === null
      ? `${module.constructor.name} has no parameter or buffer "${name}"`
      : `"${name}" of ${module.constructor.name} is already computed, by ${reason}`,
  );
}

/** Returns the tensor in a field, computed or not. @throws ArgumentError when it holds none. */
export function tensorIn(op: string, module: Module, name: string): Tensor {
  const value = fieldsOf(module)[name];
  if (value instanceof Tensor) return value;
  throw new ArgumentError(op, `${module.constructor.name} has no tensor "${name}"`);
}

/** Has a field return what `compute` returns whenever it is read. Assigning to it calls `assign`. */
export function derive(
  module: Module,
  name: string,
  reason: Derivation,
  compute: () => Tensor,
  assign?: (value: unknown) => void,
): void {
  const set = (value: unknown): void => {
    if (assign === undefined)
      throw new ArgumentError(name, `the field is computed, by ${reason}, and cannot be assigned`);
    assign(value);
  };
  // not enumerable, so that it is no field of the module's state
  Object.defineProperty(module, name, { get: compute, set, enumerable: false, configurable: true });
  derivations.set(module, (derivations.get(module) ?? new Map<string, Derivation>()).set(name, reason));
}

/** Makes a computed field an ordinary one again. */
export function restoreField(module: Module, name: string, value: Tensor): void {
  Object.defineProperty(module, name, { value, writable: true, enumerable: true, configurable: true });
  derivations.get(module)?.delete(name);
}

/** Throws unless a field is computed for a reason. */
export function requireDerived(op: string, module: Module, name: string, reason: Derivation): void {
  if (derivationOf(module, name) !== reason)
    throw new ArgumentError(op, `"${name}" of ${module.constructor.name} is not computed by ${reason}`);
}

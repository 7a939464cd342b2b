/** Groups of parameters, which share the settings of an optimizer. */
import { describe } from "../tensor/arguments/refusals.ts";
import { ArgumentError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Settings that every optimizer has. */
export type Settings = {
  /** Learning rate. */
  lr: number;
  /** Whether the loss is maximized: gradients are followed upwards. */
  maximize?: boolean;
};

/** Parameters of an optimizer, and their settings, which may be changed between steps. */
export type ParamGroup<S extends Settings = Settings> = S & {
  params: Tensor[];
  /** The learning rate from which a scheduler started. */
  initialLr?: number;
};

/** A group as the constructor of an optimizer gets it: its parameters, and the settings in which it differs from the options. */
export type GivenGroup<S> = { readonly params: Tensor | Iterable<Tensor> } & { readonly [K in keyof S]?: S[K] };

/** The parameters of an optimizer: tensors, or groups of them with settings of their own. */
export type Params<S = Settings> = Iterable<Tensor> | Iterable<GivenGroup<S>>;

const isGroup = (x: unknown): x is { readonly params: unknown } =>
  typeof x === "object" && x !== null && !(x instanceof Tensor) && "params" in x;

/** Returns the parameters as a list. @throws ArgumentError for one that is no tensor or no leaf. */
function parametersOf(name: string, given: unknown): Tensor[] {
  const list: unknown[] = given instanceof Tensor ? [given] : Array.from(given as Iterable<unknown>);
  const wrong = list.findIndex((p) => !(p instanceof Tensor));
  if (wrong >= 0)
    throw new ArgumentError(name, `parameters must be tensors, but number ${wrong} is ${describe(list[wrong])}`);
  const parameters = list as Tensor[];
  if (parameters.some((p) => !p.isLeaf)) throw new ArgumentError(name, "only leaves can be optimized");
  return parameters;
}

/** Returns the groups that a constructor was given: parameters without groups are one. @throws ArgumentError when there are none. */
export function givenGroups<S extends Settings>(name: string, given: Params<S>): readonly GivenGroup<S>[] {
  const list: unknown[] = [...(given as Iterable<unknown>)];
  if (list.length === 0)
    throw new ArgumentError(
      name,
      "expected at least one parameter, but got none; a module has those that its fields hold, except fields whose names begin with #",
    );
  if (!list.some(isGroup)) return [{ params: list } as unknown as GivenGroup<S>];
  const wrong = list.findIndex((g) => !isGroup(g));
  if (wrong >= 0)
    throw new ArgumentError(
      name,
      `groups must be objects with params, but number ${wrong} is ${describe(list[wrong])}`,
    );
  return list as GivenGroup<S>[];
}

/**
 * Returns a group with the settings that it lacks from `defaults`.
 * @throws ArgumentError for settings that `defaults` does not have, and for parameters that are no tensors or no leaves.
 */
export function completeGroup<S extends Settings>(
  name: string,
  group: GivenGroup<S>,
  defaults: Readonly<S>,
): ParamGroup<S> {
  if (!isGroup(group)) throw new ArgumentError(name, `expected a group with params, but got ${describe(group)}`);
  const { params, ...settings } = group;
  const unknown = Object.keys(settings).find((key) => !(key in defaults) && key !== "initialLr");
  if (unknown !== undefined)
    throw new ArgumentError(name, `a group has no setting "${unknown}"; there are ${Object.keys(defaults).join(", ")}`);
  return { ...defaults, ...settings, params: parametersOf(name, params) };
}

/** Throws for a setting that is negative, NaN, or no number. */
export function requireNonNegative(op: string, name: string, value: number): void {
  if (typeof value !== "number" || !(value >= 0))
    throw new ArgumentError(op, `${name} must be at least 0, but got ${describe(value)}`);
}

/** Throws unless `betas` are two numbers in [0, 1). */
export function requireBetas(op: string, betas: readonly number[]): void {
  if (betas.length !== 2) throw new ArgumentError(op, `betas must be two numbers, but got ${betas.join(", ")}`);
  if (betas.some((b) => !(b >= 0 && b < 1)))
    throw new ArgumentError(op, `betas must lie in [0, 1), but got ${betas.join(", ")}`);
}

/** Throws unless a setting lies in [0, 1]. */
export function requireUnit(op: string, name: string, value: number): void {
  if (!(value >= 0 && value <= 1))
    throw new ArgumentError(op, `${name} must lie in [0, 1], but got ${describe(value)}`);
}

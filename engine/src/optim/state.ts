/** The state that an optimizer keeps for each parameter, and state dictionaries. */
import { noGrad } from "../tape/graph/mode.ts";
import { zeros } from "../tensor/create.ts";
import { ArgumentError, ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { contiguousArray } from "../tensor/strided.ts";
import { fromArray, Tensor } from "../tensor/tensor.ts";
import type { ParamGroup, Settings } from "./groups.ts";

/** A value of a state: a tensor such as a moment, a number such as the count of steps, or a list of tensors or numbers. */
export type StateValue = Tensor | number | readonly (Tensor | number)[];

/** The state of one parameter, by PyTorch's names in camel case. */
export type ParameterState = { [name: string]: StateValue | undefined };

/** The state dictionary of an optimizer: states by the index of the parameter, and the groups with indices in place of parameters. */
export interface OptimizerState {
  readonly state: Readonly<Record<string, ParameterState>>;
  readonly paramGroups: readonly ({ readonly params: readonly number[] } & Readonly<Record<string, unknown>>)[];
}

/** Returns a tensor of its own with the elements of `t`. */
export const copyOf = (t: Tensor): Tensor => fromArray(contiguousArray(t).slice(), t.dtype, t.shape);

/** Returns zeros of the shape and dtype of a parameter, contiguous whatever its strides are. */
export const zerosFor = (p: Tensor): Tensor => zeros(p.shape, { dtype: p.dtype });

const copyOne = (v: Tensor | number): Tensor | number => (v instanceof Tensor ? copyOf(v) : v);

const copyValue = (v: StateValue): StateValue =>
  v instanceof Tensor || typeof v === "number" ? copyOne(v) : v.map(copyOne);

/** Returns a copy of a state with tensors of its own. */
export const copyState = (state: ParameterState): ParameterState =>
  Object.fromEntries(Object.entries(state).map(([name, v]) => [name, v === undefined ? v : copyValue(v)]));

/** Returns the state dictionary of groups and their parameters' states. */
export function toStateDict(
  groups: readonly ParamGroup[],
  stateOf: (p: Tensor) => ParameterState | undefined,
): OptimizerState {
  const indices = new Map<Tensor, number>();
  for (const p of groups.flatMap((group) => group.params)) if (!indices.has(p)) indices.set(p, indices.size);
  const state: Record<string, ParameterState> = {};
  for (const [p, i] of indices) {
    const own = stateOf(p);
    if (own !== undefined) state[i] = copyState(own);
  }
  return {
    state,
    paramGroups: groups.map((group) => ({ ...group, params: group.params.map((p) => indices.get(p) as number) })),
  };
}

const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_all, c: string) => c.toUpperCase());

const withCamelCase = (settings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).map(([name, v]) => [camelCase(name), v]));

/** Names of states that are numbers here and tensors of one element in PyTorch. */
const counters: ReadonlySet<string> = new Set(["step", "muProduct", "eta", "mu"]);

/** Returns a loaded value with tensors of its own, which have the dtype of the parameter where they are floating point. */
function adopted(name: string, value: StateValue, p: Tensor): StateValue {
  if (typeof value === "number") return value;
  if (Array.isArray(value)) return value.map((v) => adopted("", v as Tensor | number, p)) as (Tensor | number)[];
  const t = value as Tensor;
  if (counters.has(name) && t.numel() === 1) return t.item();
  return noGrad(() => copyOf(t.detach().to(p.dtype)));
}

/**
 * Returns the states and settings that a state dictionary has for groups, checked against them. Names may be PyTorch's: they are put into camel case.
 * @throws ArgumentError when numbers of groups or parameters differ; ShapeError when a state has not the shape that it would have here.
 */
export function fromStateDict<S extends Settings>(
  optimizer: string,
  given: OptimizerState | Readonly<Record<string, unknown>>,
  groups: readonly ParamGroup<S>[],
  fresh: (p: Tensor, group: ParamGroup<S>) => ParameterState,
): { readonly settings: readonly Partial<S>[]; readonly states: ReadonlyMap<Tensor, ParameterState> } {
  const { paramGroups, state = {} } = withCamelCase({ ...given }) as Partial<OptimizerState>;
  if (!Array.isArray(paramGroups))
    throw new ArgumentError(`${optimizer}.loadStateDict`, "the state has no paramGroups");
  if (paramGroups.length !== groups.length)
    throw new ArgumentError(
      `${optimizer}.loadStateDict`,
      `the state has ${paramGroups.length} groups of parameters, but the optimizer has ${groups.length}`,
    );
  const states = new Map<Tensor, ParameterState>();
  const settings = groups.map((group, k) => {
    const { params, ...others } = withCamelCase(paramGroups[k]) as { params: readonly number[] };
    if (params.length !== group.params.length)
      throw new ArgumentError(
        `${optimizer}.loadStateDict`,
        `group ${k} of the state has ${params.length} parameters, but that of the optimizer has ${group.params.length}`,
      );
    const next = { ...group, ...others } as ParamGroup<S>;
    params.forEach((index, i) => {
      const own = state[index];
      if (own === undefined) return;
      const p = group.params[i];
      const loaded: ParameterState = {};
      for (const [name, v] of Object.entries(withCamelCase(own)))
        if (v !== undefined && v !== null) loaded[name] = adopted(name, v as StateValue, p);
      requireFitting(optimizer, index, loaded, fresh(p, next));
      states.set(p, loaded);
    });
    return others;
  });
  return { settings, states };
}

function requireFitting(optimizer: string, index: number, loaded: ParameterState, expected: ParameterState): void {
  const name = `${optimizer}.loadStateDict`;
  for (const [key, e] of Object.entries(expected)) {
    const v = loaded[key];
    if (v === undefined) throw new ArgumentError(name, `the state of parameter ${index} has no ${key}`);
    if (!(e instanceof Tensor)) continue;
    if (!(v instanceof Tensor)) throw new ArgumentError(name, `${key} of parameter ${index} must be a tensor`);
    if (!sameShape(v.shape, e.shape))
      throw new ShapeError(name, `${key} of parameter ${index} must keep its shape`, [e.shape, v.shape]);
  }
}

/** The inputs and outputs that an op saves for its rules, which depend on the inputs that need gradients. */

/** Positions of the inputs and outputs that a rule reads. */
export interface Reads {
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
}

/**
 * The tensors that the gradient and tangent rules read: one entry if the gradients of all inputs read the same tensors, else one entry per input, for its
 * gradient and the contribution of its tangent. Inputs beyond the list need no gradients.
 */
export type Saves = Reads | readonly Reads[];

/** The positions of saved tensors as bit masks: bit i stands for position i. */
export interface SavePlan {
  readonly inputs: number;
  readonly outputs: number;
}

/** One plan per set of inputs that need gradients, indexed by the bit mask of the set; a single plan if all sets have the same. */
export type SavePlans = readonly SavePlan[];

const isList = (saves: Saves): saves is readonly Reads[] => Array.isArray(saves);

const maskOf = (positions: readonly number[] = []): number => positions.reduce((mask, i) => mask | (1 << i), 0);

const planOf = ({ inputs, outputs }: Reads): SavePlan => ({ inputs: maskOf(inputs), outputs: maskOf(outputs) });

/** Returns the plans of an op. */
export function savePlans(saves: Saves): SavePlans {
  if (!isList(saves)) return [planOf(saves)];
  return Array.from({ length: 2 ** saves.length }, (_, set) => {
    const plans = saves.filter((_reads, i) => (set & (1 << i)) !== 0).map(planOf);
    return {
      inputs: plans.reduce((mask, p) => mask | p.inputs, 0),
      outputs: plans.reduce((mask, p) => mask | p.outputs, 0),
    };
  });
}

/** Returns the plan for the inputs that have an edge. */
export function planFor(plans: SavePlans, edges: readonly (object | null)[]): SavePlan {
  if (plans.length === 1) return plans[0];
  let set = edges[0] === null ? 0 : 1;
  for (let i = 1, bit = 2; i < edges.length && bit < plans.length; i++, bit <<= 1) if (edges[i] !== null) set |= bit;
  return plans[set];
}

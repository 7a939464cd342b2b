/** Which inputs and outputs an op saves for its rules, by the inputs that need gradients. */

/** Positions of the inputs and outputs that a rule reads. */
export interface Reads {
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
}

/**
 * The tensors that the gradient and tangent rules read: one entry when every gradient reads the same, else an entry for each input, of what its gradient
 * and its tangent's contribution read. Inputs beyond the list need no gradients.
 */
export type Saves = Reads | readonly Reads[];

/** The positions of saved tensors: bit i of each mask stands for position i. */
export interface SavePlan {
  readonly inputs: number;
  readonly outputs: number;
}

/** A plan for each set of inputs that need gradients, in the order of the sets' masks; a single one where the set does not matter. */
export type SavePlans = readonly SavePlan[];

const isList = (saves: Saves): saves is readonly Reads[] => Array.isArray(saves);

const maskOf = (positions: readonly number[] = []): number => positions.reduce((mask, i) => mask | (1 << i), 0);

const planOf = ({ inputs, outputs }: Reads): SavePlan => ({ inputs: maskOf(inputs), outputs: maskOf(outputs) });

/** Works out the plans of an op. */
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

/** The plan for the inputs that have an edge. */
export function planFor(plans: SavePlans, edges: readonly (object | null)[]): SavePlan {
  if (plans.length === 1) return plans[0];
  let set = edges[0] === null ? 0 : 1;
  for (let i = 1, bit = 2; i < edges.length && bit < plans.length; i++, bit <<= 1) if (edges[i] !== null) set |= bit;
  return plans[set];
}

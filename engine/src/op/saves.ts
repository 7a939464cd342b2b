/** Which inputs and outputs an op saves for its rules, by the inputs that need gradients. */

/** Positions of the inputs and outputs that a rule reads. */
export interface Reads {
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
}

/**
 * What the gradient and tangent rules read: one entry when every gradient reads the same, else an entry for each input, of what its gradient
 * and its tangent's contribution read. Inputs beyond the list need no gradients.
 */
export type Saves = Reads | readonly Reads[];

/** Saved positions for each set of inputs that need gradients. */
export type SavePlans = readonly Reads[];

const isList = (saves: Saves): saves is readonly Reads[] => Array.isArray(saves);

const union = (lists: readonly (readonly number[] | undefined)[]): number[] =>
  [...new Set(lists.flatMap((list) => list ?? []))].sort((a, b) => a - b);

/** The saved positions for each subset of the listed inputs, in the order of the subsets' bit masks: bit i stands for input i. */
export function savePlans(saves: Saves): SavePlans {
  if (!isList(saves)) return [saves];
  return Array.from({ length: 2 ** saves.length }, (_, mask) => {
    const needed = saves.filter((_reads, i) => (mask >> i) % 2 === 1);
    return { inputs: union(needed.map((r) => r.inputs)), outputs: union(needed.map((r) => r.outputs)) };
  });
}

const nothing: Reads = {};

/** The saved positions for the inputs that have an edge. */
export function planFor(plans: SavePlans | undefined, edges: readonly (object | null)[]): Reads {
  if (plans === undefined) return nothing;
  if (plans.length === 1) return plans[0];
  let mask = 0;
  for (let i = 0, bit = 1; i < edges.length && bit < plans.length; i++, bit <<= 1) if (edges[i] !== null) mask |= bit;
  return plans[mask];
}

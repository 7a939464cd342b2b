/** The states of generators in checkpoints. */
import type { SavedValue } from "../serialization/state.ts";
import { defaultGenerator, type Generator, type GeneratorState } from "../tensor/random.ts";

/** Returns the state of a generator; `null` for the default one, whose state is that of the program. */
export const stateOfGenerator = (generator: Generator | null): SavedValue =>
  generator === null || generator === defaultGenerator ? null : (generator.getState() as unknown as SavedValue);

/** Continues from what `stateOfGenerator` returned. */
export function restoreGenerator(generator: Generator | null, state: SavedValue): void {
  if (state !== null && state !== undefined) generator?.setState(state as unknown as GeneratorState);
}

/** Makes a failing list of choices simpler, as Hypothesis does (MacIver & Donaldson 2020): shorter lists, and choices nearer to 0. */
import type { Choices } from "./random.ts";

const maxTries = 2000;

/** Whether a list is simpler: shorter, or equally long with smaller choices. */
function isSimpler(a: Choices, b: Choices): boolean {
  if (a.length !== b.length) return a.length < b.length;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i];
  return false;
}

/** Yields simpler lists to try. */
function* simpler(choices: Choices): Generator<Choices> {
  for (const size of [8, 4, 2, 1])
    for (let i = choices.length - size; i >= 0; i -= size) yield [...choices.slice(0, i), ...choices.slice(i + size)];
  const replaced = (i: number, u: number): Choices => [...choices.slice(0, i), u, ...choices.slice(i + 1)];
  for (let i = 0; i < choices.length; i++) {
    const u = choices[i];
    if (u === 0) continue;
    yield replaced(i, 0);
    yield replaced(i, u / 2);
    // fewer digits: sixteenths, in which halves and quarters of ranges are exact
    const coarse = Math.floor(u * 16) / 16;
    if (coarse < u) yield replaced(i, coarse);
    // a smaller size, with one of the choices that depend on it left out
    for (const step of [1 / 4, 1 / 8, 1 / 16, 1 / 32])
      if (u > step) for (let k = i + 1; k < choices.length; k++) yield replaced(i, u - step).toSpliced(k, 1);
  }
}

/**
 * Returns the simplest failing choices that were found. `fails` runs the check with choices, and returns those that it used, or `null` where it passes.
 */
export function shrink(choices: Choices, fails: (choices: Choices) => Choices | null): Choices {
  let best = choices;
  let tries = 0;
  for (let improved = true; improved && tries < maxTries; ) {
    improved = false;
    for (const candidate of simpler(best)) {
      if (++tries > maxTries) break;
      const used = fails(candidate);
      if (used === null || !isSimpler(used, best)) continue;
      best = used;
      improved = true;
      break;
    }
  }
  return best;
}

/** Shortens the stack traces of recursive functions. */

/** Number of frames in one round of a recursion that is recognized. */
const maxRound = 8;

/** Number of rounds from which on they are folded. */
const minRounds = 4;

/** Shows lines that repeat once, with the number of repetitions. `isCut`: whether the stack had more frames than were captured. */
export function foldRepeats(lines: readonly string[], isCut: boolean): string[] {
  const result: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const [size, rounds] = roundAt(lines, i);
    result.push(...lines.slice(i, i + size));
    i += size * rounds;
    if (rounds === 1) continue;
    const what = size === 1 ? "the line above" : `the ${size} lines above`;
    result.push(`    … ${what} ${isCut ? "at least " : ""}${rounds - 1} more times`);
  }
  return result;
}

/** Returns the length of the shortest sequence of lines at `start` that repeats often enough, and how often it does. */
function roundAt(lines: readonly string[], start: number): readonly [size: number, rounds: number] {
  for (let size = 1; size <= maxRound; size++) {
    let end = start + size;
    while (end < lines.length && lines[end] === lines[end - size]) end++;
    const rounds = Math.floor((end - start) / size);
    if (rounds >= minRounds) return [size, rounds];
  }
  return [1, 1];
}

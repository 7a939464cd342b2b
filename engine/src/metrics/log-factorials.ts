/** Logarithms of factorials. */

/** Returns log(k!) for k from 0 to n. */
export function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  // compensated, as a million terms are summed
  let lost = 0;
  for (let k = 2; k <= n; k++) {
    const term = Math.log(k) - lost;
    logs[k] = logs[k - 1] + term;
    lost = logs[k] - logs[k - 1] - term;
  }
  return logs;
}

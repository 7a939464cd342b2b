/** Timing of a step of unknown length within a given time. */

/** Returns times of a step in seconds: averages over windows of at least 1 ms, or the time of the first call where that takes all the time. */
export function timedWithin(step, seconds) {
  const first = performance.now();
  step();
  const once = performance.now() - first;
  if (once > 1000 * seconds) return [once / 1000];
  const count = Math.max(1, Math.floor(1 / Math.max(once, 1e-4)));
  const times = [];
  for (const end = performance.now() + 1000 * seconds; performance.now() < end || times.length < 2; ) {
    const began = performance.now();
    for (let i = 0; i < count; i++) step();
    times.push((performance.now() - began) / 1000 / count);
  }
  return times;
}

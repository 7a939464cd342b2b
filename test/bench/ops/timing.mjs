/** Timing of a step of unknown length within a given time. */

/** Milliseconds of calls before the timing: V8 compiles a WebAssembly function to faster code only after it has run for a while. */
const warmUp = 100;

/** Returns times of a step in seconds: averages over windows of at least 1 ms, or the time of a single call where that takes all the time. */
export function timedWithin(step, seconds) {
  for (const end = performance.now() + warmUp; performance.now() < end; ) step();
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

/** Returns times of a step in seconds: averages over windows of at least 2 ms, or the times that the step itself returns. */
export function timed(step, seconds) {
  let own = step();
  const first = performance.now();
  step();
  const count = typeof own === "number" ? 1 : Math.max(1, Math.floor(2 / Math.max(performance.now() - first, 1e-4)));
  const times = [];
  for (const end = performance.now() + 1000 * seconds; performance.now() < end || times.length < 3; ) {
    const began = performance.now();
    for (let i = 0; i < count; i++) own = step();
    times.push(typeof own === "number" ? own : (performance.now() - began) / 1000 / count);
  }
  return times;
}

/** Returns times of an async step in seconds: averages over windows of at least 2 ms. */
export async function timedAsync(step, seconds) {
  await step();
  const first = performance.now();
  await step();
  const count = Math.max(1, Math.floor(2 / Math.max(performance.now() - first, 1e-4)));
  const times = [];
  for (const end = performance.now() + 1000 * seconds; performance.now() < end || times.length < 3; ) {
    const began = performance.now();
    for (let i = 0; i < count; i++) await step();
    times.push((performance.now() - began) / 1000 / count);
  }
  return times;
}

export const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];
export const quantile = (times, q) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(q * times.length))];

/** Passes that are shown while a loop steps through them. */
import { host, type Tensor, tensor } from "tapelab";
import { type StepsData, stepsOutput } from "tapelab/view";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => host.setLiveDisplay(null));

/** Records the positions that a display shows, and whether it was finished. */
function record(): { readonly positions: number[]; finished: boolean } {
  const seen = { positions: [] as number[], finished: false };
  const update = (bundle: Readonly<Record<string, unknown>>): void => {
    seen.positions.push((bundle[stepsOutput.mime] as StepsData).position);
  };
  host.setLiveDisplay((bundle) => {
    update(bundle);
    return {
      update,
      finish: () => {
        seen.finished = true;
      },
    };
  });
  return seen;
}

const loss = (): Tensor => tensor([1, 2], { requiresGrad: true }).mul(3).exp().sum();

test("a step that comes soon after another is shown, however long its body takes", async () => {
  const { positions } = record();
  let taken = 0;
  for await (const _step of loss().backwardSteps()) {
    taken++;
    // three ops of the forward pass come first
    await vi.waitFor(() => expect(positions.at(-1)).toBe(3 + taken), { timeout: 30_000, interval: 5 });
  }
  expect(taken).toBe(3);
});

test("nothing is shown after the end", async () => {
  const seen = record();
  let pending = 0;
  const [set, clear] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
  for await (const _step of loss().backwardSteps()) pending++;
  expect(pending).toBe(3);
  expect(seen.finished).toBe(true);
  // the timer of the update that the end came before
  const timers = set.mock.calls.flatMap(([, ms], i) => (Number(ms) > 0 ? [set.mock.results[i]?.value] : []));
  const cleared = clear.mock.calls.map(([timer]) => timer as unknown);
  vi.restoreAllMocks();
  for (const timer of timers) expect(cleared).toContain(timer);
});

/** The change of the loss over the steps. */
import type { TrainingCase } from "../../../diagnose/record/case.ts";

/** Returns how the loss changed: the relative change from the first to the last third of the steps, positive where it grew. */
export function lossChange({ losses }: TrainingCase): number {
  const third = Math.max(1, Math.floor(losses.length / 3));
  const mean = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
  const [before, after] = [mean(losses.slice(0, third)), mean(losses.slice(-third))];
  return (after - before) / Math.max(Math.abs(before), Math.abs(losses[0]), 1e-12);
}

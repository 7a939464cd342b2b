/** The measures of an epoch: the mean loss of its examples, and the metrics. */
import type { MetricState } from "../metrics/accumulator.ts";
import { type StreamingMetric, type StreamingName, streaming } from "../metrics/streaming.ts";
import type { SavedValue } from "../serialization/state.ts";
import { noGrad } from "../tape/graph/mode.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Metrics by name. */
export type Metrics = ReadonlyMap<string, StreamingMetric>;

/** Returns the metrics that an option names or holds. @throws ArgumentError for unknown names. */
export function metricsOf(given: readonly string[] | Readonly<Record<string, StreamingMetric>> = []): Metrics {
  if (Array.isArray(given)) return new Map(given.map((name: string) => [name, streaming(name as StreamingName)]));
  return new Map(Object.entries(given as Readonly<Record<string, StreamingMetric>>));
}

/** The measures over the batches of an epoch. Metrics of training and validation are the same objects, used one after the other. */
export class Measures {
  readonly #metrics: Metrics;
  #sum = 0;
  #examples = 0;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** Begins an epoch. */
  reset(): void {
    this.#sum = 0;
    this.#examples = 0;
    for (const metric of this.#metrics.values()) metric.reset();
  }

  /** Adds the loss of a batch of `n` examples. */
  addLoss(loss: number, n: number): void {
    this.#sum += loss * n;
    this.#examples += n;
  }

  /** Adds the output and the target of a batch to the metrics. */
  addOutput(output: Tensor, target: Tensor): void {
    if (this.#metrics.size === 0) return;
    noGrad(() => {
      for (const metric of this.#metrics.values()) metric.update(output.detach(), target);
    });
  }

  get loss(): number {
    return this.#sum / this.#examples;
  }

  /** Returns the metrics by name. */
  metrics(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#metrics, ([name, metric]) => [name, metric.compute()]));
  }

  /** Returns what a checkpoint within an epoch saves. */
  stateDict(): SavedValue {
    const metrics = Array.from(this.#metrics, ([name, metric]) => [name, metric.stateDict?.() ?? null] as const);
    return { sum: this.#sum, examples: this.#examples, metrics: Object.fromEntries(metrics) as SavedValue };
  }

  loadStateDict(state: SavedValue): void {
    const { sum, examples, metrics } = state as unknown as {
      readonly sum: number;
      readonly examples: number;
      readonly metrics: Readonly<Record<string, SavedValue>>;
    };
    this.#sum = sum;
    this.#examples = examples;
    for (const [name, metric] of this.#metrics)
      if (name in metrics) metric.loadStateDict?.(metrics[name] as MetricState);
  }
}

/** The curves of a run: the loss of every step, and what was measured of the layers in the sampled ones. */
import type { LayerQuantity } from "../../protocol/index.ts";
import type { Measured } from "./measure.ts";
import { Series } from "./series.ts";

/** The quantities of layers. */
export const quantities: readonly LayerQuantity[] = ["gradient", "weight", "update", "dead"];

type LayerSeries = Readonly<Record<LayerQuantity, Series>>;

/** The curves of a run. */
export class Curves {
  /** Number of steps so far. */
  steps = 0;
  /** Number of steps in which layers were measured. */
  sampled = 0;
  readonly loss: Series = new Series();
  /** The norm of all gradients. */
  readonly gradient: Series = new Series();
  readonly layers: readonly LayerSeries[];

  constructor(layers: number) {
    this.layers = Array.from({ length: layers }, () => ({
      gradient: new Series(),
      weight: new Series(),
      update: new Series(),
      dead: new Series(),
    }));
  }

  /** Adds a step: its loss, where one is known, and what was measured of the layers, if it was sampled. */
  add(loss: number | null, measured: readonly Measured[] | null): void {
    const step = this.steps++;
    if (loss !== null) this.loss.add(step, loss);
    this.loss.fit(step);
    if (measured === null) return;
    this.sampled++;
    measured.forEach((layer, i) => {
      for (const quantity of quantities) {
        const v = layer[quantity];
        if (v !== null) this.layers[i][quantity].add(step, v);
      }
    });
    const norms = measured.flatMap(({ gradient }) => (gradient === null ? [] : [gradient]));
    if (norms.length > 0) this.gradient.add(step, Math.hypot(...norms));
  }
}

/** Measures the layers in one step: norms of gradients, weights and updates. Reads the tensors where they are, and copies the weights alone. */
import type { NumericArray } from "../../tensor/dtype.ts";
import { readElements } from "../../tensor/strided.ts";
import { peekGrad, type Tensor } from "../../tensor/tensor.ts";
import { squaredDistance, sumOfSquares } from "../shared/sums.ts";
import type { Layer } from "./layers.ts";

/** The measures of a layer in a step; `null` for those that it does not have. */
export interface Measured {
  /** Norm of the gradient; `null` for a layer without one. */
  readonly gradient: number | null;
  readonly weight: number;
  /** Norm of the update over that of the weights; `null` where they were 0. */
  readonly update: number | null;
  /** The share of units that were 0 for the whole batch. */
  readonly dead: number | null;
}

/** The measurement of one step. */
export class Measurement {
  readonly #layers: readonly Layer[];
  /** The weights at the begin of the step. */
  readonly #before: ReadonlyMap<Tensor, NumericArray>;
  /** Squared norms of gradients. */
  readonly #gradients = new Map<Tensor, number>();

  /** Begins a measurement, before any update of the step. */
  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
    this.#before = new Map(
      layers.flatMap((layer) => layer.parameters.map(({ tensor }) => [tensor, readElements(tensor).slice()] as const)),
    );
  }

  /** Measures the gradients of parameters that have one, before they are updated by it. */
  readGradients(parameters: Iterable<Tensor>): void {
    for (const t of parameters) {
      const g = t.accumulator?.rows ? t.grad : peekGrad(t);
      if (g !== null) this.#gradients.set(t, sumOfSquares(readElements(g)));
    }
  }

  /** Measures weights and updates at the end of the step. `dead` has the share of dead units of some layers. */
  finish(dead: ReadonlyMap<Layer, number>): Measured[] {
    return this.#layers.map((layer) => {
      let [before, after, moved, gradient, known] = [0, 0, 0, 0, 0];
      for (const { tensor } of layer.parameters) {
        const old = this.#before.get(tensor);
        const now = readElements(tensor);
        if (old === undefined) continue;
        before += sumOfSquares(old);
        after += sumOfSquares(now);
        moved += squaredDistance(old, now);
        const g = this.#gradients.get(tensor);
        if (g === undefined) continue;
        gradient += g;
        known++;
      }
      return {
        gradient: known === 0 ? null : Math.sqrt(gradient),
        weight: Math.sqrt(after),
        update: before === 0 ? null : Math.sqrt(moved / before),
        dead: dead.get(layer) ?? null,
      };
    });
  }
}

/** Values by step, in a fixed number of bins whose width doubles as the run grows. */
import { type BinColumns, encodeNumber, type Num } from "../../protocol/index.ts";

/** Number of bins. Between half and all of them are in use, once there are as many steps. */
export const maxBins = 128;

/** The state of a series. */
export interface SeriesState {
  readonly width: number;
  readonly columns: readonly (readonly number[])[];
  readonly latest: number | null;
  readonly least: number;
  readonly greatest: number;
}

/** The values of a quantity in the steps of a run: minimum, mean and maximum of each bin. Takes the same memory however long the run is. */
export class Series {
  #width = 1;
  readonly #count = new Uint32Array(maxBins);
  readonly #sum = new Float64Array(maxBins);
  readonly #min = new Float64Array(maxBins).fill(Infinity);
  readonly #max = new Float64Array(maxBins).fill(-Infinity);
  /** Numbers of values that are not finite, and the last of them. */
  readonly #broken = new Uint32Array(maxBins);
  readonly #lastBroken = new Float64Array(maxBins);
  /** The last value; `null` before any. */
  latest: number | null = null;
  /** The least and the greatest finite value of all steps. */
  least: number = Infinity;
  greatest: number = -Infinity;

  /** Number of steps in a bin. */
  get width(): number {
    return this.#width;
  }

  /** Adds the value of a step. Steps are counted from 0, and do not fall. */
  add(step: number, value: number): void {
    this.fit(step);
    const i = Math.floor(step / this.#width);
    this.latest = value;
    if (!Number.isFinite(value)) {
      this.#broken[i]++;
      this.#lastBroken[i] = value;
      return;
    }
    this.#count[i]++;
    this.#sum[i] += value;
    this.#min[i] = Math.min(this.#min[i], value);
    this.#max[i] = Math.max(this.#max[i], value);
    this.least = Math.min(this.least, value);
    this.greatest = Math.max(this.greatest, value);
  }

  /** Widens the bins until they reach to a step. */
  fit(step: number): void {
    while (step >= this.#width * maxBins) this.#double();
  }

  #double(): void {
    this.#width *= 2;
    const half = maxBins / 2;
    for (let i = 0; i < half; i++) {
      const [a, b] = [2 * i, 2 * i + 1];
      this.#count[i] = this.#count[a] + this.#count[b];
      this.#sum[i] = this.#sum[a] + this.#sum[b];
      this.#min[i] = Math.min(this.#min[a], this.#min[b]);
      this.#max[i] = Math.max(this.#max[a], this.#max[b]);
      this.#lastBroken[i] = this.#lastBroken[this.#broken[b] > 0 ? b : a];
      this.#broken[i] = this.#broken[a] + this.#broken[b];
    }
    this.#count.fill(0, half);
    this.#sum.fill(0, half);
    this.#min.fill(Infinity, half);
    this.#max.fill(-Infinity, half);
    this.#broken.fill(0, half);
  }

  get #columns(): readonly (Uint32Array | Float64Array)[] {
    return [this.#count, this.#sum, this.#min, this.#max, this.#broken, this.#lastBroken];
  }

  /** Returns the state, from which `loadStateDict` continues. */
  stateDict(): SeriesState {
    const { latest, least, greatest } = this;
    return { width: this.#width, columns: this.#columns.map((c) => Array.from(c)), latest, least, greatest };
  }

  /** Continues from a state. */
  loadStateDict({ width, columns, latest, least, greatest }: SeriesState): void {
    this.#width = width;
    this.#columns.forEach((c, i) => {
      c.set(columns[i]);
    });
    Object.assign(this, { latest, least, greatest });
  }

  /** Returns a copy whose bins are `factor` times as wide. */
  widened(factor: number): Series {
    const copy = new Series();
    copy.#width = this.#width;
    copy.#count.set(this.#count);
    copy.#sum.set(this.#sum);
    copy.#min.set(this.#min);
    copy.#max.set(this.#max);
    copy.#broken.set(this.#broken);
    copy.#lastBroken.set(this.#lastBroken);
    Object.assign(copy, { latest: this.latest, least: this.least, greatest: this.greatest });
    for (let f = 1; f < factor; f *= 2) copy.#double();
    return copy;
  }

  /** Returns the mean of a bin: NaN or infinite if a value is, `null` for none. */
  mean(i: number): number | null {
    if (this.#broken[i] > 0) return this.#lastBroken[i];
    return this.#count[i] === 0 ? null : this.#sum[i] / this.#count[i];
  }

  /** Encodes the first bins. */
  encode(bins: number, digits = 4): BinColumns {
    const column = (of: (i: number) => number | null): (Num | null)[] =>
      Array.from({ length: bins }, (_, i) => {
        const v = of(i);
        return v === null ? null : encodeNumber(v, digits);
      });
    const known = (x: Float64Array, i: number): number | null => (this.#count[i] === 0 ? null : x[i]);
    return {
      min: column((i) => known(this.#min, i)),
      mean: column((i) => this.mean(i)),
      max: column((i) => known(this.#max, i)),
    };
  }
}

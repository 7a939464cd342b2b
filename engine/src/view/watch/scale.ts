/** Scales of charts, and the values of bins on them. */
import { decodeNumber, type LayerColumns, type Num } from "../../protocol/index.ts";

/** The value of a bin: its position on the scale from 0 to 1, `"broken"` for NaN and infinities, `null` for none. */
export type Level = number | "broken" | null;

/** Decodes the bins of a layer. A value of 0 lies at the lower end of a logarithmic scale. */
export function levelsOf(bins: string): Level[] {
  return Array.from({ length: bins.length / 2 }, (_, i): Level => {
    const byte = Number.parseInt(bins.slice(2 * i, 2 * i + 2), 16);
    return byte === 0 ? null : byte === 255 ? "broken" : byte === 1 ? 0 : (byte - 2) / 252;
  });
}

/** Returns the levels with those of bins without a value taken from the bin before; bins before the first value stay empty. */
export function heldLevels(levels: readonly Level[]): Level[] {
  let last: Level = null;
  return levels.map((level) => (last = level ?? last));
}

/** Returns the value of a level on the scale of a quantity. */
export function valueAt({ scale: [low, high] }: LayerColumns, level: number, isLinear: boolean): number {
  return isLinear ? low + level * (high - low) : low * (high / low) ** level;
}

/** A scale for numbers: linear, or logarithmic where they span more than a factor of 30. */
export class Scale {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;

  constructor(values: readonly (Num | null)[]) {
    const finite = values.flatMap((v) => {
      const x = v === null ? Number.NaN : decodeNumber(v);
      return Number.isFinite(x) ? [x] : [];
    });
    const [low, high] = finite.length === 0 ? [0, 1] : [Math.min(...finite), Math.max(...finite)];
    this.isLog = low > 0 && high / low > 30;
    this.low = this.isLog || low < 0 ? low : high > 2 * low ? 0 : low;
    this.high = high;
  }

  /** Returns the position of a value from 0 to 1; `null` for one that is not finite. */
  at(v: Num | null): number | null {
    const x = v === null ? Number.NaN : decodeNumber(v);
    if (!Number.isFinite(x)) return null;
    if (this.high === this.low) return 0.5;
    return this.isLog
      ? Math.log(x / this.low) / Math.log(this.high / this.low)
      : (x - this.low) / (this.high - this.low);
  }
}

/** Curves in one line of text. */
import { decodeNumber, type Num } from "../../protocol/index.ts";

const blocks = "▁▂▃▄▅▆▇█";
const sparkWidth = 48;

/** Returns a curve in one line of blocks; a value that is not finite is an `×`. */
export function spark(values: readonly (Num | null)[]): string {
  const known = values.flatMap((v) => (v === null ? [] : [decodeNumber(v)]));
  const finite = known.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const n = Math.min(known.length, sparkWidth);
  return Array.from({ length: n }, (_, i) => {
    const v = known[Math.floor((i * known.length) / n)];
    if (!Number.isFinite(v)) return "×";
    return blocks[high === low ? 0 : Math.min(7, Math.floor((8 * (v - low)) / (high - low)))];
  }).join("");
}

/** The texts of cells that are read out. */
import type { ConfusionData } from "tapelab/view";

/** Returns `cat: 5 right`, or `cat taken for dog: 2`. */
export function wordsOf({ names, counts }: ConfusionData, row: number, column: number): string {
  const count = counts[row * names.length + column] ?? 0;
  const [truth, predicted] = [names[row], names[column]];
  return row === column ? `${truth}: ${count} right` : `${truth} taken for ${predicted}: ${count}`;
}

/** The global `print`: writes like `console.log`, and shows arrays of objects as tables. */
import { rowsOf, tableBundle } from "./table.ts";

/** Creates `print`, which shows tables by `display`. */
export function createPrint(display: (bundle: object) => unknown): (...values: readonly unknown[]) => void {
  return (...values) => {
    let line: unknown[] = [];
    for (const value of values) {
      const rows = rowsOf(value);
      if (rows === null) line.push(value);
      else {
        if (line.length > 0) console.log(...line);
        line = [];
        display(tableBundle(rows));
      }
    }
    if (line.length > 0 || values.length === 0) console.log(...line);
  };
}

/** The global `print`: writes as `console.log` does, but tables of objects as tables. */
import { rowsOf, tableBundle } from "./table.ts";

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

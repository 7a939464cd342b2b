/** The words of a model's summary, for text and HTML. */
import type { ModelSummaryData, ModuleRow } from "../../protocol/index.ts";
import { formatBytes, formatShape } from "../shared/format.ts";

/** Formats a number in full, with separators. */
const full = (n: number): string => n.toLocaleString("en");

/** The heads of the columns; those of numbers are aligned to the right. */
export const heads = ["module", "input", "output", "parameters", "multiply-adds", "output size"] as const;
export const numberColumns: ReadonlySet<number> = new Set([3, 4, 5]);

const shapes = (list: readonly (readonly number[])[]): string => list.map(formatShape).join(", ");

/** The name of a row, with its class and what is special about it. */
export function rowName({ name, className, depth, sharedWith, calls }: ModuleRow): string {
  const title = depth === 0 ? name : `${name}: ${className}`;
  if (sharedWith !== null) return `${title}, shared with ${sharedWith}`;
  return calls > 1 ? `${title}, called ${calls} times` : title;
}

/** Returns the cells of a row after its name. */
export function rowCells(row: ModuleRow): string[] {
  const { inputs, outputs, parameters, multiplyAdds, outputBytes, sharedWith, calls } = row;
  const size = calls === 0 ? "" : formatBytes(outputBytes);
  const output = calls === 0 && sharedWith === null ? "not called" : shapes(outputs);
  return [
    shapes(inputs),
    output,
    parameters === 0 ? "" : full(parameters),
    multiplyAdds === null ? "" : full(multiplyAdds),
    size,
  ];
}

/** Returns the lines below the table. */
export function totals(data: ModelSummaryData): string[] {
  const { parameters, trainable, multiplyAdds, inputBytes, parameterBytes, bufferBytes, outputBytes } = data;
  const frozen = trainable === parameters ? "" : `, of which ${full(trainable)} are trained`;
  const buffers = bufferBytes === 0 ? "" : `, buffers ${formatBytes(bufferBytes)}`;
  const all = inputBytes + parameterBytes + bufferBytes + outputBytes;
  return [
    `${full(parameters)} parameters${frozen}; ${full(multiplyAdds)} multiply-adds`,
    `Memory: input ${formatBytes(inputBytes)}, parameters ${formatBytes(parameterBytes)}${buffers}, outputs of layers ${formatBytes(outputBytes)}; together ${formatBytes(all)}`,
  ];
}

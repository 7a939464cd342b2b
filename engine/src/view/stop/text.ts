/** A stop as plain text. */
import type { StopData } from "../../protocol/index.ts";
import { alignColumns } from "../shared/table.ts";
import { stopCause, stopCount, stopHeadline, stopOmitted, stopStack, stopTensorCells } from "./words.ts";

/** Returns the stop as text: where it was and why, and the tensors there. */
export function stopText(data: StopData): string {
  const stack = stopStack(data);
  const count = stopCount(data);
  return [
    `${stopHeadline(data)} (${stopCause(data)}${count === "" ? "" : `; ${count}`})`,
    ...data.sentences,
    ...(stack === "" ? [] : [`Called from ${stack}`]),
    ...(data.tensors.length === 0
      ? []
      : alignColumns([["", "", "tensor", "value", "norm"], ...data.tensors.map(stopTensorCells)])),
    ...(stopOmitted(data) === "" ? [] : [stopOmitted(data)]),
  ].join("\n");
}

/** Short texts about breakpoints, which front ends share. */
import type { BreakpointSpec } from "../../protocol/index.ts";

const valueWords: Readonly<Record<NonNullable<BreakpointSpec["value"]>, string>> = {
  nan: "NaN",
  infinite: "infinite elements",
  notFinite: "NaN or infinite elements",
  zero: "all elements 0",
};

/** Returns the condition of a breakpoint in words, such as `NaN, op softmax`; "every op" for one without fields. */
export function specText(spec: Omit<BreakpointSpec, "id" | "enabled" | "phase">): string {
  const { value, normAbove, op, shape, scope, cell, line, file, when } = spec;
  const parts = [
    value === undefined ? "" : valueWords[value],
    normAbove === undefined ? "" : `norm above ${normAbove}`,
    op === undefined ? "" : `op ${op}`,
    shape === undefined ? "" : `shape [${shape.map((n) => n ?? "any").join(", ")}]`,
    scope === undefined ? "" : `scope ${scope}`,
    // an id of a cell says nothing to a person
    cell === undefined ? "" : typeof cell === "number" ? `cell ${cell}` : "this cell",
    line === undefined ? "" : `line ${line}`,
    file === undefined ? "" : `file ${file}`,
    when ?? "",
  ];
  return parts.filter((part) => part !== "").join(", ") || "every op";
}

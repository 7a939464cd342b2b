/** Short texts about an origin, which text, table and extension share. */

import type { CodePlace } from "../../protocol/index.ts";
import { type OriginData, summaryAt } from "../../protocol/index.ts";
import { cut, formatShape, summaryWords } from "../shared/format.ts";
import { isStale, locationWords, stackOf, stackWords } from "../shared/places.ts";

/** Returns the headline: `Origin of loss 0.318: 6 ops, 5 sources`. */
export function originHeadline({ title, totals }: OriginData): string {
  const { steps, sources } = totals;
  return `Origin of ${title}: ${steps} op${steps === 1 ? "" : "s"}, ${sources} source${sources === 1 ? "" : "s"}`;
}

/** Returns the call stack of the value in a line; empty for a single frame, which the sentence has. */
export function originStack({ cells, frames, steps }: OriginData): string {
  const frame = steps.frame[0] ?? -1;
  return stackOf(frames, frame).length < 2 ? "" : stackWords(cells, frames, frame);
}

/** Returns a location with a note if the cell has run again with another text; empty where it is not known. */
export function originPlace({ cells }: OriginData, place: CodePlace | null): string {
  if (place === null) return "";
  return isStale(cells, place) ? `${locationWords(cells, place)} stale` : locationWords(cells, place);
}

/** Returns the innermost scope of a step, unless that is a composite of the op's name. */
export function stepScope({ steps }: OriginData, step: number): string {
  const scope = steps.scope[step].split("/").at(-1) ?? "";
  return scope === steps.op[step] ? "" : scope;
}

/** Returns the names of the sources that a step reads. */
export const readsOfStep = ({ steps, sources }: OriginData, step: number): string[] =>
  steps.inputs[step].flatMap((input) => (input !== null && input < 0 ? [sourceName(sources.name[-1 - input])] : []));

/** Returns the name of a source, `data` for one that is called by its shape. */
export const sourceName = (name: string): string => (name.startsWith("[") ? `data ${name}` : cut(name, 40));

/** Returns the value of a step in a few words; empty where it was not kept. */
export function stepValue({ steps }: OriginData, step: number): string {
  const summary = summaryAt(steps.value, step);
  return summary === null ? "" : summaryWords(summary);
}

/** Returns the value of a source in a few words; empty where it is not known. */
export function sourceValue({ sources }: OriginData, source: number): string {
  const summary = summaryAt(sources.value, source);
  return summary === null ? "" : summaryWords(summary);
}

/** Returns the declaration of a source: `2:1`, or `model 3:4` for a parameter of a variable; empty where it is not known. */
export function declaredWords({ sources, cells }: OriginData, source: number): string {
  const place = sources.declared[source];
  if (place === null) return "";
  const variable = sources.variable[source];
  return variable === sources.name[source] ? locationWords(cells, place) : `${variable} ${locationWords(cells, place)}`;
}

/** Returns `parameter`, or `data, detached from the result of relu [8, 16] in cell [4], line 2`. */
export const sourceKindWords = ({ sources }: OriginData, source: number): string =>
  [sources.kind[source], sources.left[source]].filter((text) => text !== "").join(", ");

/** Returns the shape of a source. */
export const sourceShape = ({ sources }: OriginData, source: number): string => formatShape(sources.shape[source]);

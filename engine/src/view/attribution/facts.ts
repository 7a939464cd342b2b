/** Words and colours of attributions. */
import { type AttributionData, type AttributionExample, decodeNumber } from "../../protocol/index.ts";
import { formatNumber, formatShape } from "../shared/format.ts";

/** Returns the largest magnitude of the attributions of an example. */
export const attributionScale = ({ map, scores }: AttributionExample): number =>
  scores.reduce<number>(
    (most, v) => Math.max(most, Math.abs(decodeNumber(v)) || 0),
    scores.length === 0 ? decodeNumber(map.scale) : 0,
  );

/** Returns the method with its facts in one line. */
export const attributionHeadline = (data: AttributionData): string =>
  [`${data.method} ${formatShape(data.shape)}`, ...data.facts, ...omittedWords(data)].join(" · ");

/** Returns how much was left out; nothing if all is there. */
export const omittedWords = ({ omitted }: AttributionData): string[] =>
  omitted === 0 ? [] : [`${omitted} more left out`];

/** Returns names and scores, the largest magnitude first. */
export const rankedScores = ({ names, scores }: AttributionExample): (readonly [name: string, score: number])[] =>
  names
    .map((name, i) => [name, decodeNumber(scores[i])] as const)
    .toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a));

/** Returns a score with its sign. */
export const signedNumber = (v: number): string => `${v > 0 ? "+" : ""}${formatNumber(v)}`;

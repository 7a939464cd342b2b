/** Causes of NaN and infinity in a gradient: one way in which an op breaks. */
import type { Evidence, Place } from "../../../protocol/index.ts";
import { type Cause, type Draft, defineCause } from "../cause.ts";
import { type Broken, brokenOps } from "./broken.ts";
import { fact, type GradientCase } from "./case.ts";
import type { Flow } from "./flow.ts";
import { opWords, placeOf } from "./place.ts";
import { num } from "./words.ts";

/** A way in which an op breaks. */
export interface BreakSpec extends Pick<Cause<GradientCase>, "id" | "title" | "mechanism" | "remedy"> {
  readonly applies: (broken: Broken, flow: Flow) => boolean;
  /** Returns what happened as a clause, such as `takes the logarithm of 0`. */
  readonly words: (broken: Broken, flow: Flow) => string;
}

/** A cause of NaN and infinity, which also says whether it is that of one op. */
export interface BreakCause extends Cause<GradientCase> {
  readonly applies: BreakSpec["applies"];
  /** Returns the sentence and evidence of an op that broke in this way. */
  readonly describe: (broken: Broken, flow: Flow) => Draft;
}

const valueWords = (v: number): string => (Number.isNaN(v) ? "NaN" : v > 0 ? "infinity" : "−infinity");

const indexWords = ({ index, bad }: Broken): string => (bad.numel() === 1 ? "" : ` at [${index.join(", ")}]`);

/** Returns the path from the tensor to the op, or the op alone where the tensor does not lead to it. */
function pathTo(c: GradientCase, { node }: Broken): Place[] {
  const path = c.placesTo(node);
  return path.length === 0 ? [placeOf(node)] : path;
}

/** Returns the operands at the bad element as evidence. */
const operandFacts = ({ operands, inputs, upstream }: Broken): Evidence[] => [
  ...operands.flatMap((v, i) =>
    v === null || inputs[i] === null
      ? []
      : [fact(operands.length === 1 ? "operand there" : `operand ${i + 1} there`, num(v))],
  ),
  ...(upstream === null ? [] : [fact("cotangent there", num(upstream))]),
];

/** Defines a way in which an op breaks. */
export function breakCause({ applies, words, ...texts }: BreakSpec): BreakCause {
  const describe: BreakCause["describe"] = (broken, flow) => {
    const { direction, node, value, count, bad } = broken;
    const what = words(broken, flow);
    return {
      sentence:
        direction === "forward"
          ? `The first ${valueWords(value)} is made by ${opWords(node)}${indexWords(broken)}, which ${what}.`
          : `The first ${valueWords(value)} is made in backward, by the gradient rule of ${opWords(node)}${indexWords(broken)}: it ${what}.`,
      path: [placeOf(node)],
      evidence: [fact("elements that are not finite", `${count} of ${bad.numel()}`), ...operandFacts(broken)],
    };
  };
  const cause = defineCause<GradientCase>({
    ...texts,
    symptoms: ["not finite"],
    find(c) {
      const { flow } = c;
      if (c.state !== "not finite" || flow === null) return [];
      return brokenOps(c)
        .filter((broken) => applies(broken, flow))
        .map((broken) => ({ ...describe(broken, flow), path: pathTo(c, broken) }));
    },
  });
  return { ...cause, applies, describe };
}

/** Returns the op that computed an input of a broken op; `null` for a leaf or constant. */
export const producerOf = ({ node }: Broken, input: number): Broken["node"] | null => {
  const edge = node.edges[input] ?? null;
  return edge === null || edge.node.depth === 0 ? null : edge.node;
};

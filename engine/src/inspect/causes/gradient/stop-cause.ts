/** Causes of a gradient that is zero because ops of one kind stopped it. */
import type { Evidence, FindingKind } from "../../../protocol/index.ts";
import type { GradientStop } from "../../../tape/graph/op.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { type Cause, type Draft, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "./case.ts";
import type { Numbers } from "./numbers.ts";
import { opWords } from "./place.ts";
import { otherInputs, partlyStopped, type Stopped, stoppedPassages } from "./stopped.ts";
import { percent } from "./words.ts";

/** The facts about one stop, for the sentences. */
export interface StopFacts {
  readonly subject: GradientCase;
  readonly stopped: Stopped;
  /** The op with its line. */
  readonly op: string;
  /** The input of the op, and its numbers, where known. */
  readonly input: Tensor | null;
  readonly numbers: Numbers | null;
  /** The output of the op, where known. */
  readonly output: Tensor | null;
  /** The other inputs of the op that are known. */
  readonly others: ReturnType<typeof otherInputs>;
  /** The share of elements that are stopped, in per cent. */
  readonly closed: string;
}

/** A cause by which ops stop gradients. */
export interface StopSpec extends Pick<Cause<GradientCase>, "id" | "title" | "mechanism" | "remedy"> {
  readonly way: GradientStop;
  /** Whether the stop is by this cause; all stops of the kind by default. */
  readonly applies?: (facts: StopFacts) => boolean;
  /** The share of stopped elements from which a gradient that is partly zero is explained by them; `null` if it never is. */
  readonly many: number | null;
  readonly kind?: FindingKind;
  /** The sentence of a gradient that is stopped as a whole. */
  readonly whole: (facts: StopFacts) => string;
  /** The sentence of one that is stopped in part. */
  readonly part?: (facts: StopFacts) => string;
  readonly evidence?: (facts: StopFacts) => readonly Evidence[];
  readonly fix?: (facts: StopFacts) => string;
}

function factsOf(subject: GradientCase, stopped: Stopped): StopFacts {
  const { node, input: at, closed } = stopped;
  const input = subject.flow?.input(node, at) ?? null;
  return {
    subject,
    stopped,
    op: opWords(node),
    input,
    numbers: input === null ? null : (subject.flow?.numbers(input) ?? null),
    output: subject.flow?.output(node) ?? null,
    others: otherInputs(subject, node, at),
    closed: percent(closed),
  };
}

/** Defines a cause by which ops stop gradients. */
export function stopCause(spec: StopSpec): Cause<GradientCase> {
  const { way, applies = () => true, many, kind = "fault", whole, part = whole, evidence = () => [], fix } = spec;
  const describe = (facts: StopFacts, partly: boolean): Draft => {
    const { subject, stopped, closed } = facts;
    const { node, before, share } = stopped;
    return {
      kind: partly ? "question" : kind,
      share,
      sentence: (partly ? part : whole)(facts),
      path: subject.placesTo(node, (n) => (n === node ? `stops ${closed}` : "")),
      evidence: [
        fact("gradient that comes to it", `norm ${before.norm.toExponential(1)}`),
        fact("elements that it stops", closed),
        ...evidence(facts),
      ],
      ...(fix === undefined ? {} : { fix: fix(facts) }),
    };
  };
  const holds = (facts: StopFacts): boolean => facts.stopped.node.op.stops === way && applies(facts);
  return defineCause({
    id: spec.id,
    symptoms: ["zero"],
    title: spec.title,
    mechanism: spec.mechanism,
    remedy: spec.remedy,
    find(c) {
      if (c.state === "zero")
        return stoppedPassages(c)
          .map((p) => factsOf(c, p))
          .filter(holds)
          .map((facts) => describe(facts, false));
      if (c.state !== null || many === null || c.zeroShare === 0) return [];
      return partlyStopped(c)
        .filter((p) => p.closed >= many)
        .map((p) => factsOf(c, p))
        .filter(holds)
        .map((facts) => describe(facts, true));
    },
  });
}

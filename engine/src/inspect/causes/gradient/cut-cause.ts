/** Causes of a gradient that is null because values left the tape in one way. */
import type { FindingKind } from "../../../protocol/index.ts";
import type { CutKind } from "../../../tensor/cut.ts";
import { atLine, lineOfSite } from "../../shared/lines.ts";
import { type Cause, type Draft, defineCause } from "../cause.ts";
import { fact, type GradientCase } from "./case.ts";
import { type CutPath, cutPaths, ownCuts } from "./cut-paths.ts";

/** A cause by which values leave the tape. */
export interface CutSpec extends Pick<Cause<GradientCase>, "id" | "title" | "mechanism" | "remedy"> {
  readonly kinds: readonly CutKind[];
  readonly kind?: (path: CutPath) => FindingKind;
  /** Returns the clause of the event, such as `was detached in cell [3], line 4`; `where` is its line. */
  readonly words: (path: CutPath, where: string) => string;
  readonly fix?: (path: CutPath, subject: GradientCase) => string;
}

/** Defines a cause by which values leave the tape. */
export function cutCause({ kinds, kind = () => "fault", words, fix, ...texts }: CutSpec): Cause<GradientCase> {
  const describe = (c: GradientCase, path: CutPath, share: number, isOwn: boolean): Draft => {
    const { cut } = path;
    const where = atLine(lineOfSite(cut.site));
    const origin = cut.trail.op === null ? "a leaf" : cut.trail.op;
    const value =
      cut.trail.op === null
        ? "its value"
        : cut.trail.op === cut.op
          ? "a value computed from it"
          : `the result of ${cut.trail.op}`;
    const isGuess = cut.match === "count";
    const event = `${words(path, where)}${isGuess ? ", and a tensor of as many numbers was made afterwards" : ""}`;
    return {
      kind: isGuess ? "question" : kind(path),
      share,
      sentence: isOwn
        ? `${c.title} ${isGuess ? "may be" : "is"} off the tape: ${cut.trail.op === null ? "a leaf" : value} ${event}.`
        : `The way from ${c.name} to the loss ${isGuess ? "may be" : "is"} cut: ${value} ${event}.`,
      path: path.path,
      evidence: [
        fact("left the tape", `${cut.op} of ${origin} [${cut.shape.join(", ")}]${where}`),
        ...(path.later.length > 0 ? [fact("then", path.later.map((l) => l.op).join(", "))] : []),
      ],
      ...(fix === undefined ? {} : { fix: fix(path, c) }),
    };
  };
  return defineCause({
    ...texts,
    symptoms: ["null"],
    find(c) {
      if (c.state !== "null") return [];
      const isOwn = c.edge === null;
      const all = isOwn ? ownCuts(c) : c.isReached ? [] : cutPaths(c);
      return all.filter((p) => kinds.includes(p.cut.kind)).map((p) => describe(c, p, 1 / all.length, isOwn));
    },
  });
}

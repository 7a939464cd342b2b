/** The origin of a value in sentences. */
import type { SourceKind } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import { placeText } from "../../tensor/site.ts";
import { siteOf } from "../shared/places.ts";
import type { Source, Ways } from "./walk.ts";

/** Sources up to which they are named one by one. */
const maxNamed = 5;

const nouns: Readonly<Record<SourceKind, readonly [one: string, many: string]>> = {
  parameter: ["parameter", "parameters"],
  variable: ["variable", "variables"],
  data: ["data tensor", "data tensors"],
  constant: ["constant", "constants"],
};

/** Joins words as `a, b and c`. */
const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "nothing") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** Returns the sources by name, or their numbers where there are many. */
function sourcesText(sources: readonly Source[]): string {
  if (sources.length <= maxNamed) return listed(sources.map(({ name, kind }) => `${nouns[kind][0]} ${name}`));
  const counts = (Object.keys(nouns) as SourceKind[]).flatMap((kind) => {
    const n = sources.filter((source) => source.kind === kind).length;
    return n === 0 ? [] : [`${n} ${nouns[kind][n === 1 ? 0 : 1]}`];
  });
  return listed(counts);
}

/** Returns the sentences for a value that a node computed. */
export function originSentences(title: string, root: Node, { nodes, sources }: Ways): string[] {
  const scope = root.scope === null || root.scope.name === root.op.name ? "" : ` in ${root.scope.name}`;
  const ops = nodes.length === 1 ? "" : `, by ${nodes.length} ops`;
  const place = placeText(siteOf(root));
  return [
    `${title} was computed by ${root.op.name}${scope}${place}${place === "" ? "" : ","} from ${sourcesText(sources)}${ops}.`,
  ];
}

/** Returns the sentences for a tensor that no op on the tape computed. */
export function sourceSentences(
  title: string,
  kind: SourceKind,
  declaredAt: string,
  { requiresGrad, left }: { readonly requiresGrad: boolean; readonly left: string },
): string[] {
  const [noun] = nouns[kind];
  if (left !== "")
    return [`${title} is off the tape${declaredAt === "" ? "" : `, a variable${declaredAt}`}: it was ${left}.`];
  const first = `${title} is a ${noun}${declaredAt}: no op on the tape computed it.`;
  return requiresGrad
    ? [first]
    : [first, "It requires no gradient, so whatever was computed before it was not recorded."];
}

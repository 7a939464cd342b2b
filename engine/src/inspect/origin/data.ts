/** Encodes the origin of a value as the JSON that a notebook stores. */
import { encodeSummaries, type OriginData, type OriginSources, type OriginSteps } from "../../protocol/index.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import { Node } from "../../tape/graph/node.ts";
import { type ComplexNumber, scalarText } from "../../tensor/complex.ts";
import { isParameter } from "../../tensor/parameter.ts";
import { placeText } from "../../tensor/site.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { declarationOf } from "../shared/declarations.ts";
import { nameOf } from "../shared/naming.ts";
import { Places, siteOf } from "../shared/places.ts";
import { readTape, scopeNames } from "../shared/record.ts";
import { summarize } from "../shared/statistics.ts";
import { encodeTrail, wayOffTape } from "./cuts.ts";
import { originSentences, sourceSentences } from "./sentences.ts";
import { type Source, type Ways, waysBack } from "./walk.ts";

/** Ops and sources that are stored, the nearest. */
const maxSteps = 200;
const maxSources = 200;

/** Encodes the origin of a tensor, or of the result of a node. */
export function encodeOrigin(target: Tensor | Node): OriginData {
  const root = target instanceof Node ? target : target.gradFn;
  return noGrad(() =>
    root instanceof Node ? encodeWays(titleOf(target), root) : encodeSource(titleOf(target), target as Tensor),
  );
}

/** Returns `loss 0.25` for a scalar, else `h [8, 16]`. */
function titleOf(target: Tensor | Node): string {
  const t = target instanceof Tensor ? target : (target.watched?.outputs[0] ?? null);
  if (t === null) return `The result [${(target as Node).outputMetas[0].shape.join(", ")}]`;
  const name = nameOf(t) ?? (t.gradFn === null ? "The tensor" : "The result");
  return t.numel() === 1
    ? `${name} ${scalarText(t.item<number | ComplexNumber>())}`
    : `${name} [${t.shape.join(", ")}]`;
}

function encodeWays(title: string, root: Node): OriginData {
  const ways = waysBack(root);
  const places = new Places();
  const steps = encodeSteps(ways, root, places);
  const sources = encodeSources(ways.sources.slice(0, maxSources), places);
  return {
    schema: 1,
    title,
    ...places.encode(),
    sentences: originSentences(title, root, ways),
    steps,
    sources,
    totals: { steps: ways.nodes.length, sources: ways.sources.length },
  };
}

function encodeSteps({ nodes, distance, sourceIndex }: Ways, root: Node, places: Places): OriginSteps {
  const shown = nodes.slice(0, maxSteps);
  const indices = new Map(shown.map((node, i) => [node, i]));
  const values = valuesOf(root);
  const inputOf = (node: Node, i: number): number | null => {
    const edge = node.edges[i];
    if (edge !== null && distance.has(edge.node)) return indices.get(edge.node) ?? null;
    const source = sourceIndex(node, i);
    return source < maxSources ? -1 - source : null;
  };
  return {
    op: shown.map((node) => node.op.name),
    label: shown.map((node) => node.op.label(node.params)),
    scope: shown.map((node) => scopeNames(node.scope).join("/")),
    shape: shown.map((node) => node.outputMetas[0].shape),
    dtype: shown.map((node) => node.outputMetas[0].dtype),
    distance: shown.map((node) => distance.get(node) ?? 0),
    inputs: shown.map((node) => node.edges.map((_, i) => inputOf(node, i))),
    site: shown.map((node) => places.place(siteOf(node))),
    frame: shown.map((node) => places.frame(siteOf(node))),
    value: encodeSummaries(shown.map((node) => summaryOf(values.get(node) ?? null))),
  };
}

/** Returns the values of the nodes that are known. */
function valuesOf(root: Node): ReadonlyMap<Node, Tensor | null> {
  const { steps, nodes } = readTape([root]);
  return new Map(nodes.map((node, i) => [node, steps[i].value]));
}

const summaryOf = (t: Tensor | null): ReturnType<typeof summarize> | null => (t === null ? null : summarize(t));

/** Encodes sources; a parameter without a variable of its own was declared with its module. */
function encodeSources(sources: readonly Source[], places: Places): OriginSources {
  const declarations = sources.map(
    ({ tensor, module, kind }) =>
      (tensor === null ? null : declarationOf(tensor)) ??
      (module === null || kind !== "parameter" ? null : declarationOf(module)),
  );
  return {
    name: sources.map((s) => s.name),
    kind: sources.map((s) => s.kind),
    shape: sources.map((s) => s.shape),
    dtype: sources.map((s) => s.dtype),
    declared: declarations.map((d) => (d === null ? null : places.place({ resolve: () => d.site }))),
    variable: declarations.map((d) => d?.name ?? ""),
    distance: sources.map((s) => s.distance),
    readers: sources.map((s) => s.readers),
    left: sources.map((s) => wayOffTape(s.tensor)),
    value: encodeSummaries(sources.map((s) => summaryOf(s.tensor))),
  };
}

/** Encodes a tensor that no op on the tape computed. */
function encodeSource(title: string, t: Tensor): OriginData {
  const kind = !t.requiresGrad ? "data" : isParameter(t) ? "parameter" : "variable";
  const declared = declarationOf(t);
  const source: Source = {
    name: nameOf(t) ?? "the tensor",
    kind,
    shape: t.shape,
    dtype: t.dtype,
    tensor: t,
    module: null,
    distance: 0,
    readers: 0,
  };
  const places = new Places();
  const sources = encodeSources([source], places);
  const steps = encodeTrail(t, places) ?? noSteps;
  const at = declared === null ? "" : ` of${placeText({ resolve: () => declared.site }).replace(/^ (in|at)/, "")}`;
  return {
    schema: 1,
    title,
    ...places.encode(),
    sentences: sourceSentences(title, kind, at, { requiresGrad: t.requiresGrad, left: wayOffTape(t) }),
    steps,
    sources,
    totals: { steps: steps.op.length, sources: 1 },
  };
}

const noSteps: OriginSteps = {
  op: [],
  label: [],
  scope: [],
  shape: [],
  dtype: [],
  distance: [],
  inputs: [],
  site: [],
  frame: [],
  value: encodeSummaries([]),
} as const;

/** The reason of an error: which dimensions do not agree, in marks and in a sentence. */
import type { DimIndex } from "../../protocol/index.ts";
import { DTypeError, IndexError, type OpArgumentError, ShapeError, showShape } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { type BoundCall, otherShapes, statedOperands } from "./bound-call.ts";
import {
  broadcastClashes,
  type Clash,
  equalClashes,
  type NamedShape,
  nameDims,
  namedClashes,
  ranksText,
} from "./dims.ts";
import { limitReason, sizeReason } from "./limits.ts";
import { notesOf } from "./notes.ts";
import { count, dimWords, type ErrorKind, type Part, type PartialReason, type Reason, rulesOf } from "./parts.ts";
import { dtypeReason, indexReason } from "./value-reasons.ts";

/** Fields of modules that hold the number of features that they take, with the dimension that has it, of the input or of the operand of a role. */
const featureFields: readonly (readonly [field: string, dim: number, words: string, role?: string])[] = [
  ["inFeatures", -1, "features"],
  ["inputSize", -1, "features"],
  ["embedDim", -1, "features"],
  ["kdim", -1, "features", "key"],
  ["vdim", -1, "features", "value"],
  ["inChannels", 1, "channels"],
  ["numFeatures", 1, "channels"],
  ["numChannels", 1, "channels"],
  ["normalizedShape", -1, "features"],
];

const kindOf = (error: OpArgumentError): ErrorKind =>
  error instanceof ShapeError
    ? "shape"
    : error instanceof DTypeError
      ? "dtype"
      : error instanceof IndexError
        ? "index"
        : "argument";

/** Finds the reason of an error from its call, whose operands have the names. */
export function reasonOf(error: OpArgumentError, call: BoundCall, names: readonly string[]): Reason {
  const kind = kindOf(error);
  const operands = call.operands.map(
    (o, i): Part => ({
      name: names[i],
      role: o.role,
      shape: o.tensor.shape,
      dtype: o.tensor.dtype,
      isField: o.slot.kind === "field",
    }),
  );
  const wanted = (error instanceof ShapeError ? otherShapes(call, error.shapes) : []).map(
    (shape): Part => ({ name: "wanted", role: "wanted", shape, dtype: "", isField: false }),
  );
  const base = {
    kind,
    parts: operands,
    named: [],
    comparison: null,
    clashes: [],
    marked: [],
    wrongDTypes: [],
    notes: [],
  };
  if (kind === "dtype") return { ...base, ...dtypeReason(operands, call) };
  if (kind === "index" || kind === "argument") return { ...base, ...indexReason(operands, call, error.message) };
  const reason = { ...base, ...shapeReason(call, operands, wanted, /broadcast/.test(error.message)) };
  if (reason.sentence !== "" || !(error instanceof ShapeError)) return reason;
  return { ...reason, ...(inPlaceReason(call, error, operands) ?? statedReason(call, error)) };
}

function shapeReason(
  call: BoundCall,
  operands: readonly Part[],
  wanted: readonly Part[],
  broadcasts: boolean,
): PartialReason {
  const rules = rulesOf(call);
  const shapes = operands.map((p) => p.shape);
  const forms = operands.map((p) => rules?.get(p.role) ?? rules?.get(p.role.replace(/\[\d+\]$/, "")) ?? null);
  const named = operands.map((p, i) => (forms[i] === null ? null : nameDims(forms[i], p.shape, call)));
  const wrongRank = operands.findIndex((_, i) => forms[i] !== null && named[i] === null);
  if (wrongRank >= 0) {
    const { name, shape } = operands[wrongRank];
    return {
      parts: operands,
      named,
      comparison: "names",
      marked: shape.map((_, d) => [wrongRank, d] as const),
      sentence: `${name} has ${count(shape.length, "dimension")}, ${showShape(shape)}, and ${call.operator?.name ?? call.call.name} takes ${forms[wrongRank]?.map((form) => ranksText([form])).join(" or ")}.`,
    };
  }
  if (named.some((n) => n?.comparison === "elements")) return elementReason([...operands, ...wanted.slice(-1)]);
  const listed = operands.filter((p) => /\[\d+\]$/.test(p.role) && rules?.has(p.role) === false);
  const isList = listed.length > 1 && rules !== null;
  const hasNames = named.some((n) => n !== null && n.named.length > 0);
  if (isList && !hasNames) return listReason(call, operands, named);
  const clashes = rules === null ? [] : namedClashes(named);
  if (clashes.length > 0) return clashReason(call, operands, named, clashes, isList ? "equal" : "names");
  if (isList && operands.some((p) => p.shape.length !== shapes[0].length)) return listReason(call, operands, named);
  const limit = limitReason(operands, named) ?? sizeReason(call, operands, named);
  if (limit !== null) return limit;
  const surplus = surplusReason(operands, named);
  if (surplus !== null) return surplus;
  const feature = featureReason(call, operands, named);
  if (feature !== null) return feature;
  if (rules === null && wanted.length > 0 && operands.length > 0 && wanted.length < 2) {
    const parts = [...operands, wanted[wanted.length - 1]];
    const found = broadcastClashes([shapes[0], parts[parts.length - 1].shape]).map(({ a, b }) => ({
      a: { operand: a.operand === 1 ? parts.length - 1 : 0, dim: a.dim },
      b: { operand: b.operand === 1 ? parts.length - 1 : 0, dim: b.dim },
    }));
    return clashReason(call, parts, [...named, null], found, "broadcast");
  }
  const isElementwise = call.operator?.spec?.batch === "elementwise" || broadcasts;
  const found = isElementwise && operands.length > 1 ? broadcastClashes(shapes) : [];
  return clashReason(call, operands, named, found, isElementwise ? "broadcast" : null);
}

/** Returns the reason of a result that cannot be stored in place. */
function inPlaceReason(call: BoundCall, error: ShapeError, [x]: readonly Part[]): Partial<Reason> | null {
  const [result] = error.shapes;
  if (!/\w_$/.test(call.call.name) || x === undefined || result === undefined) return null;
  return {
    sentence: `In place, the result keeps the shape of ${x.name}, ${showShape(x.shape)}, but it has the shape ${showShape(result)}.`,
  };
}

/** Returns the marks of two operands that the error states, where their shapes differ. */
function statedReason(call: BoundCall, error: ShapeError): Partial<Reason> {
  const [first, second] = statedOperands(call, error.shapes);
  if (second === undefined) return {};
  const [a, b] = [call.operands[first].tensor.shape, call.operands[second].tensor.shape];
  if (a.length !== b.length) return {};
  const marked = a.flatMap((n, d): DimIndex[] =>
    n === b[d]
      ? []
      : [
          [first, d],
          [second, d],
        ],
  );
  return { marked };
}

/** Returns the reason of a new shape with another number of elements. */
function elementReason(parts: readonly Part[]): PartialReason {
  const [x, wanted] = parts;
  if (wanted === undefined) return { kind: "elements", parts, sentence: "" };
  const product = (shape: readonly number[]): string =>
    shape.length < 2 ? "" : `${shape.filter((n) => n !== -1).join(" · ")} = `;
  const known = wanted.shape.filter((n) => n !== -1);
  const n = sizeOf(known);
  const sentence = wanted.shape.includes(-1)
    ? `${x.name} has ${product(x.shape)}${sizeOf(x.shape)} elements, which is no multiple of ${product(known)}${n}.`
    : `${x.name} has ${product(x.shape)}${sizeOf(x.shape)} elements, ${showShape(wanted.shape)} has ${product(wanted.shape)}${n}.`;
  if (sizeOf(x.shape) === n)
    return {
      kind: "elements",
      parts,
      sentence: `The elements of ${x.name} do not lie in memory in the order that this view needs.`,
    };
  return { kind: "elements", parts, sentence };
}

/** Returns the reason of tensors in a list that do not agree. */
function listReason(call: BoundCall, parts: readonly Part[], named: readonly (NamedShape | null)[]): PartialReason {
  const free = [...(rulesOf(call)?.values() ?? [])].some((forms) => forms.some((f) => f.rest === "free"));
  const given = call.values.get("dim");
  const rank = parts[0].shape.length;
  const dim = free ? ((typeof given === "number" ? given : 0) + rank) % rank : -1;
  const other = parts.findIndex((p) => p.shape.length !== rank);
  if (other >= 0)
    return {
      parts,
      named,
      comparison: "equal",
      marked: [...parts[other].shape.keys()].map((d) => [other, d] as const),
      sentence: `${parts[other].name} has ${count(parts[other].shape.length, "dimension")}, ${parts[0].name} has ${rank}.`,
    };
  const shapes = parts.map((p) => p.shape);
  const clashes = equalClashes(shapes, undefined, dim);
  const reason = clashReason(call, parts, named, clashes, "equal");
  return {
    ...reason,
    sentence: reason.sentence.replace(
      /;[^;]*$/,
      dim < 0 ? "; all shapes must be equal." : `; only dim ${dim} may differ.`,
    ),
  };
}

function clashReason(
  call: BoundCall,
  parts: readonly Part[],
  named: readonly (NamedShape | null)[],
  clashes: readonly Clash[],
  comparison: Reason["comparison"],
): PartialReason {
  const [first] = clashes;
  if (first === undefined) return { parts, named, clashes, comparison, sentence: "" };
  const isNamed = named[first.a.operand]?.named.some((d) => d.dim === first.a.dim) === true;
  const isEqual = named[first.a.operand]?.comparison === "equal";
  const rule =
    comparison === "broadcast" || !(isNamed || isEqual)
      ? "aligned at the end, sizes must be equal or 1"
      : "the two must be equal";
  const isOne = first.a.operand === first.b.operand;
  const other = dimWords(parts, named, first.b);
  const both = isOne ? ` and ${other.slice(other.indexOf(" has ") + " has ".length)}` : `, ${other}`;
  const sentence = `${dimWords(parts, named, first.a)}${both}; ${comparison === "equal" ? "the two must be equal" : rule}.`;
  return { parts, named, clashes, comparison, sentence, notes: notesOf(call, parts, first, comparison) };
}

/** Returns the reason of an operand that has more or fewer dimensions than another one leaves for it. */
function surplusReason(parts: readonly Part[], named: readonly (NamedShape | null)[]): PartialReason | null {
  const at = named.flatMap((n, i) => (n?.comparison === "equal" ? [i] : []));
  const [first, second] = at;
  if (second === undefined) return null;
  const [x, z] = [named[first] as NamedShape, named[second] as NamedShape];
  if (x.rest.length === z.rest.length || x.chosen !== null) return null;
  const sizes = new Map(x.named.map((d) => [d.key, d.size]));
  const expected = [...z.named.map((d) => sizes.get(d.key) ?? d.size), ...x.rest.map((d) => x.shape[d])];
  const surplus = z.rest.slice(x.rest.length);
  return {
    parts,
    named,
    comparison: "equal",
    marked: (surplus.length > 0 ? surplus : z.rest).map((d) => [second, d] as const),
    sentence: `${parts[second].name} is ${showShape(z.shape)}; beside ${parts[first].name}, ${showShape(x.shape)}, it must be ${showShape(expected)}.`,
  };
}

/** Returns the reason of an input that does not have the features that its module takes. */
function featureReason(
  call: BoundCall,
  parts: readonly Part[],
  named: readonly (NamedShape | null)[],
): PartialReason | null {
  const { module } = call;
  if (module === null) return null;
  for (const [field, at, words, role] of featureFields) {
    const index = role === undefined ? 0 : parts.findIndex((p) => p.role === role);
    const x = parts[index];
    if (x === undefined) continue;
    const value = module[field];
    const expected = Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value;
    const dim = at < 0 ? x.shape.length + at : at;
    if (typeof expected !== "number" || dim < 0 || dim >= x.shape.length || x.shape[dim] === expected) continue;
    return {
      parts,
      named,
      comparison: null,
      marked: [[index, dim]],
      sentence: `${x.name} has ${x.shape[dim]} ${words} (dim ${dim}), and ${call.path.at(-1) ?? call.call.name} takes ${expected}.`,
    };
  }
  return null;
}

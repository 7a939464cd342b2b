/** Reasons of errors that are not about shapes: dtypes, dimensions out of range, and indices beyond a table. */
import type { DimIndex } from "../../protocol/index.ts";
import type { BoundCall } from "./bound-call.ts";
import { nameDims } from "./dims.ts";
import { count, type Part, type PartialReason, rulesOf } from "./parts.ts";

/** Returns the reason of operands of wrong dtypes: those that differ from the dtype of the module, or of the first float. */
export function dtypeReason(parts: readonly Part[], call: BoundCall): PartialReason {
  const all = new Set(parts.map((p) => p.dtype));
  const name = call.operator?.name ?? call.call.name;
  const wanted = parts.find((p) => p.isField)?.dtype ?? parts.find((p) => /float/.test(p.dtype))?.dtype;
  const words = parts.map((p) => `${p.name} is ${p.dtype}`);
  if (all.size < 2 || wanted === undefined)
    return { parts, wrongDTypes: parts.length === 1 ? [0] : [], sentence: `${words.slice(0, 3).join(", ")}.` };
  const wrongDTypes = parts.flatMap((p, i) => (p.dtype === wanted ? [] : [i]));
  const right = parts.find((p) => p.dtype === wanted) as Part;
  return {
    parts,
    wrongDTypes,
    sentence: `${wrongDTypes.map((i) => words[i]).join(", ")}, ${right.name} is ${wanted}: ${name} does not take the two together.`,
  };
}

/** Indices up to which their range is read. */
const mostRead = 1e6;

/** Returns the reason of an index beyond the entries of a table. */
function indexRange(parts: readonly Part[], call: BoundCall): PartialReason {
  const rules = rulesOf(call);
  const table = parts.findIndex((p) =>
    rules
      ?.get(p.role)
      ?.some((f) =>
        [...f.before, ...f.after, ...(f.chosen === null ? [] : [f.chosen.dim])].some(
          (d) => d.key === "entries" || d.key === "classes",
        ),
      ),
  );
  const at = call.operands.findIndex((o, i) => i !== table && o.tensor.dtype.startsWith("int"));
  if (at < 0 || table < 0) return { sentence: "" };
  const named = nameDims(rules?.get(parts[table].role) ?? [], parts[table].shape, call);
  const entries = named?.named.find((d) => d.key === "entries" || d.key === "classes");
  if (entries === undefined || call.operands[at].tensor.numel() > mostRead) return { sentence: "" };
  let [low, high] = [Infinity, -Infinity];
  for (const v of call.operands[at].tensor.toArray<number[]>().flat(8)) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const n = entries.size;
  if (low >= 0 && high < n) return { sentence: "" };
  const shifted = low === 1 && high === n ? " They seem to count from 1: subtract 1." : "";
  return {
    named: parts.map((_, i) => (i === table ? named : null)),
    marked: [[table, entries.dim]],
    sentence: `${parts[at].name} goes from ${low} to ${high}, and ${parts[table].name} has ${n} ${entries.label}: indices go from 0 to ${n - 1}.${shifted}`,
  };
}

/** Returns the reason of a dimension or an index out of range. */
export function indexReason(parts: readonly Part[], call: BoundCall, message: string): PartialReason {
  const [x] = parts;
  if (x === undefined) return { parts, sentence: "" };
  const rank = x.shape.length;
  const dim = call.values.get("dim");
  if (typeof dim === "number" && (dim >= Math.max(rank, 1) || dim < -Math.max(rank, 1)))
    return {
      parts,
      sentence: `${x.name} has ${count(rank, "dimension")}, counted from 0: dim is at most ${Math.max(rank - 1, 0)}${dim === rank ? `, and ${dim} would be one more` : ""}.`,
    };
  const range = indexRange(parts, call);
  const stated = Number(/dimension (\d+) of size/.exec(message)?.[1] ?? -1);
  const marked: DimIndex[] = range.sentence === "" && stated >= 0 && stated < rank ? [[0, stated]] : [];
  return { parts, marked, ...range };
}

/** Encodes a comparison of tapes as the JSON that a notebook stores. */
import {
  type ComparedColumns,
  type DiffData,
  type DiffSide,
  encodeSummaries,
  type GradientState,
} from "../../protocol/index.ts";
import { noGrad } from "../../tape/graph/mode.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Places } from "../shared/places.ts";
import { withOwnGradients } from "../shared/record.ts";
import { summarize } from "../shared/statistics.ts";
import type { Tolerance } from "./compare.ts";
import { merge } from "./merge.ts";
import { encodePictures } from "./pictures.ts";
import { type Compared, type DiffRow, RowComparison, type RowPart } from "./rows.ts";
import { differsInGradient, differsInStructure, differsInValue, firstRows, sentencesFor } from "./sentences.ts";
import type { Side } from "./source.ts";

/** Rows that are stored. */
const maxRows = 300;
/** Rows up to which equal ones are stored, too. */
const allRows = 60;
/** Equal rows that are stored around rows that differ. */
const context = 2;
/** Characters of the whole JSON, and of its pictures. */
const maxLength = 250_000;
const maxPictures = 120_000;

/** Compares tapes. */
export function encodeDiff(sides: readonly Side[], tolerance: Partial<Tolerance>): DiffData {
  return noGrad(() => encode(sides, tolerance));
}

function encode(sides: readonly Side[], tolerance: Partial<Tolerance>): DiffData {
  const records = withOwnGradients(sides.map((side) => side.record));
  const { steps, leaves } = new RowComparison(records, merge(records), tolerance).rows();
  const comparable = { steps, leaves, names: sides.map((side) => side.name) };
  const first = firstRows(comparable);
  const rows = [...steps, ...leaves];
  const shown = selectRows(rows, Object.values(first));
  const places = new Places();
  const encoded = sides.map((side, k) =>
    encodeSide(
      side,
      shown.map((r) => rows[r]),
      k,
      places,
    ),
  );
  const unknown = countUnknown(rows);
  const data: DiffData = {
    schema: 1,
    ...places.encode(),
    sides: encoded,
    rows: {
      kind: shown.map((r) => rows[r].kind),
      name: shown.map((r) => rows[r].name),
      mark: shown.map((r) => rows[r].mark),
      changes: shown.map((r) => rows[r].changes),
      skipped: shown.map((r, i) => r - (shown[i - 1] ?? -1) - 1),
      skippedChanged: shown.map((r, i) => countChanged(rows, (shown[i - 1] ?? -1) + 1, r)),
    },
    first: {
      structure: shown.indexOf(first.structure),
      value: shown.indexOf(first.value),
      gradient: shown.indexOf(first.gradient),
    },
    sentences: sentencesFor(comparable, first, unknown),
    pictures: [],
    totals: {
      rows: rows.length,
      structure: steps.filter(differsInStructure).length,
      values: rows.filter(differsInValue).length,
      gradients: rows.filter(differsInGradient).length,
      unknown,
      skipped: rows.length - 1 - (shown.at(-1) ?? -1),
      skippedChanged: countChanged(rows, (shown.at(-1) ?? -1) + 1, rows.length),
    },
  };
  const left = Math.min(maxLength - JSON.stringify(data).length, maxPictures);
  return {
    ...data,
    pictures: encodePictures(
      shown.map((r) => rows[r]),
      Object.values(data.first),
      left,
    ),
  };
}

/** Returns the number of rows in a range that differ. */
const countChanged = (rows: readonly DiffRow[], from: number, to: number): number =>
  rows.slice(from, to).filter(({ mark }) => mark !== "same").length;

/** Returns the number of values and gradients that were not kept; leaves that were changed in place since have a sentence of their own. */
const countUnknown = (rows: readonly DiffRow[]): number =>
  rows.reduce((sum, { parts }) => {
    const unknown = parts.filter((part) => {
      if (part === null || ("isChanged" in part.item && part.item.isChanged)) return false;
      return part.value.state === "unknown" || part.gradient.state === "unknown";
    });
    return sum + unknown.length;
  }, 0);

/** Returns how important a row is: 0 at a first divergence or a change of structure, 1 for leaves, 2 for values, 3 for gradients alone, 4 for none. */
function rankOf(row: DiffRow): number {
  if (differsInStructure(row)) return 0;
  if (row.kind !== "op" && row.mark !== "same") return 1;
  return differsInValue(row) ? 2 : row.mark === "same" ? 4 : 3;
}

/** Returns the indices of the rows to store: those that differ with some around them; of too many, the most important. */
function selectRows(rows: readonly DiffRow[], first: readonly number[]): number[] {
  const all = rows.map((_, r) => r);
  if (rows.length <= allRows) return all;
  const ranks = rows.map((row, r) => (first.includes(r) ? 0 : rankOf(row)));
  const near = (r: number): boolean => {
    for (let i = Math.max(r - context, 0); i <= Math.min(r + context, rows.length - 1); i++)
      if (ranks[i] < 2) return true;
    return false;
  };
  const wanted = all.filter((r) => ranks[r] < 4 || near(r));
  const order = wanted.toSorted((a, b) => (near(a) ? 0 : ranks[a]) - (near(b) ? 0 : ranks[b]) || a - b);
  const kept = new Set(order.length === 0 ? [0] : order.slice(0, maxRows));
  return all.filter((r) => kept.has(r));
}

/** Encodes the rows in one tape. */
function encodeSide({ name, title, record }: Side, rows: readonly DiffRow[], k: number, places: Places): DiffSide {
  const parts = rows.map((row) => row.parts[k]);
  const steps = parts.map((part) => (part !== null && "op" in part.item ? part.item : null));
  const labelOf = (part: RowPart | null): string | null => {
    if (part === null) return null;
    return "op" in part.item ? part.item.label : part.item.name;
  };
  return {
    name,
    title,
    ops: record.steps.length,
    label: parts.map(labelOf),
    scope: steps.map((step) => step?.scope.join("/") ?? ""),
    shape: parts.map((part) => part?.item.shape ?? null),
    dtype: parts.map((part) => part?.item.dtype ?? null),
    site: steps.map((step) => places.place(step?.site ?? null)),
    frame: steps.map((step) => places.frame(step?.site ?? null)),
    gradientState: parts.map((part): GradientState => part?.item.state ?? "notRequired"),
    value: encodeCompared(rows, k, "value"),
    gradient: encodeCompared(rows, k, "gradient"),
  };
}

/** States for which a later tape stores statistics: in the others they are those of the first tape. */
const isStored = ({ state }: Compared): boolean => state !== "equal" && state !== "close";

function encodeCompared(rows: readonly DiffRow[], k: number, of: "value" | "gradient"): ComparedColumns {
  const tensorOf = (row: DiffRow): Tensor | null => {
    const part = row.parts[k];
    return part === null || (k !== row.base && !isStored(part[of])) ? null : part.item[of];
  };
  const parts = rows.map((row) => row.parts[k]?.[of]);
  return {
    state: parts.map((part) => part?.state ?? "none"),
    difference: parts.map((part) => part?.difference ?? null),
    summary: encodeSummaries(
      rows.map((row) => {
        const t = tensorOf(row);
        return t === null ? null : summarize(t);
      }),
    ),
  };
}

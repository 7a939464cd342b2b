/** A comparison of tapes as plain text: of two as a patch, of more as a table. */
import type { DiffData } from "../../protocol/index.ts";
import { alignColumns } from "../shared/table.ts";
import {
  baseSide,
  diffFacts,
  diffSiteWords,
  firstWords,
  gradientChange,
  gradientNormWords,
  gradientsDiffer,
  leavesHeading,
  markSigns,
  mostImportant,
  rowName,
  rowScope,
  shapeWords,
  sideWords,
  skippedWords,
  valueChange,
  valueWords,
} from "./words.ts";

/** Rows that are written. */
const maxRows = 60;

/** Returns the comparison as text. */
export function diffText(data: DiffData): string {
  const { sides } = data;
  const isPatch = sides.length === 2;
  const { rows, skipped } = mostImportant(data, maxRows);
  const heads = isPatch ? [] : [["", "op", "shape", ...sides.map(({ name }) => name), ""]];
  const groups = rows.map((r) => (isPatch ? patchLines(data, r) : [tableLine(data, r)]));
  const table = alignColumns([...heads, ...groups.flat()]);
  let at = heads.length;
  const firstLeaf = rows.find((r) => data.rows.kind[r] !== "op");
  const body = groups.flatMap((group, i) => {
    const lines = table.slice(at, at + group.length);
    at += group.length;
    return [...hunk(skipped[i]), ...(rows[i] === firstLeaf ? [`@@ ${leavesHeading} @@`] : []), ...lines];
  });
  return [
    ...sides.map((side, k) => `${k === 0 ? "---" : "+++"} ${sideWords(side)}`),
    diffFacts(data).join(", "),
    ...data.sentences,
    "",
    ...table.slice(0, heads.length),
    ...body,
    ...hunk(skipped[rows.length]),
  ].join("\n");
}

const hunk = ([count, changed]: readonly [number, number]): string[] =>
  count > 0 ? [`@@ ${skippedWords(count, changed)} @@`] : [];

/** Returns the cells of a row of a patch: one line, or two where the op itself has changed. */
function patchLines(data: DiffData, row: number): string[][] {
  const { rows, sides } = data;
  const mark = rows.mark[row];
  if (mark === "changed" && rows.changes[row].length > 0)
    return [
      ["−", ...nameAndShape(data, row, 0), "", "", diffSiteWords(data, row, 0), ""],
      [
        "+",
        ...nameAndShape(data, row, 1),
        ...changes(data, row),
        diffSiteWords(data, row, 1),
        [rows.changes[row].join(", "), arrow(data, row)].filter((text) => text !== "").join(" "),
      ],
    ];
  const k = mark === "removed" ? 0 : sides.length - 1;
  return [
    [
      markSigns[mark],
      ...nameAndShape(data, row, k),
      ...changes(data, row),
      diffSiteWords(data, row, k),
      arrow(data, row),
    ],
  ];
}

/** Returns value and gradient: how they differ, or those of the only tape that has the row. */
function changes(data: DiffData, row: number): [value: string, gradient: string] {
  const mark = data.rows.mark[row];
  if (mark === "removed" || mark === "added") {
    const k = baseSide(data, row);
    return [valueWords(data, row, k), gradientNormWords(data, row, k)];
  }
  return [valueChange(data, row, 1), gradientChange(data, row, 1)];
}

const arrow = (data: DiffData, row: number): string => {
  const words = firstWords(data, row);
  return words === "" ? "" : `◀ ${words}`;
};

function nameAndShape(data: DiffData, row: number, k: number): [name: string, shape: string] {
  const side = data.sides[k];
  return [`${rowName(data, row)} ${rowScope(data, row, k)}`.trimEnd(), shapeWords(side, row)];
}

/** Returns the cells of a row of a table: the value in each tape, with `~` where it differs from the first, and the norms of gradients that differ. */
function tableLine(data: DiffData, row: number): string[] {
  const { rows, sides } = data;
  const cells = sides.map((side, k) => {
    if (side.label[row] === null) return "–";
    const value = `${side.value.state[row] === "different" ? "~ " : ""}${valueWords(data, row, k)}`;
    const isOther = side.gradient.state[row] === "different" || side.gradient.state[row] === "missing";
    return gradientsDiffer(data, row) ? `${value}, ${isOther ? "~ " : ""}∇ ${gradientNormWords(data, row, k)}` : value;
  });
  const notes = [...rows.changes[row], arrow(data, row)].filter((text) => text !== "").join(", ");
  return [markSigns[rows.mark[row]], ...nameAndShape(data, row, baseSide(data, row)), ...cells, notes];
}

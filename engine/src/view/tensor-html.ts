/** A tensor as plain semantic HTML: what it is, then its numbers or as many as are kept. */
import type { TensorData } from "../protocol/index.ts";
import { showNumber } from "./format.ts";
import { escapeText } from "./markup.ts";
import { tensorHeadline } from "./text.ts";

const maxRows = 12;
const maxColumns = 12;

export function tensorHtml(t: TensorData): string {
  const headline = `<p><code>${escapeText(tensorHeadline(t))}</code></p>`;
  const first = t.slices[0];
  if (first === undefined || first.values === null || t.summary.count === 1) return headline;
  const { rows, columns } = first.grid;
  const values = first.values;
  const body = Array.from({ length: Math.min(rows, maxRows) }, (_, r) => {
    const cells = Array.from(
      { length: Math.min(columns, maxColumns) },
      (_, c) => `<td>${escapeText(showNumber(values[r * columns + c]))}</td>`,
    );
    return `<tr>${cells.join("")}${columns > maxColumns ? "<td>…</td>" : ""}</tr>`;
  });
  const cut =
    rows > maxRows || columns > maxColumns
      ? `<p>the first ${Math.min(rows, maxRows)} by ${Math.min(columns, maxColumns)} of ${rows} by ${columns}</p>`
      : "";
  const which = t.sliceCount > 1 ? `<p>the first of ${t.sliceCount} matrices</p>` : "";
  return `${headline}${which}<table><tbody>${body.join("")}</tbody></table>${cut}`;
}

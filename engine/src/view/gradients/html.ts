/** The gradient table as plain semantic HTML: no style, no script, so that it reads the same on GitHub and in feedback. */
import { decodeNumber, type GradientsData, summaryAt } from "../../protocol/index.ts";
import { showNorm, showNumber, showShape, showShare, stateWords } from "../shared/format.ts";
import { escapeText } from "../shared/markup.ts";
import { gradientsHeadline } from "./text.ts";

const maxRows = 100;

const cell = (text: string): string => `<td>${escapeText(text)}</td>`;

export function gradientsHtml(g: GradientsData): string {
  const { name, shape, gradient, state, ratio } = g.tensors;
  const head = [
    "tensor",
    "shape",
    "norm",
    "mean",
    "std",
    "min",
    "max",
    "zeros",
    "NaN",
    "inf",
    "gradient / weight",
    "state",
  ];
  const rows = name.slice(0, maxRows).map((n, i) => {
    const s = summaryAt(gradient, i);
    const numbers =
      s === null
        ? new Array<string>(9).fill("")
        : [
            showNorm(s.norm),
            showNumber(s.mean),
            showNumber(s.std),
            showNumber(s.min),
            showNumber(s.max),
            showShare(s.zeros, s.count),
            s.nan > 0 ? String(s.nan) : "",
            s.inf > 0 ? String(s.inf) : "",
            ratio[i] === null ? "" : showNorm(ratio[i]),
          ];
    const bad = s !== null && (s.nan + s.inf > 0 || decodeNumber(s.norm) === Infinity);
    return [n, showShape(shape[i]), ...numbers, `${bad ? "not finite " : ""}${stateWords[state[i]]}`.trim()];
  });
  // columns without any text would make the table too wide for a printed page
  const used = head.map((_, c) => c < 3 || rows.some((row) => row[c] !== ""));
  const body = rows.map(([n, ...cells]) => {
    const texts = cells.filter((_, c) => used[c + 1]);
    return `<tr><th scope="row">${escapeText(n)}</th>${texts.map(cell).join("")}</tr>`;
  });
  const more = name.length + g.omitted - rows.length;
  return [
    `<p>${escapeText(gradientsHeadline(g))}</p>`,
    `<table><thead><tr>${head
      .filter((_, c) => used[c])
      .map((h) => `<th scope="col">${escapeText(h)}</th>`)
      .join("")}</tr></thead>`,
    `<tbody>${body.join("")}</tbody></table>`,
    more > 0 ? `<p>… and ${more} more</p>` : "",
  ].join("");
}

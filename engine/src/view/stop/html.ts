/** A stop as plain semantic HTML, without scripts, which reads without its styles. */
import type { StopData } from "../../protocol/index.ts";
import { element, escapeText, leftAligned } from "../shared/markup.ts";
import { stopCause, stopCount, stopHeadline, stopOmitted, stopStack, stopTensorCells } from "./words.ts";

const heads: readonly string[] = ["role", "name", "tensor", "value", "norm"];

/** Returns the stop as HTML: sentences, and a table of the tensors there. */
export function stopHtml(data: StopData): string {
  const stack = stopStack(data);
  const count = stopCount(data);
  const omitted = stopOmitted(data);
  const sentences = [
    `Set off by ${stopCause(data)}${count === "" ? "" : `; ${count}`}.`,
    ...data.sentences,
    ...(stack === "" ? [] : [`Called from ${stack}`]),
  ];
  const rows = data.tensors.map((t) => {
    const [role = "", ...others] = stopTensorCells(t);
    const cells = others.map((text) => element("td", leftAligned, escapeText(text)));
    return element("tr", {}, element("th", { scope: "row", ...leftAligned }, escapeText(role)), ...cells);
  });
  const head = element(
    "tr",
    {},
    ...heads.map((text) => element("th", { scope: "col", ...leftAligned }, escapeText(text))),
  );
  return [
    element("p", {}, element("strong", {}, escapeText(stopHeadline(data)))),
    ...sentences.map((text) => element("p", {}, escapeText(text))),
    rows.length === 0 ? "" : element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)),
    omitted === "" ? "" : element("p", {}, omitted),
  ].join("");
}

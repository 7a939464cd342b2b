/** Explanations as HTML of lists and words alone, which nbconvert keeps with `sanitize_html`. */
import type { CauseFinding, Evidence, ExplanationData, Place } from "../../protocol/index.ts";
import { formatShape } from "../shared/format.ts";
import { element, escapeText } from "../shared/markup.ts";
import { kindWords, lineWords, shareWords } from "./text.ts";

const item = (...parts: readonly string[]): string => element("li", {}, ...parts);
const list = (items: readonly string[]): string => element("ul", {}, ...items);
const words = (parts: readonly string[]): string => escapeText(parts.filter((text) => text !== "").join(", "));

const placeItem = ({ op, scope, shape, at, note }: Place): string =>
  item(
    element("code", {}, escapeText(op === "…" ? op : `${op} ${formatShape(shape)}`)),
    " ",
    words([scope, lineWords(at), note]),
  );

const evidenceItem = ({ name, value }: Evidence): string => item(escapeText(`${name}: ${value}`));

function findingHtml(finding: CauseFinding): string {
  const { cause, sentence, path, evidence, fix } = finding;
  return item(
    element("strong", {}, escapeText(sentence)),
    ` (${words([cause, shareWords(finding), kindWords[finding.kind]])})`,
    list([
      ...(path.length === 0 ? [] : [item("path", element("ol", {}, ...path.map(placeItem)))]),
      ...(evidence.length === 0 ? [] : [item("evidence", list(evidence.map(evidenceItem)))]),
      ...(fix === "" ? [] : [item(element("em", {}, "To do: "), escapeText(fix))]),
    ]),
  );
}

/** Returns an explanation as HTML. */
export function explainHtml({ sentence, findings, checked, limits, state }: ExplanationData): string {
  const isOpen = findings.every((f) => f.kind === "fact");
  const looked = `${state === "sound" ? "Looked for" : "Looked for, and not found"}: ${checked.join(", ")}.`;
  const rest = [...(isOpen && checked.length > 0 ? [looked] : []), ...limits];
  return [
    element("strong", {}, escapeText(sentence)),
    findings.length === 0 ? "" : element("ol", {}, ...findings.map(findingHtml)),
    rest.length === 0 ? "" : list(rest.map((text) => item(escapeText(text)))),
  ].join("");
}

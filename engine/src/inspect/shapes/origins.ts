/** Names of operands, and where they came from: the code or the op that made them, and its line. */

import type { AnyOp } from "../../dispatch/spec.ts";
import type { CodeLine } from "../../protocol/index.ts";
import { scopePath } from "../../tape/graph/scope.ts";
import { isParameter } from "../../tensor/parameter.ts";
import type { PendingSite } from "../../tensor/site.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { nameOf } from "../shared/naming.ts";
import { codeOf, latestCells, lineAt } from "../shared/sources.ts";
import type { BoundCall, Operand } from "./bound-call.ts";
import {
  type CallText,
  callTextAt,
  type Declaration,
  declarationIn,
  operandText,
  operationTextAt,
  splitArguments,
} from "./call-text.ts";

/** Returns a resolved site as a place. */
export function placeOf(site: PendingSite | null | undefined): CodeLine | null {
  const at = site?.resolve() ?? null;
  return at === null ? null : { file: at.file, cellId: at.cellId, count: at.count, line: at.line, column: at.column };
}

/** Returns the call in the program, where it can be read. */
export function callTextOf(call: BoundCall, place: CodeLine | null): CallText | null {
  if (place === null || !call.isDirect) return null;
  const text = callTextAt(place);
  if (text === null || (call.module === null && text.callee !== call.call.name)) return operationText(call, place);
  return call.module !== null || text.callee === call.call.name ? text : null;
}

/** Returns the operands of cells' arithmetic, which runs a function of two arguments. */
function operationText({ call, operator, operands }: BoundCall, place: CodeLine): CallText | null {
  const spec = operator?.spec ?? null;
  if (spec === null || operands.length !== 2 || call.self instanceof Tensor) return null;
  return operationTextAt(place, labelOf(spec));
}

/** Returns the label of an op whose label does not depend on parameters; an empty text for others. */
export function labelOf(spec: AnyOp): string {
  try {
    const label: unknown = spec.label(null);
    return typeof label === "string" ? label : "";
  } catch {
    return "";
  }
}

/** Returns the expression of an operand in the call. */
function expressionOf({ slot }: Operand, text: CallText): string | undefined {
  if (text.operator !== null && slot.kind === "argument")
    return slot.at === 0 ? (text.receiver ?? undefined) : text.args[0];
  if (slot.kind === "self") return text.receiver ?? undefined;
  if (slot.kind === "argument") return text.args[slot.at];
  if (slot.kind === "element") {
    const list = text.args[slot.at] ?? "";
    return list.startsWith("[") ? splitArguments(list.slice(1, -1))[slot.index] : undefined;
  }
  if (slot.kind === "option") {
    const option = new RegExp(`(?:^|[{,\\s])${slot.key}\\s*:\\s*([^,}]+)`).exec(text.args[slot.at] ?? "")?.[1];
    return option?.trim() ?? slot.key;
  }
  return undefined;
}

/** Returns the name of an operand: its expression, its own name, or its role. */
export function operandName(call: BoundCall, operand: Operand, text: CallText | null): string {
  if (operand.slot.kind === "field") return [...call.path.slice(1), operand.slot.name].join(".");
  const expression = text === null ? null : operandText(expressionOf(operand, text));
  return expression ?? nameOf(operand.tensor) ?? operand.role;
}

/** Origin of an operand. */
interface Origin {
  readonly origin: string;
  readonly place: CodeLine | null;
}

const isName = (text: string): boolean => /^[A-Za-z_$][\w$]*$/.test(text);

const declared = ({ text, line, column }: Declaration, file: Pick<CodeLine, "file" | "cellId" | "count">): Origin => ({
  origin: text,
  place: { ...file, line, column },
});

/** Finds the declaration of a variable above the failing line, or in an earlier cell. */
function findDeclaration(name: string, place: CodeLine): Origin | null {
  if (!isName(name)) return null;
  const here = declarationIn(codeOf(place.file) ?? "", name, place.line);
  if (here !== null) return declared(here, place);
  for (const { name: file, id, count, code } of latestCells()) {
    if (file === place.file) continue;
    const found = declarationIn(code, name, Number.POSITIVE_INFINITY);
    if (found !== null) return declared(found, { file, cellId: id, count });
  }
  return null;
}

const longestOrigin = 60;
const cut = (text: string): string => (text.length > longestOrigin ? `${text.slice(0, longestOrigin - 1)}…` : text);

/** Returns where an operand came from. */
export function originOf({ tensor, slot }: Operand, name: string, place: CodeLine | null): Origin {
  if (slot.kind === "field" || isParameter(tensor)) return { origin: "parameter", place: null };
  const found = place === null ? null : findDeclaration(name, place);
  const node = tensor.gradFn;
  const site = placeOf(node?.watched?.site);
  if (node !== null) {
    const scope = scopePath(node.scope);
    const made = `${node.op.name}${scope === "" ? "" : ` in ${scope}`}`;
    if (found !== null && (site === null || site.line === found.place?.line))
      return { ...found, origin: cut(found.origin) };
    const isHere = site?.file === place?.file && site?.line === place?.line;
    const code = site === null || isHere ? "" : lineAt(site);
    return { origin: code === "" ? `result of ${made}` : cut(code), place: site };
  }
  if (found !== null && found.origin !== "") return { origin: cut(found.origin), place: found.place };
  return { origin: createdText(tensor), place: null };
}

function createdText({ storage }: Tensor): string {
  return storage.createdBy === null ? "" : `made by ${storage.createdBy}`;
}

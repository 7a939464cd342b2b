/** The expressions in a call, read from the source at its position. */
import type { CodeLine } from "../../protocol/index.ts";
import { codeOf } from "../shared/sources.ts";

/** The receiver of a method call, or `null`, the callee's name, and the arguments. */
export interface CallText {
  readonly receiver: string | null;
  readonly callee: string;
  readonly args: readonly string[];
  /** The operator of cells' arithmetic, such as `-`, in whose place the call stands; `null` for a call. */
  readonly operator: string | null;
}

const longest = 60;

const open = "([{";
const close = ")]}";

/** Returns the position behind a string or template that begins at `at`. */
function skipString(code: string, at: number): number {
  const quote = code[at];
  for (let i = at + 1; i < code.length; i++) {
    if (code[i] === "\\") i++;
    else if (code[i] === quote) return i + 1;
  }
  return code.length;
}

/** Splits a text at commas outside of brackets and strings. */
export function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let [from, depth] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if ("'\"`".includes(c)) i = skipString(text, i) - 1;
    else if (open.includes(c)) depth++;
    else if (close.includes(c)) depth--;
    else if (c === "," && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map(tidy).filter((part) => part !== "");
}

const tidy = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** Returns the position of the bracket that closes the one at `at`; -1 if there is none. */
function closing(code: string, at: number): number {
  let depth = 0;
  for (let i = at; i < code.length; i++) {
    const c = code[i];
    if ("'\"`".includes(c)) i = skipString(code, i) - 1;
    else if (open.includes(c)) depth++;
    else if (close.includes(c) && --depth === 0) return i;
  }
  return -1;
}

/** Returns the position of the bracket that the one at `at` closes; -1 if there is none. */
function opening(code: string, at: number): number {
  let depth = 0;
  for (let i = at; i >= 0; i--) {
    if (close.includes(code[i])) depth++;
    else if (open.includes(code[i]) && --depth === 0) return i;
  }
  return -1;
}

/** Returns where the operand that ends before `end` begins: names, calls, indices and dots. */
function operandStart(code: string, end: number): number {
  let at = end;
  for (;;) {
    let i = at - 1;
    while (i >= 0 && /\s/.test(code[i])) i--;
    if (i < 0) return at;
    if (close.includes(code[i])) {
      const from = opening(code, i);
      if (from < 0) return at;
      at = from;
      // a call or an index has an operand before its bracket
      if (/[\w$)\]]/.test(code[at - 1] ?? "")) continue;
    } else if (/[\w$]/.test(code[i])) {
      while (i >= 0 && /[\w$]/.test(code[i])) i--;
      at = i + 1;
    } else return at;
    let before = at - 1;
    while (before >= 0 && /\s/.test(code[before])) before--;
    if (code[before] !== ".") return at - (/\bnew\s+$/.exec(code.slice(0, at))?.[0].length ?? 0);
    at = code[before - 1] === "?" ? before - 1 : before;
  }
}

const offsetOf = (code: string, line: number, column: number): number =>
  code
    .split("\n")
    .slice(0, line - 1)
    .reduce((sum, text) => sum + text.length + 1, 0) +
  column -
  1;

/** Returns the call at a place; `null` where the source cannot be read, or has no call there. */
export function callTextAt(place: CodeLine): CallText | null {
  const code = codeOf(place.file);
  return code === null ? null : callTextIn(code, offsetOf(code, place.line, place.column));
}

/** Returns the call whose callee's name begins at an offset. */
export function callTextIn(code: string, offset: number): CallText | null {
  const chain = /^[\w$]+(?:\s*\??\.\s*[\w$]+)*/.exec(code.slice(offset))?.[0];
  if (chain === undefined) return null;
  const bracket = offset + chain.length;
  if (code[bracket] !== "(") return null;
  const end = closing(code, bracket);
  if (end < 0) return null;
  const names = chain.split(/\s*\??\.\s*/);
  const callee = names[names.length - 1];
  let start = offset;
  let dot = offset - 1;
  while (dot >= 0 && /\s/.test(code[dot])) dot--;
  if (code[dot] === ".") start = operandStart(code, code[dot - 1] === "?" ? dot - 1 : dot);
  const before = tidy(code.slice(start, offset) + names.slice(0, -1).join(".")).replace(/\s*\??\.$/, "");
  return {
    receiver: before === "" ? null : before,
    callee,
    args: splitArguments(code.slice(bracket + 1, end)),
    operator: null,
  };
}

/** Operators of cells by the labels of their ops. */
const operators: Readonly<Record<string, string>> = { "+": "+", "−": "-", "×": "*", "÷": "/", xᶻ: "**", mod: "%" };

/** Returns the text of an expression from an offset to its end: a semicolon, a comma or a bracket that closes what is around it. */
function expressionAt(code: string, offset: number): string {
  let depth = 0;
  for (let i = offset; i < code.length; i++) {
    const c = code[i];
    if ("'\"`".includes(c)) i = skipString(code, i) - 1;
    else if (open.includes(c)) depth++;
    else if (close.includes(c) && --depth < 0) return code.slice(offset, i);
    else if (depth === 0 && (c === ";" || c === "," || c === "\n")) return code.slice(offset, i);
  }
  return code.slice(offset);
}

/** Returns the operands of cells' arithmetic whose expression begins at a place, for an op with the label; `null` for other ops. */
export function operationTextAt(place: CodeLine, label: string): CallText | null {
  const operator = operators[label];
  const code = codeOf(place.file);
  if (operator === undefined || code === null) return null;
  const text = expressionAt(code, offsetOf(code, place.line, place.column));
  let depth = 0;
  for (let i = text.length - 1; i > 0; i--) {
    if (close.includes(text[i])) depth++;
    else if (open.includes(text[i])) depth--;
    const from = i - operator.length + 1;
    if (depth !== 0 || text.slice(from, i + 1) !== operator || /[*+\-/%=<>(,]\s*$/.test(text.slice(0, from))) continue;
    const [left, right] = [tidy(text.slice(0, from)), tidy(text.slice(i + 1))];
    return left === "" || right === "" ? null : { receiver: left, callee: "", args: [right], operator };
  }
  return null;
}

/** Returns a text that can be shown as the name of an operand; `null` for one that is too long, or a literal. */
export const operandText = (text: string | undefined): string | null =>
  text === undefined || text.length > longest || text === "" || /^[-\d"'`{]/.test(text) ? null : text;

/** Returns a text in brackets where a method cannot be called on it otherwise. */
export const asReceiver = (text: string): string =>
  /^(?:new )?[\w$.]+(?:[([].*[)\]])?$/.test(text) ? text : `(${text})`;

/** The declaration or last assignment of a variable: the text of its value, and where it is. */
export interface Declaration {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Returns the last declaration of, or assignment to, a variable in a code, before a line. */
export function declarationIn(code: string, name: string, beforeLine: number): Declaration | null {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return null;
  const lines = code.split("\n").slice(0, beforeLine - 1);
  const pattern = new RegExp(
    `(?:^|[;{}(,\\s])(?:(?:const|let|var)\\s+)?${name.replaceAll("$", "\\$")}\\s*(?::[^=;]*)?=(?!=|>)\\s*(.*)$`,
  );
  for (let i = lines.length - 1; i >= 0; i--) {
    const found = pattern.exec(lines[i]);
    if (found === null || /^\s*(\/\/|\*)/.test(lines[i])) continue;
    const [value] = splitArguments(found[1].replace(/;.*$/, ""));
    return { text: value ?? "", line: i + 1, column: lines[i].indexOf(name) + 1 };
  }
  return null;
}

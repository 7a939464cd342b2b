/** The code of a changed call. */
import type { BoundCall, Slot } from "./bound-call.ts";
import { asReceiver, type CallText, splitArguments } from "./call-text.ts";

/** A replaced text in a call. */
export type TextChange = readonly [slot: Slot, text: string];

const sameSlot = (a: Slot, b: Slot): boolean => JSON.stringify(a) === JSON.stringify(b);

const find = (changes: readonly TextChange[], slot: Slot): string | undefined =>
  changes.find(([s]) => sameSlot(s, slot))?.[1];

/** Returns the text of an argument after the changes; `null` where it cannot be changed in its text. */
function changedArgument(text: string, at: number, changes: readonly TextChange[]): string | null {
  const whole = find(changes, { kind: "argument", at });
  if (whole !== undefined) return whole;
  const elements = changes.filter(([s]) => s.kind === "element" && s.at === at);
  const options = changes.filter(([s]) => s.kind === "option" && s.at === at);
  if (elements.length === 0 && options.length === 0) return text;
  if (elements.length > 0) {
    if (!text.startsWith("[")) return null;
    const parts = splitArguments(text.slice(1, -1)).map(
      (part, index) => find(changes, { kind: "element", at, index }) ?? part,
    );
    return `[${parts.join(", ")}]`;
  }
  if (!text.startsWith("{")) return null;
  const parts = splitArguments(text.slice(1, -1)).map((part) => {
    const [key] = part.split(/\s*:/);
    const value = find(changes, { kind: "option", at, key: key.trim() });
    return value === undefined ? part : `${key.trim()}: ${value}`;
  });
  return `{ ${parts.join(", ")} }`;
}

const literal = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, v]) => `${key}: ${literal(v)}`)
      .join(", ")} }`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
};

/** Returns the text of a call from the names of its tensors, where the source is not known. */
function plainText(call: BoundCall, names: readonly string[]): CallText {
  const nameAt = (slot: Slot): string | undefined => {
    const at = call.operands.findIndex((o) => sameSlot(o.slot, slot));
    return at < 0 ? undefined : names[at];
  };
  const args = call.call.args.map((value, at): string => {
    const name = nameAt({ kind: "argument", at });
    if (name !== undefined) return name;
    if (Array.isArray(value)) {
      const list = value.map((v: unknown, index) => nameAt({ kind: "element", at, index }) ?? literal(v));
      return `[${list.join(", ")}]`;
    }
    if (typeof value === "object" && value !== null)
      return `{ ${Object.entries(value)
        .map(([key, v]: [string, unknown]) => `${key}: ${nameAt({ kind: "option", at, key }) ?? literal(v)}`)
        .join(", ")} }`;
    return literal(value);
  });
  const receiver = nameAt({ kind: "self" }) ?? null;
  const callee =
    call.module === null ? call.call.name : call.path.slice(1).join(".") || (call.path.at(-1) ?? call.call.name);
  return { receiver, callee, args, operator: null };
}

/** Returns the code of the call after changes of texts; `null` where a change has no place in the text of the call. */
export function codeOf(
  call: BoundCall,
  text: CallText | null,
  names: readonly string[],
  changes: readonly TextChange[],
): string | null {
  const { receiver, callee, args, operator } = text ?? plainText(call, names);
  if (operator !== null) {
    const [left, right] = [0, 1].map((at) => find(changes, { kind: "argument", at }));
    return `${left ?? receiver ?? ""} ${operator} ${right ?? args[0]}`;
  }
  const changed = args.map((arg, at) => changedArgument(arg, at, changes));
  if (changed.includes(null)) return null;
  const self = find(changes, { kind: "self" }) ?? receiver;
  return `${self === null ? "" : `${asReceiver(self)}.`}${callee}(${changed.join(", ")})`;
}

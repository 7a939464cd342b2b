/**
 * Slices as text, such as `"1:3"` or `"..., ::2"`: Python's syntax of indices in brackets. The module imports nothing, because the kernel's compiler uses it
 * to check literals in cells.
 */

/** A range of a dimension, as Python's `start:stop:step`. */
export interface Range {
  readonly start?: number | null;
  readonly stop?: number | null;
  readonly step?: number | null;
}

/** An entry of the text: an integer, a range, all dimensions that are left, or a new dimension. `at` is its offset. */
export interface TextEntry {
  readonly value: number | Range | "..." | null;
  readonly at: number;
}

/** A part of the text that cannot be read, with its offset. */
export interface TextProblem {
  readonly message: string;
  readonly at: number;
}

const integer = /^[-+]?\d+$/;

/** Returns the offset of the first character that is not a space, from `at` on. */
const skipSpace = (text: string, at: number): number => at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);

/** Returns the problem with a part that should be an integer. */
function notAnInteger(part: string, at: number): TextProblem {
  if (/^[-+]?\d*\.\d*$/.test(part) && part.length > 1) return { message: `${part} is no integer`, at };
  const offset = /^[-+]?\d*/.exec(part)?.[0].length ?? 0;
  const rest = part.slice(offset);
  const name = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(rest)?.[0];
  if (name === "None" || name === "newaxis") return { message: `write null for a new dimension, not ${name}`, at };
  if (name !== undefined)
    return { message: `unexpected ${name}; a variable is inserted as in \`\${${name}}:\``, at: at + offset };
  return {
    message: rest === "" ? "a number is missing" : `unexpected ${JSON.stringify(/./su.exec(rest)?.[0])}`,
    at: at + offset,
  };
}

/** Reads an entry, given without surrounding space. */
function entryOf(text: string, at: number): TextEntry | TextProblem {
  if (text === "") return { message: 'an entry is missing; ":" is a whole dimension', at };
  if (text === "...") return { value: "...", at };
  if (text === "null") return { value: null, at };
  if (integer.test(text)) return { value: Number(text), at };
  if (!text.includes(":")) return notAnInteger(text, at);
  const parts: (number | null)[] = [];
  let from = 0;
  for (const piece of text.split(":")) {
    const [part, offset] = [piece.trim(), skipSpace(text, from)];
    if (parts.length === 3) return { message: "a range has at most two colons, start:stop:step", at: at + from - 1 };
    if (part !== "" && !integer.test(part)) return notAnInteger(part, at + offset);
    parts.push(part === "" ? null : Number(part));
    if (parts.length === 3 && parts[2] === 0) return { message: "a step must not be 0", at: at + offset };
    from += piece.length + 1;
  }
  const [start = null, stop = null, step = null] = parts;
  return { value: { start, stop, step }, at };
}

/** Returns the entries of a text, which are separated by commas, or the first problem. As in Python, a comma may follow the last entry. */
export function parseIndex(text: string): readonly TextEntry[] | TextProblem {
  const entries: TextEntry[] = [];
  const pieces = text.split(",");
  if (pieces.length > 1 && pieces[pieces.length - 1].trim() === "") pieces.pop();
  let from = 0;
  for (const piece of pieces) {
    const entry = entryOf(piece.trim(), piece.trim() === "" ? from : skipSpace(text, from));
    if ("message" in entry) return entry;
    if (entry.value === "..." && entries.some((e) => e.value === "..."))
      return { message: 'only one "..." may stand in an index', at: entry.at };
    entries.push(entry);
    from += piece.length + 1;
  }
  return entries;
}

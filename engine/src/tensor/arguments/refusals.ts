/** Texts of the errors for arguments that do not fit. */
import { ArgumentError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { isPlainObject } from "./compound-kinds.ts";
import { article, type Field, type Kind } from "./kinds.ts";

/** Returns a short description of an argument. */
export function describe(x: unknown): string {
  if (x === null || x === undefined || typeof x === "boolean" || typeof x === "number") return String(x);
  if (typeof x === "string") return x.length > 40 ? `a string of ${x.length} characters` : JSON.stringify(x);
  if (typeof x === "bigint") return `the BigInt ${x}n`;
  if (typeof x === "symbol") return "a symbol";
  if (typeof x === "function")
    return /^class\b/.test(Function.prototype.toString.call(x)) ? `the class ${x.name}` : "a function";
  if (x instanceof Tensor) return `a tensor of shape [${x.shape.join(", ")}]`;
  if (Array.isArray(x)) return x.length > 6 ? `an array of ${x.length}` : `[${x.map(describe).join(", ")}]`;
  if (isPlainObject(x))
    return Object.keys(x).length === 0
      ? "{}"
      : `{ ${Object.entries(x)
          .slice(0, 6)
          .map(([key, value]) => `${key}: ${isPlainObject(value) ? "{…}" : describe(value)}`)
          .join(", ")} }`;
  const { constructor } = x as { constructor?: unknown };
  return typeof constructor === "function" && constructor.name !== "" ? article(constructor.name) : "an object";
}

/** @throws ArgumentError when an options object has an unknown key, a value of another kind, or lacks a required key. */
export function checkOptions(
  op: string,
  known: ReadonlyMap<string, Field>,
  given: Readonly<Record<string, unknown>>,
): void {
  for (const [key, value] of Object.entries(given)) {
    const field = known.get(key);
    if (field === undefined) {
      const meant = nearest(key, [...known.keys()]);
      const hint = meant === null ? "" : `; did you mean "${meant}"?`;
      throw new ArgumentError(
        op,
        `no option is called "${key}"${hint === "" ? ";" : hint} there ${known.size === 1 ? "is" : "are"} ${[...known.keys()].join(", ")}`,
      );
    }
    if (field.kind.accepts(value) || (field.optional && value === undefined)) continue;
    throw new ArgumentError(op, `${key} must be ${field.kind.says}, but got ${describe(value)}`);
  }
  for (const [name, field] of known)
    if (!field.optional && !(name in given))
      throw new ArgumentError(op, `the option ${name} must be given: ${field.kind.says}`);
}

/** Returns whether `x` is a module, given where its parameters may be meant. */
const hasParameters = (x: unknown): boolean =>
  typeof x === "object" && x !== null && "parameters" in x && typeof x.parameters === "function";

const isClass = (x: unknown): x is { readonly name: string; readonly prototype: object } =>
  typeof x === "function" && /^class\b/.test(Function.prototype.toString.call(x));

const holdsNumbers = (x: unknown): boolean =>
  typeof x === "number" || typeof x === "boolean" || (Array.isArray(x) && x.length > 0 && x.every(holdsNumbers));

/**
 * Returns a hint on what to write instead of a value that is not of the kind; "" for none. `wrap` turns a value into one that the kind accepts or not, such as
 * an array for a rest parameter.
 */
export function advice(name: string, kind: Kind, value: unknown, wrap = (x: unknown): unknown => x): string {
  if (isClass(value)) return kind.accepts(wrap(value.prototype)) ? `; write new ${value.name}(…)` : "";
  if (hasParameters(value)) {
    if (kind.says.startsWith("a record of tensors")) return "; pass model.stateDict()";
    return kind.says.includes("array of tensors") ? "; pass model.parameters()" : "";
  }
  if (kind.fields !== undefined && ["number", "string", "boolean"].includes(typeof value)) {
    const [meant] = [...kind.fields].find(([, field]) => field.kind.accepts(value)) ?? [];
    if (meant !== undefined) return `; write { ${meant}: ${describe(value)} }`;
  }
  if (isPlainObject(value)) {
    const own = Object.entries(value).find(([key]) => plain(key) === plain(name))?.[1];
    return own !== undefined && kind.accepts(wrap(own)) ? `; write ${describe(own)}, without a name` : "";
  }
  if (value !== null && kind.accepted.tensor !== true && kind.accepts([value]))
    return "; put it into an array, as in [x]";
  if (kind.accepted.tensor === true && (holdsNumbers(value) || ArrayBuffer.isView(value)))
    return "; make a tensor of it with tensor(…)";
  return "";
}

/** Names of parameters in other libraries, without underscores, with the names here. */
const synonyms: ReadonlyMap<string, readonly string[]> = new Map([
  ["axis", ["dim"]],
  ["axes", ["dim", "dims"]],
  ["learningrate", ["lr"]],
  ["usebias", ["bias"]],
  ["indims", ["inAxes"]],
  ["outdims", ["outAxes"]],
  ["epsilon", ["eps"]],
  ["rate", ["p"]],
  ["strides", ["stride"]],
]);

const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** Returns the known name that was probably meant: in another style, of another library, or with few typing errors. `null` for none. */
export function nearest(name: string, known: readonly string[]): string | null {
  const others = synonyms.get(plain(name)) ?? [];
  const same = known.find((k) => plain(k) === plain(name) || others.includes(k));
  if (same !== undefined) return same;
  const [best] = known
    .map((k) => ({ k, distance: editDistance(plain(name), plain(k)) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.k.length / 3)) ? best.k : null;
}

/** Returns the number of insertions, deletions and replacements between two words (Levenshtein distance). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}

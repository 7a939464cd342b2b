/**
 * Names of the dimensions of an op's operands, and which of them must have one size. An op's record states both in its field `dims`, such as
 * `"input: ... rows columns=k; other: ... rows=k columns"`: dimensions with one key (the name, where no other is given) have one size. A key that is a number is the size itself, and dimensions with an empty key (`columns=`) are
 * not compared.
 */

/** One named dimension. Its size is multiplied by the number parameter `factor`, if there is one, before sizes with one key are compared. */
interface Dim {
  readonly label: string;
  readonly key: string;
  readonly factor: string | null;
}

/**
 * Any number of dimensions: `"broadcast"` (`...`) and `"equal"` (`..=`) are compared between operands, `"free"` (`..*`) are not, and of `"elements"` (`..#`) only the
 * number of elements counts. Those `"within"` another operand (`..<input`) are as many as its dimensions and no larger, and those that have it `"inside"` (`..>index`)
 * are no smaller.
 */
type Rest = "broadcast" | "equal" | "free" | "elements" | "within" | "inside";

/** One form of an operand. */
interface Pattern {
  readonly before: readonly Dim[];
  readonly rest: Rest | null;
  /** The parameter of the operand that limits the rest; empty for others. */
  readonly beside: string;
  /** The dimension of the rest at the position that a parameter states (`..*@dim:entries`), which has a name and is not compared with the rest. */
  readonly chosen: { readonly parameter: string; readonly dim: Dim } | null;
  readonly after: readonly Dim[];
}

/** The forms of each operand by the name of its parameter. */
export type DimRules = ReadonlyMap<string, readonly Pattern[]>;

const rests: Readonly<Record<string, Rest>> = {
  "...": "broadcast",
  "..=": "equal",
  "..*": "free",
  "..#": "elements",
  "..<": "within",
  "..>": "inside",
};

/** The rest of an operand: its comparison, the operand beside it, and the parameter and the name of a dimension. */
const restWord = /^(\.\.[.=*#<>])(\w*)(?:@(\w+):(.+))?$/;

function dimOf(text: string): Dim {
  const [label, rest = label] = text.split("=");
  const [key, factor = null] = rest.split("*");
  return { label: label.replaceAll("_", " "), key, factor };
}

function patternOf(text: string): Pattern {
  const words = text.trim().split(/\s+/);
  const at = words.findIndex((word) => restWord.test(word));
  const dims = (list: readonly string[]): Dim[] => list.filter((word) => word !== "." && word !== "").map(dimOf);
  if (at < 0) return { before: dims(words), rest: null, beside: "", chosen: null, after: [] };
  const [, rest, beside, parameter, name] = restWord.exec(words[at]) ?? [];
  const chosen = parameter === undefined ? null : { parameter, dim: dimOf(name) };
  return { before: dims(words.slice(0, at)), rest: rests[rest], beside, chosen, after: dims(words.slice(at + 1)) };
}

/** Reads the notation of an op's record. */
export function dimRules(notation: string): DimRules {
  return new Map(
    notation.split(";").map((part) => {
      const at = part.indexOf(":");
      const forms = part.slice(at + 1).split("|");
      return [part.slice(0, at).trim(), forms.map(patternOf)];
    }),
  );
}

/** A dimension of an operand with its name and the size that is compared. */
interface NamedDim {
  readonly dim: number;
  readonly label: string;
  readonly key: string;
  readonly size: number;
}

/** An operand whose dimensions have names. */
export interface NamedShape {
  readonly shape: readonly number[];
  readonly named: readonly NamedDim[];
  /** Positions of the dimensions of the rest, and how they are compared. */
  readonly rest: readonly number[];
  readonly comparison: Rest | null;
  /** The parameter of the operand that limits the rest; empty for others. */
  readonly beside: string;
  /** The position that a parameter states; `null` where there is none. */
  readonly chosen: number | null;
}

/** The numbers that a call gives for parameters. */
export interface CallNumbers {
  /** The factor of a size; 1 where the parameter has none. */
  readonly number: (name: string) => number;
  /** The position of a dimension; `null` where the parameter has none. */
  readonly position: (name: string) => number | null;
}

const fits = ({ before, rest, after }: Pattern, rank: number): boolean =>
  rest === null ? rank === before.length : rank >= before.length + after.length;

/** Returns the names of a shape's dimensions by the first form that has so many; `null` if none has. */
export function nameDims(forms: readonly Pattern[], shape: readonly number[], call: CallNumbers): NamedShape | null {
  const form = forms.find((f) => fits(f, shape.length));
  if (form === undefined) return null;
  const from = shape.length - form.after.length;
  const stated = form.chosen === null ? null : call.position(form.chosen.parameter);
  const chosen = stated === null ? null : stated + (stated < 0 ? shape.length : 0);
  const inRest = shape.map((_, dim) => dim).slice(form.before.length, from);
  const named = [
    ...form.before.map((d, i) => ({ d, dim: i })),
    ...form.after.map((d, i) => ({ d, dim: from + i })),
    ...inRest.flatMap((dim) => (dim === chosen && form.chosen !== null ? [{ d: form.chosen.dim, dim }] : [])),
  ].map(({ d: { label, key, factor }, dim }) => ({
    dim,
    label,
    key,
    size: shape[dim] * (factor === null ? 1 : call.number(factor)),
  }));
  const rest = form.rest === null ? [] : inRest.filter((dim) => dim !== chosen);
  return { shape, named, rest, comparison: form.rest, beside: form.beside, chosen };
}

/** Returns the numbers of dimensions that an operand may have, as text, with the names of the first form. */
export function ranksText(forms: readonly Pattern[]): string {
  const [first] = forms;
  const names = [...first.before, ...(first.rest === null ? [] : [{ label: "…" }]), ...first.after].map((d) => d.label);
  return `[${names.join(", ")}]`;
}

/** One dimension of one operand. */
export interface DimAt {
  readonly operand: number;
  readonly dim: number;
}

/** Two dimensions whose sizes do not agree. */
export interface Clash {
  readonly a: DimAt;
  readonly b: DimAt;
}

/** Returns the clashes of shapes that are broadcast: the dimensions aligned at the end that are unequal and not 1. */
export function broadcastClashes(
  shapes: readonly (readonly number[])[],
  dims: readonly (readonly number[])[] = shapes.map((s) => s.map((_, d) => d)),
): Clash[] {
  const clashes: Clash[] = [];
  const rank = Math.max(0, ...dims.map((d) => d.length));
  for (let back = 1; back <= rank; back++) {
    let first: DimAt | null = null;
    for (const [operand, shape] of shapes.entries()) {
      const dim = dims[operand].at(-back);
      if (dim === undefined || dims[operand].length < back || shape[dim] === 1) continue;
      if (first === null) first = { operand, dim };
      else if (shapes[first.operand][first.dim] !== shape[dim]) {
        clashes.push({ a: first, b: { operand, dim } });
        break;
      }
    }
  }
  return clashes;
}

/** Returns the clashes of shapes that must be equal, but for `except`: with the first shape. Shapes of another number of dimensions have none. */
export function equalClashes(
  shapes: readonly (readonly number[])[],
  dims: readonly (readonly number[])[] = shapes.map((s) => s.map((_, d) => d)),
  except = -1,
): Clash[] {
  return shapes.flatMap((shape, operand): Clash[] => {
    if (operand === 0 || dims[operand].length !== dims[0].length) return [];
    return dims[operand].flatMap((dim, i) =>
      i !== except && shape[dim] !== shapes[0][dims[0][i]]
        ? [{ a: { operand: 0, dim: dims[0][i] }, b: { operand, dim } }]
        : [],
    );
  });
}

/** Whether a key is the size of its dimension. */
export const isSize = (key: string): boolean => /^\d+$/.test(key);

/** Returns the clashes of operands with named dimensions: sizes of one key that differ, and rests that do not agree. */
export function namedClashes(shapes: readonly (NamedShape | null)[]): Clash[] {
  const first = new Map<string, DimAt & { readonly size: number }>();
  const clashes: Clash[] = [];
  for (const [operand, s] of shapes.entries())
    for (const { dim, key, size } of s?.named ?? []) {
      if (key === "" || isSize(key)) continue;
      const known = first.get(key);
      if (known === undefined) first.set(key, { operand, dim, size });
      else if (known.size !== size)
        clashes.push({ a: { operand: known.operand, dim: known.dim }, b: { operand, dim } });
    }
  for (const comparison of ["broadcast", "equal"] as const) {
    const at = shapes.flatMap((s, operand) => (s?.comparison === comparison ? [operand] : []));
    if (at.length < 2) continue;
    const list = at.map((operand) => (shapes[operand] as NamedShape).shape);
    const dims = at.map((operand) => (shapes[operand] as NamedShape).rest);
    const found = comparison === "equal" ? equalClashes(list, dims) : broadcastClashes(list, dims);
    for (const { a, b } of found)
      clashes.push({ a: { ...a, operand: at[a.operand] }, b: { ...b, operand: at[b.operand] } });
  }
  return clashes;
}

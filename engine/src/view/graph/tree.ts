/** The tree behind the node-link graph of a tape: scopes with what is inside of them, repeated blocks in folds, and long lists in groups. */
import type { TapeData } from "../../protocol/index.ts";
import { foldRepeats } from "./folds.ts";

/** A part of the graph: an operation, or a container that opens. */
export interface GraphItem {
  /** Names the item as long as the tape is the same. */
  readonly key: string;
  /**
   * An operation, a scope, a fold of repeated blocks (`block × 12`), one of the blocks of several items in a fold, or a group of many items in the order of recording.
   */
  readonly kind: "op" | "scope" | "fold" | "block" | "group";
  readonly name: string;
  /** Rows inside, in ascending order; of an operation, its own. */
  readonly rows: readonly number[];
  readonly children: readonly GraphItem[];
}

/** Items of a container from which they are grouped, and the number of groups. */
const maxChildren = 60;
const groups = 30;

/** Returns the items of a tape at the top level. */
export function graphTree(tape: TapeData): GraphItem[] {
  return grouped(foldRepeats(tape, scopeItems(tape)), "");
}

/** A scope while its tree is built. */
interface OpenScope {
  readonly scope: number;
  readonly items: (OpenScope | number)[];
}

/** Returns the operations in the scopes that they were recorded in, each scope once, at the place of its first operation. */
function scopeItems(tape: TapeData): GraphItem[] {
  const root: OpenScope = { scope: -1, items: [] };
  const open = new Map<number, OpenScope>([[-1, root]]);
  const enter = (scope: number): OpenScope => {
    const known = open.get(scope);
    if (known !== undefined) return known;
    const made: OpenScope = { scope, items: [] };
    open.set(scope, made);
    enter(tape.scopes.parent[scope] ?? -1).items.push(made);
    return made;
  };
  tape.rows.scope.forEach((scope, row) => enter(scope).items.push(row));
  const close = (item: OpenScope | number): GraphItem => {
    if (typeof item === "number") return opItem(tape, item);
    const children = foldRepeats(tape, item.items.map(close));
    const name = scopeTitle(tape, item.scope);
    const [only] = children;
    // a scope around a single operation adds nothing but its name
    if (children.length === 1 && only.kind === "op")
      return { ...only, name: `${only.name} ${tape.scopes.name[item.scope]}` };
    const key = `s${item.scope}`;
    const rows = children.flatMap((c) => c.rows).sort((a, b) => a - b);
    return { key, kind: "scope", name, rows, children: grouped(children, key) };
  };
  return root.items.map(close);
}

/** Returns the name of a scope; one that is only a number, as in a list of modules, after the class of its module. */
function scopeTitle({ scopes }: TapeData, scope: number): string {
  const name = scopes.name[scope];
  const type = scopes.type?.[scope] ?? "";
  return type !== "" && /^\d+$/.test(name) ? `${type} ${name}` : name;
}

const opItem = (tape: TapeData, row: number): GraphItem => ({
  key: `r${row}`,
  kind: "op",
  name: tape.ops.name[tape.rows.op[row]],
  rows: [row],
  children: [],
});

/** Puts many items into groups, in the order of recording; groups of many items are grouped again. */
function grouped(items: readonly GraphItem[], parent: string): GraphItem[] {
  if (items.length <= maxChildren) return [...items];
  const size = Math.ceil(items.length / groups);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i): GraphItem => {
    const part = items.slice(i * size, (i + 1) * size);
    const rows = part.flatMap((item) => item.rows).sort((a, b) => a - b);
    const key = `${parent}g${i}`;
    return {
      key,
      kind: "group",
      name: `rows ${rows[0] + 1}–${rows[rows.length - 1] + 1}`,
      rows,
      children: grouped(part, key),
    };
  });
}

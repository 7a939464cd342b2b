/** Finds which variables, modules, optimizers, closures and graphs refer to which storages, by walking from variables. */
import { Module } from "../../nn/base/module.ts";
import { Optimizer } from "../../optim/optimizer.ts";
import { type Hidden, type HiddenReader, withHiddenReader } from "../../platform/hidden.ts";
import type { HolderKind } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import { reachable } from "../../tape/graph/reachable.ts";
import type { Scope } from "../../tape/graph/scope.ts";
import { isParameter } from "../../tensor/parameter.ts";
import type { PendingSite } from "../../tensor/site.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import { peekGrad, Tensor, viewInfoOf } from "../../tensor/tensor.ts";
import { declarationOf } from "../shared/declarations.ts";
import { hostVariables, type Variables } from "../shared/naming.ts";

/** A reference to a storage. */
export interface Holder {
  readonly kind: HolderKind;
  /** The way from a variable, such as `model.layers[2].weight`. */
  readonly path: string;
  /** For a graph: the scope of the op that saved the tensor. */
  readonly scope: Scope | null;
  /** The line that called this op, or else the line that declared the variable. */
  readonly site: PendingSite | null;
}

/** Objects that are visited at most, and those of which hidden values are read. */
const maxObjects = 200_000;
const maxHidden = 3000;
/** Holders that are noted of one storage. */
const maxHolders = 16;

interface Found {
  readonly value: unknown;
  readonly path: string;
  readonly kind: HolderKind;
  /** The line that declared the variable at the beginning of the way. */
  readonly site: PendingSite | null;
}

/** Whether a value is the namespace of a module, which is no data of the program. */
const isNamespace = (value: object): boolean => Object.prototype.toString.call(value) === "[object Module]";

/** Returns the line that declared the variable of a value, where the host knows it. */
function declaringSite(value: unknown): PendingSite | null {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return null;
  const declaration = declarationOf(value);
  return declaration === null ? null : { resolve: () => declaration.site };
}

/** Holders by storage, the shortest way first. */
export type Holders = ReadonlyMap<Storage, readonly Holder[]>;

/** Walks from the variables of the host and from `roots`. */
export function findHolders(roots: Variables = {}): Holders {
  return withHiddenReader((reader) => new Walk(reader).from({ ...hostVariables(), ...roots }));
}

/** A walk in order of distance, so that the first way to an object is a shortest one. */
class Walk {
  readonly #reader: HiddenReader | null;
  readonly #holders = new Map<Storage, Holder[]>();
  readonly #seen = new Set<unknown>();
  readonly #nodes = new Set<Node>();
  readonly #queue: Found[] = [];
  #hidden = 0;

  constructor(reader: HiddenReader | null) {
    this.#reader = reader;
  }

  from(roots: Variables): Holders {
    this.#seen.add(hostVariables());
    this.#seen.add(globalThis);
    for (const [name, value] of Object.entries(roots))
      this.#found({ value, path: name, kind: "variable", site: declaringSite(value) });
    for (let i = 0; i < this.#queue.length && i < maxObjects; i++) this.#visit(this.#queue[i]);
    return this.#holders;
  }

  /** Notes a value that was found. A tensor is noted for each way to it; other objects are entered once. */
  #found(found: Found): void {
    const { value } = found;
    if (value instanceof Tensor) {
      // the prototype of a class of tensors, which closures lead to, is none
      if (!Object.hasOwn(value, "storage")) return;
      this.#note(value, found);
      if (!this.#seen.has(value)) this.#queue.push(found);
    } else if ((typeof value === "object" && value !== null) || typeof value === "function") {
      if (this.#seen.has(value) || isNamespace(value)) return;
      this.#queue.push(found);
    } else return;
    this.#seen.add(value);
  }

  #note(t: Tensor, { kind, path, site }: Omit<Found, "value">, scope: Scope | null = null): void {
    const known = this.#holders.get(t.storage);
    const holder = { kind: kind === "variable" && isParameter(t) ? "parameter" : kind, path, scope, site } as const;
    if (known === undefined) this.#holders.set(t.storage, [holder]);
    else if (known.length < maxHolders && !known.some((h) => h.path === path)) known.push(holder);
  }

  #visit(found: Found): void {
    const { value } = found;
    if (value instanceof Tensor) this.#visitTensor(value, found);
    else if (value instanceof Map || value instanceof Set) this.#visitCollection(value, found);
    else if (Array.isArray(value)) value.forEach((part, i) => this.#enter(found, `[${i}]`, part));
    else if (!ArrayBuffer.isView(value)) this.#visitObject(value as object, found);
  }

  /** Notes a part of a value, at the end of the way to the value. */
  #enter(outer: Found, step: string, value: unknown, kind: HolderKind = outer.kind): void {
    this.#found({ value, path: outer.path + step, kind, site: outer.site });
  }

  #visitTensor(t: Tensor, found: Found): void {
    const { path, site } = found;
    const gradient = peekGrad(t);
    if (gradient !== null) this.#note(gradient, { kind: "gradient", path: `${path}.grad`, site });
    const base = viewInfoOf(t)?.base;
    if (base !== undefined) this.#enter(found, " (a view)", base, "variable");
    if (t.gradFn !== null) this.#visitGraph(t.gradFn, path);
  }

  /** Notes the saved and the watched tensors of the nodes that a tensor leads to. */
  #visitGraph(root: Node, path: string): void {
    for (const node of reachable([root], (n) => !this.#nodes.has(n))) {
      this.#nodes.add(node);
      const { watched, scope } = node;
      const way = { path: `${path} → ${node.op.name}`, site: watched?.site ?? null };
      for (const { tensor } of node.savedTensors()) this.#note(tensor, { ...way, kind: "graph" }, scope);
      if (watched === null) continue;
      const { inputs, outputs, cotangents, contributions } = watched;
      const kept = [...inputs, ...outputs, ...(cotangents ?? []), ...(contributions ?? [])];
      for (const t of kept) if (t !== null) this.#note(t, { ...way, kind: "view" }, scope);
    }
  }

  #visitCollection(value: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>, found: Found): void {
    let i = 0;
    for (const [key, part] of value.entries()) {
      const name = typeof key === "string" || typeof key === "number" ? JSON.stringify(key) : String(i);
      if (value instanceof Map) this.#enter(found, `.keys()[${i}]`, key);
      this.#enter(found, value instanceof Map ? `.get(${name})` : `[${i}]`, part);
      i++;
    }
  }

  /** Visits the fields of an object, the private fields of an instance, and the variables that a function has captured. */
  #visitObject(object: object, found: Found): void {
    const inside = object instanceof Optimizer ? "optimizer" : object instanceof Module ? "buffer" : found.kind;
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      // the forward of a module is a closure of the engine
      if (typeof value === "function" && object instanceof Module) continue;
      const isParameters = object instanceof Optimizer && key === "parameters";
      const kind = isParameters || (value instanceof Tensor && isParameter(value)) ? "parameter" : inside;
      this.#enter(found, /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`, value, kind);
    }
    for (const { name, value, kind } of this.#hiddenIn(object))
      if (kind === "captured") this.#enter(found, ` (captures ${name})`, value, "closure");
      else this.#enter(found, `.${name}`, value, object instanceof Module ? "variable" : inside);
  }

  #hiddenIn(object: object): readonly Hidden[] {
    const isOwn = typeof object === "function" || Object.getPrototypeOf(object) !== Object.prototype;
    if (this.#reader === null || !isOwn || this.#hidden >= maxHidden) return [];
    this.#hidden++;
    return this.#reader.hiddenIn(object);
  }
}

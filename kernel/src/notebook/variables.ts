/** The notebook's variables, told to panels that are open; while none is, nothing is done. */
import { nn, Tensor } from "tapelab";
import { type VariableData, variablesTarget } from "tapelab/view";
import type { Comm, CommManager } from "../main/frontend/comms.ts";
import { inspected } from "../main/values/inspect.ts";
import { isStale } from "../main/values/stale.ts";

const maxVariables = 500;
const maxText = 80;

/** Names that the compiler adds. */
const added = /^(\$tapelabLast|__esModule)$/;

const characters = new Intl.Segmenter();

/** The text, or as much of it as fits, cut between two characters as a person sees them. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // no more than can be needed: a text may be long
  const begin = text.slice(0, 16 * most);
  const kept = Array.from(characters.segment(begin), (c) => c.segment);
  if (begin.length < text.length) kept.pop();
  return kept.length <= most && begin.length === text.length ? text : `${kept.slice(0, most - 1).join("")}…`;
}

function oneLine(value: unknown): string {
  if (typeof value === "string") {
    const begin = shortened(value, maxText);
    return begin === value ? inspected(value) : `${inspected(begin)} length ${value.length.toLocaleString("en")}`;
  }
  const text = inspected(value, {
    depth: 1,
    maxArrayLength: 8,
    maxStringLength: maxText,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return shortened(text.replaceAll(/\s+/g, " "), maxText);
}

/** Sizes of nested arrays, as long as the first of each goes on. */
function shapeOf(array: readonly unknown[]): number[] {
  const [first] = array;
  return [array.length, ...(Array.isArray(first) ? shapeOf(first) : [])];
}

/** The only element, in the digits that its dtype has. */
function shownItem(x: Tensor): unknown {
  const item: unknown = x.item();
  return typeof item === "number" && x.dtype === "float32" ? Number(item.toPrecision(7)) : item;
}

function describe(name: string, value: unknown): VariableData {
  const plain = { name, shape: null, bytes: null };
  if (typeof value !== "object" || value === null)
    return {
      ...plain,
      type: value === null ? "null" : typeof value,
      bytes: typeof value === "string" ? 2 * value.length : null,
      value: oneLine(value),
    };
  const type = value.constructor?.name || "Object";
  if (value instanceof Tensor) {
    const { shape, nbytes } = value;
    const item = value.numel() === 1 ? oneLine(shownItem(value)) : value.requiresGrad ? "requires grad" : "";
    return { ...plain, type: `${type} ${value.dtype}`, shape, bytes: nbytes, value: item };
  }
  if (value instanceof nn.Module) {
    const parameters = [...value.parameters()];
    const bytes = parameters.reduce((sum, p) => sum + p.nbytes, 0);
    const count = parameters.reduce((sum, p) => sum + p.numel(), 0);
    return { ...plain, type, bytes, value: `${count.toLocaleString("en")} parameters` };
  }
  const shown = { ...plain, type, value: oneLine(value) };
  if (Array.isArray(value)) return { ...shown, shape: shapeOf(value) };
  if (ArrayBuffer.isView(value))
    return { ...shown, bytes: value.byteLength, shape: "length" in value ? [Number(value.length)] : null };
  return shown;
}

/** `import * as name`: a module, or what the compiler makes of one that is not ESM: accessors beside a `default`. */
function isNamespace(value: object): boolean {
  if (Object.prototype.toString.call(value) === "[object Module]") return true;
  if (!Object.hasOwn(value, "default")) return false;
  const { default: _, ...others } = Object.getOwnPropertyDescriptors(value);
  return Object.values(others).every(({ get }) => get !== undefined);
}

/** Something that a person thinks of as a value: no function, class or imported module. */
const isValue = (value: unknown): boolean =>
  value !== undefined &&
  typeof value !== "function" &&
  (typeof value !== "object" || value === null || !isNamespace(value));

export class Variables {
  readonly #locals: Readonly<Record<string, unknown>>;
  readonly #open = new Set<Comm>();

  constructor(comms: CommManager, locals: Readonly<Record<string, unknown>>) {
    this.#locals = locals;
    comms.on(variablesTarget, (comm) => {
      this.#open.add(comm);
      comm.onClose(() => this.#open.delete(comm));
      this.#tell([comm]);
    });
  }

  /** To be called when a cell has run. */
  changed(): void {
    this.#tell([...this.#open]);
  }

  #tell(comms: readonly Comm[]): void {
    if (comms.length === 0) return;
    const variables = Object.entries(this.#locals)
      .filter(([name, value]) => !added.test(name) && isValue(value))
      .slice(0, maxVariables)
      .map(([name, value]) => {
        const described = describe(name, value);
        return isStale(value, this.#locals)
          ? { ...described, type: `${described.type} (earlier definition)` }
          : described;
      });
    for (const comm of comms) comm.send({ variables });
  }
}

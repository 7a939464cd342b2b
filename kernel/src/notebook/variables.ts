/** Sends the notebook's variables to the open variables panels of the front end; does nothing while none is open. */
import { nn, Tensor } from "tapelab";
import { type VariableData, variablesTarget } from "tapelab/view";
import type { Comm, CommManager } from "../main/frontend/comms.ts";
import { isListed } from "../main/values/listed.ts";
import { isStale } from "../main/values/stale-objects.ts";
import { oneLine } from "../main/values/summary.ts";

const maxVariables = 500;

/** Returns the sizes of nested arrays, following the first element of each. */
function shapeOf(array: readonly unknown[]): number[] {
  const [first] = array;
  return [array.length, ...(Array.isArray(first) ? shapeOf(first) : [])];
}

/** Returns the only element of a tensor, rounded to the precision of its dtype. */
function roundedItem(x: Tensor): unknown {
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
    const item = value.numel() === 1 ? oneLine(roundedItem(value)) : value.requiresGrad ? "requires grad" : "";
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

/** The open variables panels. */
export class VariablesPanel {
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #open = new Set<Comm>();

  constructor(comms: CommManager, variables: Readonly<Record<string, unknown>>) {
    this.#variables = variables;
    comms.on(variablesTarget, (comm) => {
      this.#open.add(comm);
      comm.onClose(() => this.#open.delete(comm));
      this.#send([comm]);
    });
  }

  /** Sends the variables again, after a cell has run. */
  refresh(): void {
    this.#send([...this.#open]);
  }

  #send(comms: readonly Comm[]): void {
    if (comms.length === 0) return;
    const variables = Object.entries(this.#variables)
      .filter(([name, value]) => isListed(name, value))
      .slice(0, maxVariables)
      .map(([name, value]) => {
        const described = describe(name, value);
        return isStale(value, this.#variables)
          ? { ...described, type: `${described.type} (earlier definition)` }
          : described;
      });
    for (const comm of comms) comm.send({ variables });
  }
}

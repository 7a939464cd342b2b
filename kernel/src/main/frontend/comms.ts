/** Comms: pairs of an object in the kernel and one in the front end that send each other messages. */
import { randomUUID } from "node:crypto";
import type { CommMessage, Header, MainToWire } from "../../shared/messages.ts";
import { Life } from "../ownership/cancel-scope.ts";
import { currentOwner, type OutputOwner, owned } from "../ownership/owner.ts";
import { jsonObject } from "../values/json.ts";

/** What came. */
export interface CommEvent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

export interface CommOptions {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly Uint8Array[];
}

type Listener = (event: CommEvent) => unknown;
type Data = Readonly<Record<string, unknown>>;

type Identity = Pick<CommMessage["content"], "comm_id" | "target_name">;

/** The bytes alone, as a message would carry all of the memory that a view lies in. */
function copyOf(buffer: unknown): Uint8Array {
  if (buffer instanceof ArrayBuffer || buffer instanceof SharedArrayBuffer) return new Uint8Array(buffer).slice();
  if (ArrayBuffer.isView(buffer))
    return Uint8Array.from(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
  throw new TypeError(`Comm: expected buffers to be typed arrays, but got ${typeof buffer}`);
}

export class Comm {
  readonly id: string;
  readonly target: string;
  readonly #send: (type: CommMessage["type"], data: Data, options: CommOptions) => void;
  readonly #listeners: Listener[] = [];
  readonly #closers: Listener[] = [];
  #open = true;

  constructor(id: string, target: string, send: (type: CommMessage["type"], data: Data, options: CommOptions) => void) {
    this.id = id;
    this.target = target;
    this.#send = send;
  }

  /** Whether neither side has closed it. */
  get isOpen(): boolean {
    return this.#open;
  }

  send(data: Data, options: CommOptions = {}): void {
    if (!this.#open) throw new Error(`Comm: "${this.target}" is closed`);
    this.#send("comm_msg", data, options);
  }

  close(data: Data = {}, options: CommOptions = {}): void {
    if (!this.#open) return;
    this.#send("comm_close", data, options);
    this.#open = false;
  }

  /** Calls `listener` for each message of the other side. */
  onMessage(listener: Listener): this {
    this.#listeners.push(listener);
    return this;
  }

  /** Calls `listener` when the other side closes. */
  onClose(listener: Listener): this {
    this.#closers.push(listener);
    return this;
  }

  /** A message of the other side. */
  receive(type: CommMessage["type"], event: CommEvent): void {
    if (type === "comm_close") this.#open = false;
    for (const listener of type === "comm_close" ? this.#closers : this.#listeners) listener(event);
  }
}

export class CommManager {
  readonly #wire: (message: MainToWire) => void;
  readonly #open = new Map<string, Comm>();
  readonly #targets = new Map<string, (comm: Comm, event: CommEvent) => unknown>();

  constructor(wire: (message: MainToWire) => void) {
    this.#wire = wire;
  }

  #post(type: CommMessage["type"], identity: Identity, data: Data, { metadata = {}, buffers = [] }: CommOptions): void {
    const message: CommMessage = {
      type,
      content: { ...identity, data: jsonObject("Comm", data, "data") },
      metadata: jsonObject("Comm", metadata, "metadata"),
      buffers: Array.from(buffers, copyOf),
    };
    this.#wire({ kind: "comm", parent: currentOwner()?.parent ?? null, message });
  }

  #make(id: string, target: string): Comm {
    const comm = new Comm(id, target, (type, data, options) => {
      this.#post(type, { comm_id: id }, data, options);
      if (type === "comm_close") this.#open.delete(id);
    });
    this.#open.set(id, comm);
    return comm;
  }

  /** Opens a comm to a target of the front end. */
  create = (target: string, data: Data = {}, options: CommOptions = {}): Comm => {
    if (typeof target !== "string") throw new TypeError("createComm: expected the target to be a string");
    const id = randomUUID().replaceAll("-", "");
    this.#post("comm_open", { comm_id: id, target_name: target }, data, options);
    return this.#make(id, target);
  };

  /** Calls `opened` for each comm that the front end opens to the target. */
  on = (target: string, opened: (comm: Comm, event: CommEvent) => unknown): void => {
    this.#targets.set(target, opened);
  };

  /** A message of the front end; what its handler prints belongs to it. */
  receive(parent: Header, { type, content, metadata, buffers }: CommMessage): void {
    const owner: OutputOwner = { parent, silent: false, life: new Life(), muted: false, pending: [] };
    const event: CommEvent = { data: content.data, metadata, buffers };
    owned(owner, () => {
      if (type !== "comm_open") {
        const comm = this.#open.get(content.comm_id);
        if (type === "comm_close") this.#open.delete(content.comm_id);
        comm?.receive(type, event);
        return;
      }
      const opened = this.#targets.get(content.target_name ?? "");
      if (opened === undefined) this.#post("comm_close", { comm_id: content.comm_id }, {}, {});
      else opened(this.#make(content.comm_id, content.target_name ?? ""), event);
    });
  }
}

/** Comms: connections between an object in the kernel and one in the front end, over which both send messages. */
import { randomUUID } from "node:crypto";
import type { CommMessage, Header } from "../../shared/jupyter.ts";
import type { MainToWire } from "../../shared/messages.ts";
import { CancelScope } from "../execution/cancel-scope.ts";
import { currentExecution, type Execution, runIn } from "../execution/execution.ts";
import { jsonObject } from "../values/json.ts";

/** A message that the front end has sent. */
export interface CommEvent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** Optional parts of a message to the front end. */
export interface CommOptions {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly Uint8Array[];
}

type Listener = (event: CommEvent) => unknown;
type Data = Readonly<Record<string, unknown>>;

type Identity = Pick<CommMessage["content"], "comm_id" | "target_name">;

/** Copies the bytes of a buffer; posting a view would copy all of the memory that it is a view of. */
function copyOf(buffer: unknown): Uint8Array {
  if (buffer instanceof ArrayBuffer || buffer instanceof SharedArrayBuffer) return new Uint8Array(buffer).slice();
  if (ArrayBuffer.isView(buffer))
    return Uint8Array.from(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
  throw new TypeError(`Comm: expected buffers to be typed arrays, but got ${typeof buffer}`);
}

/** One end of a connection. */
export class Comm {
  readonly id: string;
  readonly target: string;
  readonly #send: (type: CommMessage["type"], data: Data, options: CommOptions) => void;
  readonly #listeners: Listener[] = [];
  readonly #closeListeners: Listener[] = [];
  #isOpen = true;

  constructor(id: string, target: string, send: (type: CommMessage["type"], data: Data, options: CommOptions) => void) {
    this.id = id;
    this.target = target;
    this.#send = send;
  }

  /** Whether neither end has closed the connection. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends a message to the front end. */
  send(data: Data, options: CommOptions = {}): void {
    if (!this.#isOpen) throw new Error(`Comm: "${this.target}" is closed`);
    this.#send("comm_msg", data, options);
  }

  /** Closes the connection, with a last message. */
  close(data: Data = {}, options: CommOptions = {}): void {
    if (!this.#isOpen) return;
    this.#send("comm_close", data, options);
    this.#isOpen = false;
  }

  /** Calls `listener` for each message from the front end. */
  onMessage(listener: Listener): this {
    this.#listeners.push(listener);
    return this;
  }

  /** Calls `listener` when the front end closes the connection. */
  onClose(listener: Listener): this {
    this.#closeListeners.push(listener);
    return this;
  }

  /** Delivers a message from the front end to the listeners. */
  receive(type: CommMessage["type"], event: CommEvent): void {
    if (type === "comm_close") this.#isOpen = false;
    for (const listener of type === "comm_close" ? this.#closeListeners : this.#listeners) listener(event);
  }
}

/** All open comms, and the targets that the front end can open comms to. */
export class CommManager {
  readonly #wire: (message: MainToWire) => void;
  readonly #comms = new Map<string, Comm>();
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
    this.#wire({ kind: "comm", parent: currentExecution()?.parent ?? null, message });
  }

  #open(id: string, target: string): Comm {
    const comm = new Comm(id, target, (type, data, options) => {
      this.#post(type, { comm_id: id }, data, options);
      if (type === "comm_close") this.#comms.delete(id);
    });
    this.#comms.set(id, comm);
    return comm;
  }

  /** Opens a comm to a target in the front end. */
  create = (target: string, data: Data = {}, options: CommOptions = {}): Comm => {
    if (typeof target !== "string") throw new TypeError("createComm: expected the target to be a string");
    const id = randomUUID().replaceAll("-", "");
    this.#post("comm_open", { comm_id: id, target_name: target }, data, options);
    return this.#open(id, target);
  };

  /** Calls `opened` for each comm that the front end opens to the target. */
  on = (target: string, opened: (comm: Comm, event: CommEvent) => unknown): void => {
    this.#targets.set(target, opened);
  };

  /** Delivers a message from the front end; output of its handlers has the message as its parent. */
  receive(parent: Header, { type, content, metadata, buffers }: CommMessage): void {
    const execution: Execution = { parent, silent: false, scope: new CancelScope(), muted: false, pending: [] };
    const event: CommEvent = { data: content.data, metadata, buffers };
    runIn(execution, () => {
      if (type !== "comm_open") {
        const comm = this.#comms.get(content.comm_id);
        if (type === "comm_close") this.#comms.delete(content.comm_id);
        comm?.receive(type, event);
        return;
      }
      const opened = this.#targets.get(content.target_name ?? "");
      if (opened === undefined) this.#post("comm_close", { comm_id: content.comm_id }, {}, {});
      else opened(this.#open(content.comm_id, content.target_name ?? ""), event);
    });
  }
}

/** Comms: connections between the kernel and the front end. */

/** A message that the front end has sent over a comm. */
interface CommEvent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Binary data of the message. */
  readonly buffers: readonly Uint8Array[];
}

/** Optional parts of a message over a comm. */
interface CommOptions {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly Uint8Array[];
}

/** The kernel's end of a connection to the front end. */
interface Comm {
  readonly id: string;
  readonly target: string;
  /** Whether neither end has closed the connection. */
  readonly isOpen: boolean;
  /** Sends a message to the front end. */
  send(data: Readonly<Record<string, unknown>>, options?: CommOptions): void;
  /** Closes the connection, with a last message. */
  close(data?: Readonly<Record<string, unknown>>, options?: CommOptions): void;
  /** Calls `listener` for each message from the front end. */
  onMessage(listener: (event: CommEvent) => unknown): this;
  /** Calls `listener` when the front end closes the connection. */
  onClose(listener: (event: CommEvent) => unknown): this;
}

/** Opens a comm to a target in the front end. */
declare function createComm(target: string, data?: Readonly<Record<string, unknown>>, options?: CommOptions): Comm;

/** Calls `opened` for each comm that the front end opens to a target. */
declare function onComm(target: string, opened: (comm: Comm, event: CommEvent) => unknown): void;

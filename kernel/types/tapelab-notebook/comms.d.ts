/** Connections to the front end. */

/** What came from the other side of a comm. */
interface CommEvent {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Binary parts, as they were sent. */
  readonly buffers: readonly Uint8Array[];
}

/** What a message of a comm may carry besides its data. */
interface CommOptions {
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly buffers?: readonly Uint8Array[];
}

/** One end of a connection between the kernel and the front end. */
interface Comm {
  readonly id: string;
  readonly target: string;
  /** Whether neither side has closed it. */
  readonly isOpen: boolean;
  send(data: Readonly<Record<string, unknown>>, options?: CommOptions): void;
  close(data?: Readonly<Record<string, unknown>>, options?: CommOptions): void;
  onMessage(listener: (event: CommEvent) => unknown): this;
  onClose(listener: (event: CommEvent) => unknown): this;
}

/** Opens a comm to a target of the front end. */
declare function createComm(target: string, data?: Readonly<Record<string, unknown>>, options?: CommOptions): Comm;

/** Calls `opened` for each comm that the front end opens to the target. */
declare function onComm(target: string, opened: (comm: Comm, event: CommEvent) => unknown): void;

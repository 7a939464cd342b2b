/** The five ZeroMQ sockets of a kernel. */
import { readFileSync } from "node:fs";
import { Publisher, Reply, Router } from "zeromq";

/** The connection file that Jupyter writes. */
export interface Connection {
  readonly ip: string;
  readonly transport: string;
  readonly key: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly iopub_port: number;
  readonly hb_port: number;
}

type Frames = readonly (Buffer | string)[];
type SendSocket = { send(frames: (Buffer | string)[]): Promise<void> };

/** A queue in front of a socket, because zeromq refuses a send before the previous one has finished. */
export class Outbox {
  readonly #socket: SendSocket;
  #last: Promise<void> = Promise.resolve();
  constructor(socket: SendSocket) {
    this.#socket = socket;
  }

  /** Queues a message. */
  send(frames: Frames): void {
    this.#last = this.#last.then(() => this.#socket.send([...frames])).catch(() => {});
  }

  /** Resolves when all queued messages have been sent. */
  drained(): Promise<void> {
    return this.#last;
  }
}

/** Reads a connection file. */
export const readConnection = (file: string): Connection => JSON.parse(readFileSync(file, "utf8")) as Connection;

/** Binds all sockets, and answers heartbeats. */
export async function bind(connection: Connection): Promise<{
  readonly shell: Router;
  readonly control: Router;
  readonly stdin: Router;
  readonly iopub: Publisher;
  readonly close: () => void;
}> {
  const { ip, transport } = connection;
  const address = (port: number): string =>
    transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
  const shell = new Router();
  const control = new Router();
  const stdin = new Router();
  const iopub = new Publisher({ sendHighWaterMark: 0 });
  const heartbeat = new Reply();
  await Promise.all([
    shell.bind(address(connection.shell_port)),
    control.bind(address(connection.control_port)),
    stdin.bind(address(connection.stdin_port)),
    iopub.bind(address(connection.iopub_port)),
    heartbeat.bind(address(connection.hb_port)),
  ]);
  void receiveAll(heartbeat, (frames) => heartbeat.send(frames));
  const close = (): void => {
    for (const socket of [shell, control, stdin, iopub, heartbeat]) socket.close();
  };
  return { shell, control, stdin, iopub, close };
}

/** Passes each message to `handle` until the socket is closed. `receive` rejects for a malformed message, which the socket drops. */
export async function receiveAll(socket: Router | Reply, handle: (frames: Buffer[]) => unknown): Promise<void> {
  while (!socket.closed)
    try {
      await handle(await socket.receive());
    } catch (error) {
      if (!socket.closed) process.stderr.write(`${String(error)}\n`);
    }
}

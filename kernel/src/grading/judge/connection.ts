/* oxlint-disable typescript/no-unnecessary-type-conversion -- values of a submission may be of any type, whatever is declared */
/** The connection to one sandbox: requests, replies, and callbacks of the submission. */
import * as engine from "tapelab";
import { Leaves } from "../wire/leaves.ts";
import type { Reply, Request, Tagged, Wire } from "../wire/messages.ts";
import { type Handles, Values, Writer } from "../wire/values.ts";
import { SandboxEnded, type SandboxProcess } from "./process.ts";

type AnyTensor = engine.Tensor;
type AnyFunction = (...args: unknown[]) => unknown;

/** Is notified of calls: before each, and when one ends the sandbox. */
export interface CallWatch {
  readonly before: (name: string) => void;
  readonly ended: (name: string, message: string) => void;
}

/** A reply was not well formed. */
class Malformed extends Error {}

/** The error for a value that the submission threw. */
class Thrown extends Error {
  readonly value: unknown;
  constructor(value: unknown) {
    super("the submission threw");
    this.value = value;
  }
}

/** Makes the request of a call with arguments. */
export type RequestMaker = (encode: (value: unknown) => Wire, args: readonly unknown[], grad: boolean) => Request;

/** The reply to a call, and the tensors in it that depend on a tape. */
export interface Call {
  readonly reply: Reply & { readonly kind: "value" };
  readonly bytes: Uint8Array;
  readonly value: unknown;
  readonly recorded: readonly { readonly tensor: AnyTensor; readonly record: number; readonly output: number }[];
}

/** The sandbox that a connection is to, and what both sides share. */
export interface ConnectionSettings {
  readonly process: SandboxProcess;
  /** Returns the seconds that a call may take now. */
  readonly callSeconds: () => number;
  readonly shared: ReadonlyMap<number, AnyTensor>;
  /** Returns a name of the submission as feedback may show it: one that could carry what a hidden test passed is replaced. */
  readonly shownName: (name: string) => string;
  readonly watch: CallWatch;
}

/** Sends requests to a sandbox. */
export class Connection {
  readonly settings: ConnectionSettings;
  readonly #values: Values;
  /** The judge's copies of parameters of the submission. */
  readonly #leaves = new Leaves(engine);
  /** Functions of the judge that the submission may call. */
  readonly callbacks: AnyFunction[] = [];
  #recorded: { readonly tensor: AnyTensor; readonly record: number; readonly output: number }[] = [];
  /** Tensors on the tape in the place of those of the reply that is decoded. */
  #onTape: ReadonlyMap<string, AnyTensor> | null = null;
  /** The text that the submission printed since it was last taken. */
  printed = "";
  /** Whether a function of the judge runs for the submission. */
  isAnswering = false;

  constructor(settings: ConnectionSettings, handles: Pick<Handles, "encode" | "standsIn" | "decode">) {
    this.settings = settings;
    this.#values = new Values(engine, {
      ...handles,
      describe: (t) => {
        for (const [number, known] of this.settings.shared) if (known === t) return { shared: number };
        const leaf = this.#leaves.numberOf(t);
        return leaf === undefined ? {} : { leaf };
      },
      restore: (t, { record, output, leaf }) => {
        if (typeof leaf === "number") return this.#leafFor(leaf, t);
        if (typeof record !== "number" || typeof output !== "number") return t;
        const known = this.#onTape?.get(`${record}/${output}`);
        if (known !== undefined) return known;
        const before = this.#recorded.find((r) => r.record === record && r.output === output);
        if (before !== undefined) return before.tensor;
        this.#recorded.push({ tensor: t, record, output });
        return t;
      },
    });
  }

  /** Whether a tensor is the copy of a parameter of the submission. */
  isLeaf(t: AnyTensor): boolean {
    return this.#leaves.numberOf(t) !== undefined;
  }

  /** Returns the copy of a leaf, with the elements and the gradient that have been sent. */
  #leafFor(number: number, t: AnyTensor): AnyTensor {
    const known = this.#leaves.at(number);
    if (known === undefined) this.#leaves.add(t, number);
    else this.#leaves.update(number, t);
    return known ?? t;
  }

  /** Sends a request and waits for its reply; callbacks of the submission are answered meanwhile. */
  #exchange(
    request: (encode: (value: unknown) => Wire) => Request,
    seconds: number,
  ): { readonly reply: Reply & { readonly kind: "value" }; readonly bytes: Uint8Array } {
    const writer = new Writer();
    const encode = (value: unknown): Wire => this.#values.encode(value, writer);
    const shared = [...this.settings.shared.values()].map(encode);
    const leaves = this.#leaves.takeChanged().map(encode);
    const text = JSON.stringify({ ...request(encode), shared, leaves });
    return this.settings.process.within(seconds, () => {
      this.settings.process.write({ text, bytes: writer.bytes() });
      for (;;) {
        const frame = this.settings.process.read();
        const reply = parseReply(frame.text);
        if (reply.kind === "callback") {
          this.#answer(reply.h, reply.args, frame.bytes);
          continue;
        }
        this.printed = (this.printed + String(reply.out)).slice(0, 40_000);
        if (reply.kind === "error") throw new Thrown(this.#decode(reply.e, frame.bytes));
        this.#updateShared(reply.shared, frame.bytes);
        if (Array.isArray(reply.leaves)) for (const wire of reply.leaves) this.#decode(wire, frame.bytes);
        return { reply, bytes: frame.bytes };
      }
    });
  }

  /** Decodes a value of the submission. Whatever is wrong with it is an error of the submission. */
  #decode(wire: Wire, bytes: Uint8Array): unknown {
    try {
      return this.#values.decode(wire, bytes);
    } catch (error) {
      throw new Malformed(`the result could not be read: ${error instanceof Error ? error.message : "unknown"}`);
    }
  }

  /** Calls a function of the judge for the submission. Only functions that a test has passed on can be called, with copies. */
  #answer(h: number, args: readonly Wire[], bytes: Uint8Array): void {
    const f = Number.isInteger(h) ? this.callbacks[h] : undefined;
    const writer = new Writer();
    let text: string;
    const before = this.isAnswering;
    this.isAnswering = true;
    try {
      if (f === undefined || !Array.isArray(args)) throw new TypeError("there is no such function");
      const returned = f(...args.map((wire) => this.#decode(wire, bytes)));
      text = JSON.stringify({ op: "returned", v: this.#values.encode(returned, writer) });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      const e = { t: "record", k: ["name", "message"], v: [name, message] };
      text = JSON.stringify({ op: "threw", e });
    } finally {
      this.isAnswering = before;
    }
    this.settings.process.write({ text, bytes: writer.bytes() });
  }

  #updateShared(list: readonly Wire[], bytes: Uint8Array): void {
    if (!Array.isArray(list)) return;
    for (const wire of list) {
      const tagged = wire as Tagged & { readonly t: "tensor" };
      const mine = this.settings.shared.get(Number(tagged?.shared));
      const theirs =
        mine === undefined ? undefined : this.#decode({ ...tagged, shared: undefined } as unknown as Wire, bytes);
      if (mine === undefined || !(theirs instanceof engine.Tensor) || theirs.shape.join() !== mine.shape.join())
        continue;
      engine.noGrad(() => mine.copy_(theirs.detach()));
      mine.grad = theirs.grad;
    }
  }

  /** Carries out a request and returns its result. @throws what the submission threw */
  run(request: (encode: (value: unknown) => Wire) => Request, seconds: number = this.settings.callSeconds()): unknown {
    try {
      const { reply, bytes } = this.#exchange(request, seconds);
      this.#recorded = [];
      return this.#decode(reply.v, bytes);
    } catch (error) {
      if (error instanceof Thrown) throw error.value;
      if (error instanceof SandboxEnded) this.settings.watch.ended("", error.message);
      throw error;
    }
  }

  /** Carries out a call, and finds the tensors in its result that depend on a tape. */
  call(request: RequestMaker, args: readonly unknown[], grad: boolean): Call {
    try {
      const { reply, bytes } = this.#exchange((encode) => request(encode, args, grad), this.settings.callSeconds());
      this.#recorded = [];
      const value = this.#decode(reply.v, bytes);
      return { reply, bytes, value, recorded: this.#recorded };
    } catch (error) {
      if (error instanceof Thrown) throw error.value;
      throw error;
    }
  }

  /** Decodes the result of a call again, with tensors on the tape of the judge. */
  withTape({ reply, bytes }: Call, onTape: ReadonlyMap<string, AnyTensor>): unknown {
    this.#onTape = onTape;
    try {
      return this.#decode(reply.v, bytes);
    } finally {
      this.#onTape = null;
    }
  }
}

function parseReply(text: string): Reply {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    throw new Malformed("the result could not be read");
  }
  const { kind } = (reply ?? {}) as { readonly kind?: unknown };
  if (kind !== "value" && kind !== "error" && kind !== "callback") throw new Malformed("the result could not be read");
  return reply as Reply;
}

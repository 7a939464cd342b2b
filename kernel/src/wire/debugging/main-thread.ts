/** Calls of the main thread through the inspector, which serves them while it runs a synchronous loop, waits in `Atomics.wait`, or is paused. */
import type { Debugger, Runtime, Session } from "node:inspector";
import type { Frame } from "./frames.ts";

/** The result of evaluating an expression. */
export type Evaluation =
  | { readonly value: Runtime.RemoteObject; readonly error: null }
  | { readonly value: null; readonly error: string };

/** The main thread, as the inspector reaches it. */
export class MainThread {
  readonly #inspector: Session;
  /** Resolves when the functions of the main thread can be called. */
  protected readonly started: Promise<void>;

  /** @param started Resolves when the functions of the main thread can be called. */
  constructor(inspector: Session, started: Promise<void>) {
    this.#inspector = inspector;
    this.started = started;
  }

  /** Runs a command of the inspector's protocol in the main thread. */
  post<T = unknown>(method: string, params: object = {}): Promise<T> {
    return new Promise((resolve, reject) =>
      this.#inspector.post(method, params, (error, result) => (error ? reject(error) : resolve(result as T))),
    );
  }

  /** Calls a function of the main thread's debug services (`main/debugging/services.ts`). Arguments and result are JSON. */
  async call<T>(name: string, ...args: readonly unknown[]): Promise<T> {
    await this.started;
    const expression = `$tapelab.debug.${name}(${args.map((a) => JSON.stringify(a)).join(", ")})`;
    // a step must not enter the services: V8 fails at the frame below, which has no context yet where the inspector interrupts it
    const params = { expression, returnByValue: true, silent: true, disableBreaks: true };
    const { result, exceptionDetails } = await this.post<Runtime.EvaluateReturnType>("Runtime.evaluate", params);
    if (exceptionDetails) throw new Error(messageOf(exceptionDetails));
    return result.value as T;
  }

  /** Calls a function of the debug services with values of the main thread, which is paused or idle. */
  async callWith<T>(name: string, values: readonly Runtime.RemoteObject[], ...args: readonly unknown[]): Promise<T> {
    await this.started;
    const { result: services } = await this.post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
      expression: "$tapelab.debug",
      silent: true,
      disableBreaks: true,
    });
    const params = {
      objectId: services.objectId,
      functionDeclaration: `function (...values) { return this.${name}(values, ${args.map((a) => JSON.stringify(a)).join(", ")}); }`,
      arguments: values.map(argumentOf),
      returnByValue: true,
      silent: true,
    };
    const reply = await this.post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", params);
    if (reply.exceptionDetails) throw new Error(messageOf(reply.exceptionDetails));
    return reply.result.value as T;
  }

  /** Evaluates JavaScript in a frame of a pause; without a frame, in the global scope. */
  async evaluate(frame: Frame | null, expression: string): Promise<Evaluation> {
    const { result, exceptionDetails } = await (frame === null
      ? this.post<Runtime.EvaluateReturnType>("Runtime.evaluate", { expression, silent: true })
      : this.post<Debugger.EvaluateOnCallFrameReturnType>("Debugger.evaluateOnCallFrame", {
          callFrameId: frame.id,
          expression,
          silent: true,
        }));
    if (exceptionDetails) return { value: null, error: messageOf(exceptionDetails) };
    return { value: result, error: null };
  }
}

const argumentOf = ({ objectId, value, unserializableValue }: Runtime.RemoteObject): Runtime.CallArgument => {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value } : { unserializableValue };
};

/** Returns the first line of a thrown error, or the thrown value. */
function messageOf({ exception, text }: Runtime.ExceptionDetails): string {
  const description = exception?.description ?? String(exception?.value ?? text);
  return description.split(/\n {4}at /)[0] ?? description;
}

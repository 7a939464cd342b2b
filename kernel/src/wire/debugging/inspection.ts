/** Scopes, variables and expressions of a paused main thread, and the variables of the notebook while it runs. */
import type { Runtime } from "node:inspector";
import type { MembersRequest, ShownScopes, ShownVariable } from "../../shared/debugging.ts";
import type { LanguageClient } from "../answers/language-client.ts";
import type { Frame } from "./frames.ts";
import type { Evaluation } from "./main-thread.ts";
import type { DebugSession } from "./session.ts";

/** Time for which the variables of the notebook are not read again, as each reading takes time from the running cell. */
const staleMs = 200;

/** Inspects frames and variables. */
export class Inspection {
  readonly #session: DebugSession;
  readonly #language: LanguageClient;
  #scopes = new WeakMap<Frame, Promise<ShownScopes>>();
  /** Frames in which an expression was evaluated. */
  readonly #hasEvaluated = new WeakSet<Frame>();
  #globals: Promise<readonly ShownVariable[]> = Promise.resolve([]);
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(session: DebugSession, language: LanguageClient) {
    this.#session = session;
    this.#language = language;
  }

  /** Returns the scopes of a frame of the pause. */
  scopes(frame: Frame): Promise<ShownScopes> {
    const known = this.#scopes.get(frame);
    if (known !== undefined) return known;
    const objects = frame.scopes.filter(({ type }) => type !== "global" && type !== "script");
    const file = frame.location?.cell === null ? frame.location.path : null;
    const receiver = frame.receiver ?? { type: "undefined" as const };
    const values = objects.map(({ object }) => object);
    const kinds = objects.map(({ type }) => type);
    const scopes = this.#read(frame, values).then((variables) =>
      this.#session.callWith<ShownScopes>("scopes", [receiver, ...variables], kinds, frame.isTopLevel, file),
    );
    this.#scopes.set(frame, scopes);
    return scopes;
  }

  /** Returns objects with the variables of scopes. Those of V8 have the values of the beginning of the pause, which an evaluated expression may have changed. */
  async #read(frame: Frame, scopes: readonly Runtime.RemoteObject[]): Promise<readonly Runtime.RemoteObject[]> {
    if (!this.#hasEvaluated.has(frame)) return scopes;
    const names = await this.#session.callWith<readonly (readonly string[])[]>("names", scopes);
    const fresh: Runtime.RemoteObject[] = [];
    for (const [i, own] of names.entries()) {
      // a variable that is not initialized cannot be read, here as in V8's scope
      const fields = own.map((name) => {
        const key = JSON.stringify(name);
        const unread = "{ enumerable: true, get() { throw new ReferenceError(); } }";
        return `try { $tapelab_scope[${key}] = ${name}; } catch { Object.defineProperty($tapelab_scope, ${key}, ${unread}); }`;
      });
      const { value } = await this.#session.evaluate(
        frame,
        `{ const $tapelab_scope = {}; ${fields.join(" ")} $tapelab_scope; }`,
      );
      fresh.push(value ?? (scopes[i] as Runtime.RemoteObject));
    }
    return fresh;
  }

  /** Returns the members of the value with a number; `null` if it is not known any more. */
  members(reference: number, request: MembersRequest): Promise<readonly ShownVariable[] | null> {
    return this.#session.call("members", reference, request);
  }

  /** Returns the variables of the notebook. */
  globals(): Promise<readonly ShownVariable[]> {
    const now = performance.now();
    if (now - this.#readAt > staleMs) {
      this.#readAt = now;
      this.#globals = this.#session.call<ShownVariable[]>("globals");
    }
    return this.#globals;
  }

  /** Evaluates TypeScript in a frame of the pause; without a frame, with the variables of the notebook. */
  async evaluate(frame: Frame | null, code: string): Promise<Evaluation> {
    if (frame?.id === "")
      return { value: null, error: "the function is suspended at an await; nothing can be evaluated in it" };
    const hidden = frame === null ? [] : (await this.scopes(frame)).locals;
    const file = frame?.location?.cell === null ? frame.location.path : null;
    const compiled = (await this.#language.ask({ kind: "expression", code, hidden, file })) as {
      readonly code?: string;
      readonly error?: string;
    };
    if (compiled.code === undefined)
      return { value: null, error: compiled.error ?? "the expression cannot be compiled" };
    const result = await this.#session.evaluate(frame, compiled.code);
    if (frame !== null) this.#hasEvaluated.add(frame);
    this.#forget();
    return result;
  }

  /** Forgets what may have changed. */
  #forget(): void {
    this.#scopes = new WeakMap();
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  /** Describes an evaluated value. `isLong`: whether the text may take several lines. */
  describe(value: Runtime.RemoteObject, isLong: boolean): Promise<ShownVariable> {
    return this.#session.callWith("result", [value], isLong);
  }

  /** Returns the MIME bundle of a value. */
  rich(value: Runtime.RemoteObject): Promise<{ readonly data: object; readonly metadata: object }> {
    return this.#session.callWith("rich", [value]);
  }

  /** Returns the MIME bundle of a member that was shown, by its name; `null` if none was. */
  richMember(name: string): Promise<{ readonly data: object; readonly metadata: object } | null> {
    return this.#session.call("richMember", name);
  }

  /** Sets a variable of the notebook, for later cells too. */
  async assign(name: string, value: Runtime.RemoteObject): Promise<void> {
    const type = await this.#session.callWith<string>("assign", [value], name);
    await this.#language.ask({ kind: "declare", name, type });
    this.#forget();
  }

  /** Whether a value is true as a condition. */
  isTrue(value: Runtime.RemoteObject): Promise<boolean> {
    return this.#session.callWith("isTrue", [value]);
  }
}

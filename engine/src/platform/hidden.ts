/* oxlint-disable typescript/no-unnecessary-type-parameters -- the caller knows the type */
/** Values that JavaScript hides in an object, read by the inspector of Node: the variables that a function has captured, and private fields. */

interface RemoteObject {
  readonly objectId?: string;
  readonly type?: string;
  readonly description?: string;
}
interface Property {
  readonly name: string;
  readonly value?: RemoteObject;
}
interface Properties {
  readonly result: readonly Property[];
  readonly internalProperties?: readonly Property[];
  readonly privateProperties?: readonly Property[];
}
/** A session of the inspector. */
export interface Session {
  connect(): void;
  disconnect(): void;
  post(method: string, parameters: object, done: (error: Error | null, result: unknown) => void): void;
}
interface Builtins {
  getBuiltinModule?(name: "node:inspector"): { readonly Session: new () => Session };
}
declare const process: Builtins | undefined;

/** A value that an object hides, and its name. */
export interface Hidden {
  readonly name: string;
  readonly value: unknown;
  readonly kind: "captured" | "private";
}

const exchange = Symbol.for("tapelab.hidden");
const captured = /^(Closure|Block|Catch)/;
/** Parameters of the function around a module, which are not variables of the program. */
const ofModule = /^(exports|require|module|__filename|__dirname|arguments)$/;

/** Reads hidden values in a session of the inspector. */
export class HiddenReader {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Calls a method of the protocol, which answers at once within one thread. */
  #post<T>(method: string, parameters: object): T | null {
    let answer: T | null = null;
    this.#session.post(method, parameters, (error, result) => {
      if (error === null) answer = result as T;
    });
    return answer;
  }

  /** Passes a value through a property of `globalThis`, for the expression or function that the protocol calls. */
  #exchanging<T>(value: unknown, body: () => T): T {
    const shared = globalThis as Record<symbol, unknown>;
    shared[exchange] = value;
    try {
      return body();
    } finally {
      delete shared[exchange];
    }
  }

  /** Returns the value of a remote object. */
  #valueOf({ objectId }: RemoteObject): unknown {
    const found: unknown[] = [];
    this.#exchanging(found, () =>
      this.#post("Runtime.callFunctionOn", {
        objectId,
        functionDeclaration: "function () { globalThis[Symbol.for('tapelab.hidden')].push(this); }",
        silent: true,
      }),
    );
    return found[0];
  }

  /** Returns the values that an object hides, primitive ones excepted. */
  hiddenIn(object: object): Hidden[] {
    const remote = this.#exchanging(object, () =>
      this.#post<{ readonly result: RemoteObject }>("Runtime.evaluate", {
        expression: "globalThis[Symbol.for('tapelab.hidden')]",
        silent: true,
      }),
    );
    const id = remote?.result.objectId;
    const properties = id === undefined ? null : this.#propertiesOf(id);
    if (properties === null) return [];
    const hidden = (properties.privateProperties ?? []).flatMap(({ name, value }): Hidden[] =>
      value?.objectId === undefined ? [] : [{ name, value: this.#valueOf(value), kind: "private" }],
    );
    const scopes = properties.internalProperties?.find(({ name }) => name === "[[Scopes]]")?.value?.objectId;
    return [...hidden, ...(scopes === undefined ? [] : this.#capturedIn(scopes))];
  }

  #propertiesOf(objectId: string): Properties | null {
    return this.#post<Properties>("Runtime.getProperties", { objectId, ownProperties: true });
  }

  /** Returns the variables of the scopes of a function. Those of modules and of the whole program are not its own. */
  #capturedIn(scopes: string): Hidden[] {
    return (this.#propertiesOf(scopes)?.result ?? []).flatMap(({ value }): Hidden[] => {
      if (value?.objectId === undefined || !captured.test(value.description ?? "")) return [];
      return (this.#propertiesOf(value.objectId)?.result ?? []).flatMap((variable): Hidden[] =>
        variable.value?.objectId === undefined || ofModule.test(variable.name)
          ? []
          : [{ name: variable.name, value: this.#valueOf(variable.value), kind: "captured" }],
      );
    });
  }
}

/** Runs `body` with a reader of hidden values; with `null` where the runtime has no inspector. */
export function withHiddenReader<T>(body: (reader: HiddenReader | null) => T): T {
  const inspector = typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:inspector");
  if (inspector === undefined) return body(null);
  const session = new inspector.Session();
  session.connect();
  try {
    return body(new HiddenReader(session));
  } finally {
    session.disconnect();
  }
}

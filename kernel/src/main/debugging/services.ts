/** The functions that the wire worker's debugger calls in the main thread through the inspector, while it is paused or runs. */
import { Tensor } from "tapelab";
import type {
  MembersRequest,
  ScriptPosition,
  ShownScopes,
  ShownVariable,
  SourceLocation,
} from "../../shared/debugging.ts";
import { type DisplayContent, describeForDisplay } from "../display/describe.ts";
import { attempt } from "../values/attempt.ts";
import { inspectText } from "../values/inspect-text.ts";
import { Locations, libraryPatterns } from "./locations.ts";
import { Bag } from "./members.ts";
import { callee, element, member, operate, setElement } from "./operators.ts";
import { globalsOf, namesIn, type RawScope, scopesOf } from "./scopes.ts";
import { ShownValues } from "./shown-values.ts";

/** Dependencies of the services. */
export interface DebugContext {
  /** The variables of the notebook. */
  readonly variables: Record<string, unknown>;
  /** Beginning of the path of each cell. */
  readonly cellPathPrefix: string;
  /** Returns the paths of all loaded files. */
  readonly files: () => readonly string[];
  /** Returns the exports of a loaded file; `null` if it is not loaded. */
  readonly exportsOf: (path: string) => object | null;
  /** Returns the exports of a module that a file imports. */
  readonly importedBy: (path: string, specifier: string) => unknown;
}

/** First numbers of values that are shown while the main thread is paused, and of those that are shown while it is not. */
const [whilePaused, whileRunning] = [1, 2 ** 30];

const maxResult = 10_000;

/** The debugger's services in the main thread. Arguments and results are JSON; `values` are passed through the inspector. */
export class DebugServices {
  readonly #context: DebugContext;
  readonly #locations: Locations;
  /** The value that was thrown last. */
  #exception: unknown;
  /** Shown values, which are held until the pause ends. */
  readonly #paused = new ShownValues(whilePaused);
  /** Shown values of the notebook, which are held until the next cell runs. */
  readonly #running = new ShownValues(whileRunning);
  // functions that evaluated expressions call
  readonly operate: typeof operate = operate;
  readonly element: typeof element = element;
  readonly setElement: typeof setElement = setElement;
  readonly callee: typeof callee = callee;
  readonly member: typeof member = member;

  constructor(context: DebugContext) {
    this.#context = context;
    this.#locations = new Locations(context.cellPathPrefix);
  }

  /** The variables of the notebook, for evaluated expressions. */
  get variables(): Record<string, unknown> {
    return this.#context.variables;
  }

  /** Returns the exports of a file, for evaluated expressions. */
  exportsOf = (path: string): object => this.#context.exportsOf(path) ?? {};

  /** Returns an object with a name that a file imports, for evaluated expressions. `imported`: its name in the module, "*" for all exports. */
  importedBy = (path: string, specifier: string, imported: string, name: string): object => {
    const module = this.#context.importedBy(path, specifier) as Record<string, unknown>;
    return { [name]: imported === "*" ? module : module[imported] };
  };

  /** Returns the source position of each position in a script. */
  locate = (positions: readonly ScriptPosition[]): (SourceLocation | null)[] => positions.map(this.#locations.locate);

  /** Returns patterns of the URLs of libraries. */
  libraries = (): string[] => libraryPatterns();

  /** Returns the paths of scripts; `null` for those of libraries. */
  paths = (urls: readonly string[]): (string | null)[] => urls.map(this.#locations.pathOf);

  /** Returns the text of the cell with a path; `null` if no cell that ran has it. */
  textOf = (path: string): string | null => this.#locations.textOf(path);

  /** Returns the scopes of a frame; `values` are its `this` and the scopes of V8. */
  scopes = (
    [receiver, ...objects]: readonly unknown[],
    kinds: readonly string[],
    isTopLevel: boolean,
    file: string | null,
  ): ShownScopes => {
    const raw = kinds.map((kind, i): RawScope => ({ kind, variables: objects[i] as object }));
    const module = file === null ? null : (this.#context.exportsOf(file) as Record<string, unknown> | null);
    const scopes = scopesOf(raw, receiver, isTopLevel, this.variables, module).map(({ name, members }) => ({
      name,
      variablesReference: this.#paused.add(new Bag(members), null),
      count: members.length,
    }));
    return { scopes, locals: namesIn(raw.filter(({ kind }) => kind !== "global")) };
  };

  /** Returns the names of the variables of scopes. */
  names = (scopes: readonly unknown[]): string[][] =>
    scopes.map((variables) => namesIn([{ kind: "", variables: variables as object }]));

  /** Returns the members of the value with a number; `null` if it is not known any more. */
  members = (reference: number, request: MembersRequest): ShownVariable[] | null =>
    (reference < whileRunning ? this.#paused : this.#running).members(reference, request);

  /** Returns the variables of the notebook. */
  globals = (): ShownVariable[] => {
    this.#running.clear();
    return globalsOf(this.variables).map((member) => this.#running.show(member));
  };

  /** Describes the value of an evaluated expression. `isLong`: whether the text may take several lines. */
  result = ([value]: readonly unknown[], isLong: boolean): ShownVariable => {
    const shown = this.#paused.show({ name: "", value, path: null });
    const text = isLong ? attempt(() => inspectText(value, { depth: 4 }), shown.value) : shown.value;
    return { ...shown, value: text.length > maxResult ? `${text.slice(0, maxResult)}…` : text };
  };

  /** Returns the MIME bundle of a value. */
  rich = ([value]: readonly unknown[]): DisplayContent => describeForDisplay(value).now;

  /** Returns the MIME bundle of a member that was shown, by its name; `null` if none was. JupyterLab asks for members as it does for variables. */
  richMember = (name: string): DisplayContent | null => {
    const shown = this.#paused.shown(name) ?? this.#running.shown(name);
    return shown === null ? null : describeForDisplay(shown.value).now;
  };

  /** Sets a variable of the notebook, and returns the type that later cells see. */
  assign = ([value]: readonly unknown[], name: string): string => {
    this.variables[name] = value;
    if (value instanceof Tensor) return 'import("tapelab").Tensor';
    return typeof value === "object" || typeof value === "function" || value === undefined ? "any" : typeof value;
  };

  /** Whether a value is true as a condition; a tensor is if it has one element, and that is not 0. */
  isTrue = ([value]: readonly unknown[]): boolean =>
    value instanceof Tensor ? Boolean(attempt<unknown>(() => value.item(), true)) : Boolean(value);

  /** Whether a thrown value is another one than that of the last call. */
  isNewException = ([value]: readonly unknown[]): boolean => {
    const isNew = value !== this.#exception;
    this.#exception = value;
    return isNew;
  };

  /** Prints a line below the cell that runs. */
  log = (text: string): void => console.log(text);

  /** Prints an error below the cell that runs. */
  logError = (text: string): void => console.error(text);

  /** Returns the paths of the files that cells and packages have loaded. */
  files = (): readonly string[] => this.#context.files();

  /** Forgets the values that were shown while the main thread was paused. */
  forgetPause = (): void => this.#paused.clear();

  /** Forgets the shown values of the notebook, which are about to change. */
  forget(): void {
    this.#running.clear();
    this.#exception = undefined;
  }
}

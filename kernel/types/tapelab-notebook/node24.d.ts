/** Globals of Node 24 that neither TypeScript's library without the DOM nor @types/node declares. */

interface JSON {
  /** Returns an object that `stringify` writes as the given text, for example a number with more digits than a double has. */
  rawJSON(text: string): object;
  /** Whether a value was returned by `rawJSON`. */
  isRawJSON(value: unknown): boolean;
}

declare namespace Intl {
  interface Locale {
    getCalendars(): string[];
    getCollations(): string[];
    getHourCycles(): string[];
    getNumberingSystems(): string[];
    getTimeZones(): string[] | undefined;
    getTextInfo(): { direction: "ltr" | "rtl" };
    getWeekInfo(): { firstDay: number; weekend: number[]; minimalDays?: number };
  }

  interface PluralRules {
    selectRange(start: number | bigint, end: number | bigint): LDMLPluralRule;
  }
}

declare namespace WebAssembly {
  type Bytes = ArrayBufferView | ArrayBufferLike;
  type ImportExportKind = "function" | "global" | "memory" | "table" | "tag";
  type ValueType = "i32" | "i64" | "f32" | "f64" | "v128" | "externref" | "anyfunc";
  type ImportValue = ExportValue | number | bigint;
  type ModuleImports = Record<string, ImportValue>;
  type Imports = Record<string, ModuleImports>;
  type ExportValue = ((...values: any[]) => any) | Global | Memory | Table | Tag;
  type Exports = Record<string, any>;

  interface ModuleExportDescriptor {
    name: string;
    kind: ImportExportKind;
  }
  interface ModuleImportDescriptor extends ModuleExportDescriptor {
    module: string;
  }

  class Module {
    private readonly "WebAssembly.Module": never;
    constructor(bytes: Bytes);
    static customSections(module: Module, name: string): ArrayBuffer[];
    static exports(module: Module): ModuleExportDescriptor[];
    static imports(module: Module): ModuleImportDescriptor[];
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }
  class Memory {
    /** Creates a memory; sizes are in pages of 64 KiB. */
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    constructor(descriptor: { element: "anyfunc" | "externref"; initial: number; maximum?: number }, value?: any);
    readonly length: number;
    get(index: number): any;
    set(index: number, value?: any): void;
    grow(elements: number, value?: any): number;
  }
  class Global {
    constructor(descriptor: { value: ValueType; mutable?: boolean }, value?: any);
    value: any;
    valueOf(): any;
  }
  class Tag {
    constructor(type: { parameters: ValueType[] });
  }
  class Exception {
    constructor(tag: Tag, payload: unknown[], options?: { traceStack?: boolean });
    readonly stack: string | undefined;
    is(tag: Tag): boolean;
    getArg(tag: Tag, index: number): any;
  }
  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  interface Instantiated {
    module: Module;
    instance: Instance;
  }

  function validate(bytes: Bytes): boolean;
  function compile(bytes: Bytes): Promise<Module>;
  function compileStreaming(source: Response | Promise<Response>): Promise<Module>;
  function instantiate(bytes: Bytes, imports?: Imports): Promise<Instantiated>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
  function instantiateStreaming(source: Response | Promise<Response>, imports?: Imports): Promise<Instantiated>;
}

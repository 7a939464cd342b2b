/** The parts of WebAssembly's JavaScript interface that the engine uses. TypeScript declares them only in its library for browsers. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number; readonly shared: true });
    /** The memory's bytes, with its length at the time of reading. Buffers that were read earlier stay valid. */
    readonly buffer: SharedArrayBuffer;
    /** Grows the memory by pages of 64 KiB. */
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Record<string, never>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}

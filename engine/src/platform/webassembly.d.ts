/** The parts of WebAssembly's interface that are used; the library's types without those of a browser do not have it. */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number; readonly shared: true });
    /** As long as the memory was when it was read; what was read before stays valid. */
    readonly buffer: SharedArrayBuffer;
    /** Grows by pages of 64 kB. */
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

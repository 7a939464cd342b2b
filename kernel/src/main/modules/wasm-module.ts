/** Loads WebAssembly files as modules. */

type Imports = Record<string, Record<string, unknown>>;

interface WebAssemblyApi {
  Module: (new (
    bytes: Uint8Array,
  ) => object) & {
    imports(module: object): readonly { readonly module: string; readonly name: string }[];
  };
  Instance: new (module: object, imports: Imports) => { readonly exports: object };
}

declare const WebAssembly: WebAssemblyApi;

/** Instantiates a module and returns its exports. `load` returns the exports of the modules that it imports. */
export function instantiate(bytes: Uint8Array, load: (id: string) => unknown): object {
  const module = new WebAssembly.Module(bytes);
  const names = new Set(WebAssembly.Module.imports(module).map((i) => i.module));
  const imports = Object.fromEntries([...names].map((name) => [name, load(name) as Record<string, unknown>]));
  const { exports } = new WebAssembly.Instance(module, imports);
  return Object.defineProperty({ ...exports }, "__esModule", { value: true });
}

/** Installing npm packages, and building the engine, the kernel and the extension. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addToLabLicences, assemblyScript, bundledLibraries, writeNotices } from "./notices.mjs";
import { inRoot, toolEnvironment, venvBin, venvNode, windows } from "./paths.mjs";
import { step } from "./run.mjs";
import { digest, unlessDone } from "./stamps.mjs";

export function setUpNodeModules() {
  const lock = inRoot("package-lock.json");
  unlessDone("node_modules", digest([lock]), inRoot("node_modules", "tslab"), () =>
    // `npm ci` refuses a lock file that lacks optional binaries of other platforms, which some registries do not serve
    step("Installing npm packages", "npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      advice: "Check that the npm registry can be reached, then try again.",
    }),
  );
}

// node_modules/.bin/tsc may be that of tslab's TypeScript
const tsc = (folder) => [inRoot("node_modules", "typescript", "bin", "tsc"), "-p", inRoot(folder)];
const bundle = [inRoot("node_modules", "rolldown", "bin", "cli.mjs"), "-c", "rolldown.config.mjs"];
const inputs = (folder) => [inRoot(folder, "src"), inRoot(folder, "package.json"), inRoot(folder, "tsconfig.json"), inRoot("tsconfig.json")];
const advice = "The message above names the file and line of the error.";

/** Returns the declaration of a module's exports, from the one that the compiler writes. WebAssembly has numbers alone, so booleans are 0 and 1. */
function exportsInterface(wasm, declaration) {
  const exported = new Set(WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name));
  const functions = [...declaration.matchAll(/export function (\w+)\((.*)\): (\w+);/g)].filter(([, name]) => exported.has(name)).map(
    ([, name, parameters, result]) => `  readonly ${name}: (${parameters}) => ${result};\n`.replaceAll("boolean", "number"),
  );
  const globals = [...declaration.matchAll(/export const (\w+): \{/g)].map(([, name]) => `  readonly ${name}: { readonly value: number };\n`);
  return `/** The functions and constants that the module exports. Addresses are in bytes. */\nexport interface Exports {\n${globals.join("")}${functions.join("")}}\n`;
}

/** Compiles the WebAssembly kernels, with and without relaxed SIMD, and writes both as base64 into a TypeScript module that declares their exports. */
function buildWasm(node) {
  const source = inRoot("engine", "wasm", "index.ts");
  const target = inRoot("engine", "src", "fast", "wasm", "binary.ts");
  const transform = inRoot("scripts", "lib", "inline-abi.mjs");
  const inputs = [inRoot("engine", "wasm"), inRoot("engine", "src", "fast", "abi"), transform, inRoot("scripts", "lib", "packages.mjs")];
  unlessDone("wasm", digest(inputs), target, () => {
    const compiler = inRoot("node_modules", "assemblyscript", "bin", "asc.js");
    const compile = (name, ...features) => {
      const memory = ["--importMemory", "--sharedMemory", "--initialMemory", "2", "--maximumMemory", "65536"];
      // warning 235: a generic function of a module that is re-exported as a whole is no export
      const options = ["-O3", "--noAssert", "--runtime", "stub", "--disableWarning", "235", "--transform", transform, "--bindings", "raw"];
      const file = inRoot(".cache", `${name}.wasm`);
      step(`Compiling ${name}`, node, [compiler, source, ...options, "--enable", "simd", "--enable", "threads", ...features, ...memory, "--outFile", file], { advice });
      return `export const ${name}: string =\n  "${readFileSync(file).toString("base64")}";\n`;
    };
    mkdirSync(inRoot(".cache"), { recursive: true });
    const texts = [compile("relaxedSimd", "--enable", "relaxed-simd"), compile("plainSimd")];
    const declared = exportsInterface(readFileSync(inRoot(".cache", "plainSimd.wasm")), readFileSync(inRoot(".cache", "plainSimd.d.ts"), "utf8"));
    writeFileSync(target, `/** Made by the build from engine/wasm. */\n\n${declared}\n${texts.join("")}`);
  });
}

/** Bundles the worker that lays graphs out into the text of a module: a prebuilt extension has no files from which a worker could load what it shares. */
function buildWorker(node) {
  const source = inRoot("engine", "src", "view", "graph", "layout.ts");
  const target = inRoot("extension", "src", "render", "graph", "worker-code.ts");
  unlessDone("worker", digest([source, inRoot("package-lock.json"), inRoot("scripts", "lib", "packages.mjs")]), target, () => {
    const entry = inRoot(".cache", "layout-worker.ts");
    const bundled = inRoot(".cache", "layout-worker.js");
    mkdirSync(inRoot(".cache"), { recursive: true });
    writeFileSync(
      entry,
      `import { layOutContainer } from ${JSON.stringify(source)};\nonmessage = ({ data }) => {\n  try {\n    postMessage(layOutContainer(data));\n  } catch (error) {\n    postMessage({ error: String(error) });\n  }\n};\n`,
    );
    const rolldown = [inRoot("node_modules", "rolldown", "bin", "cli.mjs"), entry, "--file", bundled, "--format", "iife", "--minify", "--platform", "browser"];
    step("Bundling the graph's worker", node, rolldown, { cwd: inRoot("engine"), advice });
    const code = JSON.stringify(readFileSync(bundled, "utf8"));
    writeFileSync(target, `/** Made by the build from engine/src/view/graph/layout.ts. */\nexport const workerCode: string = ${code};\n`);
  });
}

/** Builds those of the engine, the kernel and the extension whose sources have changed. */
export function build() {
  const node = venvNode();
  buildWasm(node);
  const notices = inRoot("scripts", "lib", "notices.mjs");
  const engine = digest([...inputs("engine"), inRoot("engine", "rolldown.config.mjs"), notices]);
  unlessDone("engine", engine, inRoot("engine", "dist", "index.js"), () => {
    rmSync(inRoot("engine", "dist"), { recursive: true, force: true });
    step("Building the engine", node, tsc("engine"), { advice });
    step("Bundling the engine", node, bundle, { cwd: inRoot("engine"), advice });
    writeNotices(inRoot("engine", "dist"), [...bundledLibraries(inRoot("engine", "dist")), assemblyScript()]);
  });
  const kernel = digest([...inputs("kernel"), inRoot("kernel", "rolldown.config.mjs")], engine);
  unlessDone("kernel", kernel, inRoot("kernel", "dist", "main.js"), () => {
    rmSync(inRoot("kernel", "dist"), { recursive: true, force: true });
    step("Building the kernel", node, tsc("kernel"), { advice });
    step("Bundling the kernel", node, bundle, { cwd: inRoot("kernel"), advice });
    // the sandbox of submissions has the engine in it
    writeNotices(inRoot("kernel", "dist"), [...bundledLibraries(inRoot("engine", "dist")), ...bundledLibraries(inRoot("kernel", "dist")), assemblyScript()]);
    // npm makes a command executable when it links it, which is before the first build
    chmodSync(inRoot("kernel", "dist", "rewrite.js"), 0o755);
  });
  if (!existsSync(inRoot("extension", "src"))) return;
  buildWorker(node);
  const extension = digest([...inputs("extension"), inRoot("extension", "style"), inRoot("extension", "schema"), inRoot("kernel", "widgets")], engine);
  unlessDone("extension", extension, inRoot("extension", "labextension", "package.json"), () => {
    rmSync(inRoot("extension", "lib"), { recursive: true, force: true });
    rmSync(inRoot("extension", "labextension"), { recursive: true, force: true });
    step("Building the extension", node, tsc("extension"), { advice });
    const builder = join(venvBin, windows ? "jupyter-builder.exe" : "jupyter-builder");
    step("Bundling the extension", builder, ["build", inRoot("extension")], { env: toolEnvironment(), advice });
    // views of the engine and the worker of the graph are in the bundle
    const libraries = bundledLibraries(inRoot("engine", "dist"));
    writeNotices(inRoot("extension", "lib"), libraries);
    addToLabLicences(inRoot("extension", "labextension"), libraries);
  });
}

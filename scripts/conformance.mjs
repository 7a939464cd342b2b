/**
 * `npm run conformance` compares every operator with PyTorch on all samples of PyTorch's operator database, and prints how many passed and failed by group;
 * `-- --only linalg.qr einsum` checks these entries alone, `--complex` takes complex samples, `--verbose` prints every failure with its arguments, and `--store` writes
 * the part of the samples that `npm test` runs. `-- --kinks` draws the inputs from values at kinks, ties and poles, and compares values and gradients there. `-- --programs 5000 --seed 7`
 * compares so many random programs over all operators instead, and with `--store` writes the part of them that
 * `npm test` runs. PyTorch is installed into .cache where it is missing.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot, toolEnvironment, venvNode } from "./lib/paths.mjs";
import { torchPython } from "./lib/peers.mjs";
import { Failure, follow, main } from "./lib/run.mjs";
import { setUp } from "./lib/setup.mjs";

/** Samples of an entry that `npm test` runs. */
const stored = 8;
const storedAtKinks = 3;

const here = (...path) => inRoot("test", "conformance", "opinfo", ...path);

/** Returns the value that follows an option, or `null` if it is not given. */
const optionOf = (args, name) => (args.includes(name) ? args[args.indexOf(name) + 1] : null);

await main(async () => {
  const args = process.argv.slice(2);
  const at = args.indexOf("--only");
  const only = at < 0 ? [] : args.slice(at + 1).filter((a) => !a.startsWith("--"));
  setUp();
  const cache = inRoot(".cache", "conformance");
  mkdirSync(cache, { recursive: true });
  const names = join(cache, "operators.json");
  writeFileSync(names, execFileSync(venvNode(), [here("operators.ts")]));
  const store = args.includes("--store");
  const programs = optionOf(args, "--programs");
  if (programs !== null) {
    const file = store ? here("programs.json.gz") : join(cache, "programs.json.gz");
    const seed = ["--seed", optionOf(args, "--seed") ?? "7"];
    const make = [here("make_programs.py"), "--operators", names, "--write", file, "--count", programs, ...seed];
    if ((await follow(torchPython(), make)) !== 0) throw new Failure("The programs could not be written.");
    return follow(venvNode(), [here("run-programs.ts"), file], { env: toolEnvironment() });
  }
  const kinks = args.includes("--kinks");
  const name = kinks ? "kinks.json.gz" : "samples.json.gz";
  const file = store ? here(name) : join(cache, name);
  const samples = [
    ...(store ? ["--samples", String(kinks ? storedAtKinks : stored)] : []),
    ...(kinks ? ["--kinks"] : []),
  ];
  const chosen = only.length > 0 ? ["--only", ...only] : [];
  const complex = args.includes("--complex") ? ["--complex"] : [];
  const make = [here("make_opinfo.py"), "--operators", names, "--write", file, ...samples, ...complex, ...chosen];
  if ((await follow(torchPython(), make)) !== 0) throw new Failure("PyTorch's samples could not be written.");
  const verbose = args.includes("--verbose") ? ["--verbose"] : [];
  return follow(venvNode(), [here("run.ts"), file, ...verbose, ...only], { env: toolEnvironment() });
});

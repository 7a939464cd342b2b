"""Builds the JavaScript parts before the wheel is put together."""

import subprocess
import sys

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class JavaScriptHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version, build_data):
        for script in ("setup.mjs", "pack-python.mjs"):
            try:
                subprocess.run(["node", f"scripts/{script}"], cwd=self.root, check=True)
            except FileNotFoundError:
                sys.exit("Node.js 20 or newer is needed to build tapelab from source, and was not found on PATH.")

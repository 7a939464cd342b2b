"""Tapelab: notebooks for differentiable programming in TypeScript.

This package brings the Jupyter kernel, the engine and the JupyterLab extension; there is nothing to import from it.
"""

__version__ = "0.1.0"

"""Runs notebooks by the real kernel. As a program it saves the outputs: python execute.py NOTEBOOK…"""

import pathlib
import sys

import nbformat
from nbclient import NotebookClient


def execute(path):
    """Returns the executed notebook; raises an error of a cell."""
    path = pathlib.Path(path)
    notebook = nbformat.read(path, 4)
    client = NotebookClient(notebook, kernel_name="tapelab", timeout=120, resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    for cell in notebook.cells:
        # removes the times of this run
        cell.metadata.pop("execution", None)
    return notebook


if __name__ == "__main__":
    for name in sys.argv[1:]:
        executed = execute(name)
        nbformat.write(executed, name)
        print(f"{name}: {len(executed.cells)} cells")

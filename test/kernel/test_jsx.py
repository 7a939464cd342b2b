"""JSX in cells, with the settings of the tsconfig.json."""

import json

import pytest
from client import kernel

EXPORTS = {
    ".": {"types": "./index.d.ts", "import": "./index.js"},
    "./jsx-runtime": {"types": "./jsx-runtime.d.ts", "import": "./jsx-runtime.js"},
}
TYPES = "export namespace JSX { type Element = string; interface IntrinsicElements { b: { id?: string; children?: unknown } } interface ElementChildrenAttribute { children: {} } }\n"
FILES = {
    "package.json": json.dumps({"name": "texts", "version": "1.0.0", "type": "module", "exports": EXPORTS}),
    "index.js": "import { jsx } from './jsx-runtime.js';\nexport const h = (tag, props, ...children) => jsx(tag, { ...props, children });\nexport { Fragment } from './jsx-runtime.js';\n",
    "index.d.ts": "import { JSX as Types } from './jsx-runtime.js';\nexport declare function h(tag: unknown, props: unknown, ...children: unknown[]): string;\nexport declare function Fragment(props: { children?: unknown }): string;\nexport declare namespace h { export import JSX = Types; }\n",
    "jsx-runtime.js": "export const jsx = (tag, props) => (typeof tag === 'function' ? tag(props) : `<${tag}>${[props.children].flat(2).join('')}</${tag}>`);\nexport { jsx as jsxs };\nexport const Fragment = ({ children }) => [children].flat(2).join('');\n",
    "jsx-runtime.d.ts": f"export declare function jsx(tag: unknown, props: unknown, key?: unknown): string;\nexport {{ jsx as jsxs }};\nexport declare function Fragment(props: {{ children?: unknown }}): string;\n{TYPES}",
}
MODERN = {"jsx": "react-jsx", "jsxImportSource": "texts"}
CLASSIC = {"jsx": "react", "jsxFactory": "h", "jsxFragmentFactory": "Fragment"}


@pytest.fixture(scope="module")
def modern(tmp_path_factory):
    folder = tmp_path_factory.mktemp("modern")
    with notebook(folder, MODERN) as s:
        s.folder = folder
        yield s


def notebook(folder, options):
    """A kernel in a folder with a small JSX library that produces strings."""
    package = folder / "node_modules" / "texts"
    package.mkdir(parents=True)
    for name, text in FILES.items():
        (package / name).write_text(text)
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}))
    return kernel(folder)


def check_calls(s, options):
    if "jsxFactory" in options:
        assert s.run("import { h, Fragment } from 'texts';").reply["status"] == "ok"
    assert s.run('const Hello = ({ name }: { name: string }) => <b id="x">hi {name}</b>;\n<Hello name="a" />').text == "'<b>hi a</b>'"
    # a component, and a variable of an earlier cell with the name of an attribute
    s.run("const name = 'later';")
    assert s.run("<><Hello name={name} /><b>{[1, 2].map((n) => <Hello name={`${n}`} />)}</b></>").text == "'<b>hi later</b><b><b>hi 1</b><b>hi 2</b></b>'"
    (s.folder / "view.tsx").write_text(("import { h } from 'texts';\n" if "jsxFactory" in options else "") + "export const view = (text: string) => <b>{text}</b>;\n")
    assert s.run("import { view } from './view'; view('file')").text == "'<b>file</b>'"


def test_jsx_becomes_calls(modern):
    check_calls(modern, MODERN)


@pytest.mark.parametrize("options", [{**MODERN, "jsx": "react-jsxdev"}, {**MODERN, "jsx": "preserve"}, CLASSIC, {**CLASSIC, "jsx": "react-native"}], ids=lambda o: o["jsx"])
def test_jsx_becomes_calls_with_other_settings(tmp_path, options):
    with notebook(tmp_path, options) as s:
        s.folder = tmp_path
        check_calls(s, options)


def test_jsx_is_type_checked_with_source_positions(modern):
    s = modern
    s.run("const Hello = ({ name }: { name: string }) => <b>hi {name}</b>;")
    assert s.run('1;\n  <Hello nam="x" />').error["evalue"].startswith("2:10 Type '{ nam: string; }' is not assignable")
    assert s.run("<u />").error["evalue"] == "1:1 Property 'u' does not exist on type 'JSX.IntrinsicElements'."
    run = s.run('const x = <b>text</b>;\n  throw new Error(<Hello name="e" />)')
    assert run.error["evalue"] == "<b>hi e</b>" and any("2:9" in line for line in run.error["traceback"])
    found = s.request(s.client.complete("<Hello na", 9))
    assert "name" in found["matches"]
    assert "name: string" in s.request(s.client.inspect('<Hello name="x" />', 3))["data"]["text/plain"]
    for code, status in [("<b>", "incomplete"), ("<b></b>", "complete"), ("const f = <T,>(x: T) => <b>{x}</b>;", "complete")]:
        assert s.request(s.client.is_complete(code))["status"] == status, code


def test_jsx_is_a_syntax_error_without_the_setting(tmp_path):
    with kernel(tmp_path) as s:
        assert s.run("const x = <number>(3 as unknown); x").text == "3"
        assert s.run("<b></b>").reply["status"] == "error"

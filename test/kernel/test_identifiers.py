"""Names of earlier cells in positions where they are not references, and names that the compiled code uses too."""


def test_destructuring_a_name_of_an_earlier_cell(session):
    session.run("let loss = 1, k = 2;\nconst step = () => ({ loss: 5, k: 6 });\nconst items = [{ loss: 1 }, { loss: 2 }];")
    assert session.run("const { loss: l } = step();\n[l, loss]").text == "[ 5, 1 ]"
    assert session.run("items.map(({ loss: u }) => u * k)").text == "[ 2, 4 ]"
    assert session.run("let total = 0;\nfor (const { loss: q } of items) total += q;\ntotal").text == "3"
    assert session.run("({ loss, k: { loss: k } } = { loss: 7, k: { loss: 8 } });\n[loss, k]").text == "[ 7, 8 ]"


def test_this_is_undefined_in_functions_of_earlier_cells(session):
    session.run("function self(this: unknown, ..._: unknown[]) { return this; }\nconst arrow = () => typeof this;\nclass Made {}")
    calls = "[self(), self`a${1}`, self?.(), (self)(), ((self))`b`, (self as () => unknown)(), self.call(3), arrow(), new Made() instanceof Made]"
    assert session.run(f"{calls}.join()").text == "',,,,,,3,undefined,true'"
    assert session.run(f"function self(this: unknown, ..._: unknown[]) {{ return this; }}\n{calls}.join()").text == "',,,,,,3,undefined,true'"


def test_declare_global_does_not_hide_variables(session):
    session.run("declare global { interface Array<T> { third(): T | undefined } interface Map<K, V> { none: 1 } }\nArray.prototype.third = function () { return this[2]; };")
    assert session.run("[Array.of(1, 2, 3).third(), new Map().size]").text == "[ 3, 0 ]"


def test_declarations_without_values_keep_the_values(session):
    session.run("declare const process: { readonly pid: number };\ndeclare function fetch(url: number): void;\ndeclare let nowhere: number;\nlet kept: unknown = 5;")
    assert session.run("typeof process.pid + typeof fetch + typeof nowhere").text == "'numberfunctionundefined'"
    session.run("declare let kept: number;")
    assert session.run("kept + 1").text == "6"


def test_variables_with_special_names(session):
    names = ["__proto__", "constructor", "toString", "hasOwnProperty", "exports", "module", "require", "async", "of", "get", "type", "tsLastExpr", "__x", "__esModule2", "as", "from", "Object"]
    session.run("".join(f"const {name} = [{i}];\n" for i, name in enumerate(names)))
    listed = f"[{', '.join(names)}].join()"
    assert session.run(listed).text == f"'{','.join(map(str, range(len(names))))}'"
    assert session.run("(() => { const { length } = exports; return length + ((require: number) => require + 1)(5); })()").text == "7"
    assert session.run("Object.length").text == "1"
    assert session.run("function shown() { return 1; }\nshown.name").text == "'shown'"


def test_functions_classes_and_modules_named_like_parameters_of_the_compiled_cell(session):
    assert session.run("const require = (n: number): number => (n < 2 ? 1 : n * require(n - 1));\n[require(5), require.name]").text == "[ 120, 'require' ]"
    assert session.run("[require(4), require.name]").text == "[ 24, 'require' ]"
    assert session.run("class exports { static v = 6; read() { return exports.v; } }\n[new exports().read(), exports.name]").text == "[ 6, 'exports' ]"
    assert session.run("let require = 3, exports = function () { return require; };\nexports()").text == "3"
    assert session.run("exports() + require").text == "6"
    assert session.run('import * as require from "path";\nimport * as exports from "url";\n[typeof require.join, typeof exports.parse]').text == "[ 'function', 'function' ]"
    assert session.run("[typeof require.join, typeof exports.parse]").text == "[ 'function', 'function' ]"


def test_an_anonymous_last_value_stays_anonymous(session):
    assert session.run("async () => 1").text == "[AsyncFunction (anonymous)]"
    assert session.run("(class {})").text == "[class (anonymous)]"
    assert session.run("await 1;\n(function () {})").text == "[Function (anonymous)]"

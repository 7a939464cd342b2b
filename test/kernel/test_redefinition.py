"""A name refers to its latest declaration, in all cells."""


def test_a_function_that_an_earlier_function_calls(session):
    session.run("function outer() { return inner(); }\nfunction inner() { return 1; }")
    assert session.run("outer()").text == "1"
    session.run("function inner() { return 2; }")
    assert session.run("outer()").text == "2"


def test_a_variable_that_an_earlier_function_changes(session):
    session.run("let n = 1;\nfunction bump() { n++; return n; }")
    session.run("n = 10;")
    assert session.run("bump()").text == "11"
    assert session.run("n").text == "11"


def test_closures_see_a_const_that_is_declared_again(session):
    session.run("const rate = 0.1;\nconst scaled = (x: number) => x * rate;")
    session.run("const rate = 0.5;")
    assert session.run("scaled(2)").text == "1"


def test_a_class_can_be_redefined(session):
    session.run("class Shape { name() { return 'one'; } }\nconst make = () => new Shape();")
    session.run("class Shape { name() { return 'two'; } }")
    assert session.run("make().name()").text == "'two'"


def test_within_one_cell_scoping_is_that_of_a_module(session):
    code = "let t = 1;\nconst add = (k: number) => { t += k; };\nadd(2);\nadd(3);\nconst { a, b: [c] } = { a: 1, b: [2] };\nfunction fact(k: number): number { return k < 2 ? 1 : k * fact(k - 1); }\n[t, a, c, fact(5), early()].join();\nfunction early() { return 'hoisted'; }\n"
    session.run(code)
    assert session.run("[t, a, c, fact(5), early()].join()").text == "'6,1,2,120,hoisted'"


def test_functions_keep_their_names(session):
    session.run("function named() { return 1; }\nconst arrow = () => 1;\nclass Kind {}")
    assert session.run("[named.name, arrow.name, Kind.name].join()").text == "'named,arrow,Kind'"
    error = session.run("function thrower() {\n  throw new Error('x');\n}\nthrower();").error
    assert any("at thrower (cell[" in line and ":2:9)" in line for line in error["traceback"])


def test_enums_generators_and_async(session):
    session.run("enum Color { Red, Green }\nfunction* two() { yield 1; yield 2; }\nasync function later() { return [...two()].length + Color.Green; }")
    assert session.run("await later()").text == "3"


def test_the_error_names_an_object_of_an_earlier_class_definition(session):
    session.run("class Aging { old() { return 1; } }\nconst aging = new Aging();")
    session.run("class Aging { old() { return 2; }\n  young() { return 3; } }")
    error = session.run("aging.young()").error
    assert error["ename"] == "TypeError"
    assert error["traceback"][-1] == 'Note: "aging" was made by an earlier definition of class Aging; run the cell that makes it again.'
    assert "earlier definition" not in "".join(session.run("(undefined as never as { x: number }).x").error["traceback"])
    session.run("const aging = new Aging();")
    assert session.run("aging.young()").text == "3"

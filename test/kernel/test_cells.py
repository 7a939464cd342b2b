"""Running cells: values, outputs, displays and progress."""

import re


def test_results_are_mime_bundles_with_text(session):
    assert session.run("1 + 2").text == "3"
    assert session.run("'a'").text == "'a'"
    assert session.run("null").text == "null"
    assert session.run("[1, 'b']").text == "[ 1, 'b' ]"


def test_statements_and_assignments_show_nothing(session):
    assert session.run("const seven = 7;").of("execute_result") == []
    assert session.run("let eight: number; eight = 8").of("execute_result") == []
    assert session.run("undefined").of("execute_result") == []
    assert session.run("seven + eight").text == "15"


def test_variables_keep_their_types_in_later_cells(session):
    session.run("interface Point { x: number }\nconst p: Point = { x: 1 };")
    run = session.run("p.y")
    assert run.error["ename"] == "CompileError"
    assert "Property 'y' does not exist on type 'Point'" in run.error["evalue"]


def test_a_name_can_be_declared_again_with_another_type(session):
    session.run("const again = 1;")
    session.run("const again = 'one';")
    assert session.run("again.toUpperCase()").text == "'ONE'"


def test_shorthand_properties_of_earlier_variables(session):
    session.run("const width = 3;")
    assert session.run("({ width })").text == "{ width: 3 }"


def test_top_level_await(session):
    assert session.run("await new Promise<number>((done) => setTimeout(() => done(5), 10))").text == "5"


def test_streams(session):
    run = session.run("console.log('out'); console.error('err'); process.stdout.write('x\\n');")
    assert run.stdout == "out\nx\n"
    assert run.stderr == "err\n"


def test_output_of_a_synchronous_loop_arrives_while_it_runs(session):
    mid = session.send("console.log('first'); const end = Date.now() + 1500; while (Date.now() < end) {} console.log('last');")
    # output that is held until the end arrives as one message
    assert session.wait_for(mid, "stream")["text"] == "first\n"
    assert session.wait_for(mid, "stream")["text"] == "last\n"
    session.collect(mid)


def test_outputs_keep_their_order(session):
    run = session.run("for (let i = 0; i < 3; i++) { console.log(i); display({ 'text/plain': `d${i}` }); }")
    kinds = [m["msg_type"] for m in run.messages if m["msg_type"] in ("stream", "display_data")]
    assert kinds == ["stream", "display_data"] * 3


def test_display_shows_and_updates_a_bundle(session):
    run = session.run("const shown = display({ 'application/x.mine+json': { a: 1 }, 'text/plain': 'one' });\nshown.update({ 'text/plain': 'two' });")
    first, second = run.of("display_data")[0], run.of("update_display_data")[0]
    assert first["data"] == {"application/x.mine+json": {"a": 1}, "text/plain": "one"}
    assert second["data"] == {"text/plain": "two"}
    assert first["transient"]["display_id"] == second["transient"]["display_id"] != ""


def test_objects_are_displayed_by_their_own_method(session):
    session.run("class Own { [Symbol.for('Jupyter.display')]() { return { 'text/html': '<i>own</i>' }; } }")
    data = session.run("new Own()").result
    assert data["text/html"] == "<i>own</i>"
    assert data["text/plain"] == "Own {}"
    slow = session.run("({ async [Symbol.for('Jupyter.display')]() { return { 'text/plain': 'later' }; } })")
    assert slow.text == "later"


def bars(run):
    return [c["data"] for c in run.of("display_data") + run.of("update_display_data")]


def test_finished_progress_is_one_line(session):
    run = session.run("const bar = progress([1, 2, 3], { label: 'work' });\nfor (const i of bar) bar.note(`item <${i}>`);")
    assert len(run.of("display_data")) == 1
    first, last = bars(run)[0], bars(run)[-1]
    assert '<progress value="0" max="3">' in first["text/html"] and first["text/plain"].startswith("work [····")
    assert re.fullmatch(r"work 3 of 3 in [\d.]+ s, \S+/s · item <3>", last["text/plain"])
    assert "<progress" not in last["text/html"] and "item &lt;3&gt;" in last["text/html"]


def test_nested_progress_shares_one_output(session):
    run = session.run(
        "const pause = () => new Promise((d) => setTimeout(d, 130));\n"
        "for (const a of progress(2, { label: 'outer' })) for (const b of progress([1, 2, 3], { label: 'inner' })) await pause();"
    )
    assert len(run.of("display_data")) == 1
    nested = [b["text/plain"] for b in bars(run) if b["text/plain"].count("\n") == 1]
    assert nested and all(re.fullmatch(r"outer \[.*\ninner \[.*", text) for text in nested)
    assert any(re.search(r"1 of 2 .*/s, [\d.]+ s left\n", text) for text in nested)
    assert bars(run)[-1]["text/plain"].startswith("outer 2 of 2") and "\n" not in bars(run)[-1]["text/plain"]


def test_nested_bars_are_stacked(session):
    run = session.run(
        "const rest = () => new Promise((d) => setTimeout(d, 90));\n"
        "for (const a of progress(3, { label: 'a long name' })) for (const b of progress(2, { label: 'b' })) for (const c of progress([1, 2])) await rest();"
    )
    texts = [b["text/plain"] for b in bars(run)]
    nested = [text.split("\n") for text in texts if text.count("\n") == 2]
    # a finished inner loop stays until the next one begins, so that the output does not jump
    assert nested and not any("\n" in text for text in texts[:1] + texts[-1:])
    first = texts.index("\n".join(nested[0]))
    assert all(text.count("\n") >= 1 for text in texts[first:-1]), texts
    for lines in nested:
        assert len({line.index("[") for line in lines}) == 1 and len({line.index("]") for line in lines}) == 1, lines
    table = next(b["text/html"] for b in bars(run) if b["text/html"].count("<tr>") == 3)
    assert table.count("<td") == 9 and table.count("<progress") == 3


def test_progress_of_async_items_and_of_a_loop_with_break(session):
    run = session.run("async function* three() { yield 1; yield 2; yield 3; }\nlet sum = 0;\nfor await (const x of progress(three())) sum += x;\nsum")
    assert run.text == "6" and bars(run)[-1]["text/plain"].startswith("3 in")
    left = session.run("for (const i of progress(10)) if (i === 2) break;")
    assert bars(left)[-1]["text/plain"].startswith("2 of 10 in")
    assert bars(session.run("for (const i of progress(0)) {}"))[-1]["text/plain"].startswith("0 of 0")


def test_print_shows_tables_of_objects(session):
    run = session.run("print('runs', 3);\nprint('before', [{ name: 'a<b', loss: 0.5 }, { name: 'c', loss: 12, note: [1, 2] }], 'after');\nprint({ x: [1, 2], y: Float64Array.of(3, 4) });\nprint([1, 2], { a: 1 });\nprint();")
    first, second = run.of("display_data")
    assert first["data"]["text/plain"] == "name  loss  note\n────  ────  ────────\na<b    0.5\nc       12  [ 1, 2 ]"
    assert '<td align="left">a&lt;b</td> <td align="right">0.5</td>' in first["data"]["text/html"]
    assert second["data"]["text/plain"] == "x  y\n─  ─\n1  3\n2  4"
    assert run.stdout == "runs 3\nbefore\nafter\n[ 1, 2 ] { a: 1 }\n\n"


def test_print_counts_omitted_rows_and_columns(session):
    run = session.run("print(Array.from({ length: 250 }, (_, i) => ({ i, long: 'x'.repeat(200) })));")
    data = run.of("display_data")[0]["data"]
    assert data["text/plain"].endswith("\nand 150 more rows") and data["text/html"].endswith("<p>and 150 more rows</p>")
    assert "x" * 59 + "…" in data["text/plain"] and "x" * 60 not in data["text/plain"]


def test_a_silent_request_has_no_output_and_no_history(session):
    count = session.run("1").reply["execution_count"]
    run = session.run("console.log('quiet'); 2", silent=True)
    assert run.reply["status"] == "ok"
    assert [m["msg_type"] for m in run.messages if m["msg_type"] in ("execute_input", "execute_result", "error")] == []
    assert session.run("1").reply["execution_count"] == count + 1


def test_execute_input_and_count(session):
    run = session.run("1 + 1")
    assert run.of("execute_input")[0] == {"code": "1 + 1", "execution_count": run.reply["execution_count"]}


def test_progress_and_display_have_types(session):
    assert "Progress<number>" in session.request(session.client.inspect("progress(3)", 2))["data"]["text/plain"]


def test_a_hundred_thousand_lines_arrive_complete_and_in_order(session):
    run = session.run("for (let i = 0; i < 100_000; i++) console.log(`line ${i}`);")
    assert run.stdout == "".join(f"line {i}\n" for i in range(100_000))
    assert len(run.of("stream")) < 200

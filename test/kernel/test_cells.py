"""What a person meets when they run cells."""


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


def test_variables_carry_over_with_their_types(session):
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


def test_stream_of_a_synchronous_loop_arrives_while_it_runs(session):
    mid = session.send("console.log('first'); const end = Date.now() + 1500; while (Date.now() < end) {} console.log('last');")
    # what is held until the end arrives as one message
    assert session.wait_for(mid, "stream")["text"] == "first\n"
    assert session.wait_for(mid, "stream")["text"] == "last\n"
    session.collect(mid)


def test_output_keeps_its_order(session):
    run = session.run("for (let i = 0; i < 3; i++) { console.log(i); display({ 'text/plain': `d${i}` }); }")
    kinds = [m["msg_type"] for m in run.messages if m["msg_type"] in ("stream", "display_data")]
    assert kinds == ["stream", "display_data"] * 3


def test_display_of_any_bundle_with_update(session):
    run = session.run("const shown = display({ 'application/x-mine': { a: 1 }, 'text/plain': 'one' });\nshown.update({ 'text/plain': 'two' });")
    first, second = run.of("display_data")[0], run.of("update_display_data")[0]
    assert first["data"] == {"application/x-mine": {"a": 1}, "text/plain": "one"}
    assert second["data"] == {"text/plain": "two"}
    assert first["transient"]["display_id"] == second["transient"]["display_id"] != ""


def test_objects_display_by_their_own_method(session):
    session.run("class Own { [Symbol.for('Jupyter.display')]() { return { 'text/html': '<i>own</i>' }; } }")
    data = session.run("new Own()").result
    assert data["text/html"] == "<i>own</i>"
    assert data["text/plain"] == "Own {}"
    slow = session.run("({ async [Symbol.for('Jupyter.display')]() { return { 'text/plain': 'later' }; } })")
    assert slow.text == "later"


def test_progress(session):
    run = session.run("const bar = progress([1, 2, 3], { label: 'work' });\nfor (const i of bar) bar.note(`item ${i}`);")
    last = run.of("update_display_data")[-1]["data"]
    assert "3 of 3" in last["text/plain"] and "item 3" in last["text/plain"] and last["text/plain"].startswith("work")
    assert '<progress value="3" max="3">' in last["text/html"]


def test_silent_leaves_no_trace(session):
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


def test_a_hundred_thousand_lines_arrive_whole_and_in_order(session):
    run = session.run("for (let i = 0; i < 100_000; i++) console.log(`line ${i}`);")
    assert run.stdout == "".join(f"line {i}\n" for i in range(100_000))
    assert len(run.of("stream")) < 200


def test_a_flood_is_cut_with_a_note(session):
    import re

    count = 20_000
    run = session.run(f"const wide = 'x'.repeat(1000);\nfor (let i = 0; i < {count}; i++) console.log(wide);")
    assert len(run.stdout) < 8e6
    notes = re.findall(r"\[([\d,]+) lines \([\d.]+ MB\) were left out here: the front end takes 1 MB a second\]", run.stdout)
    assert notes, run.stdout[-200:]
    kept = run.stdout.count("x" * 1000 + "\n")
    lost = sum(int(n.replace(",", "")) for n in notes)
    assert kept + lost == count
    assert session.run("'after'").text == "'after'"

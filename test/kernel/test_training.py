"""Trainings by fit: displays that are updated while they run, and interrupts between two batches that keep the best weights."""

import json
import time

import pytest
from mimes import RATES, TRAINING

SETUP = """import { data, F, findLearningRate, fit, manualSeed, nn, optim, randint, randn } from "tapelab";
manualSeed(1);
const x = randn([64, 8]);
const y = randint(0, 3, [64]);
const model = new nn.Sequential(new nn.Linear(8, 32), new nn.ReLU(), new nn.Linear(32, 3));
const loader = new data.DataLoader(new data.TensorDataset(x, y), { batchSize: 16, shuffle: true, seed: 2 });
const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
const base = { loss: F.crossEntropy, optimizer, validation: [[x, y]], metrics: ["accuracy" as const] };"""


@pytest.fixture(autouse=True)
def prepared(session):
    session.run(SETUP)


def shown(messages):
    return [m for m in messages if m["msg_type"] in ("display_data", "update_display_data") and TRAINING in m["content"]["data"]]


def check_end(messages, state):
    displays = shown(messages)
    assert [m["msg_type"] for m in displays].count("display_data") == 1
    assert len({m["content"]["transient"]["display_id"] for m in displays}) == 1, "one display is updated"
    content = displays[-1]["content"]["data"]
    assert content[TRAINING]["state"] == state
    assert content["image/svg+xml"].startswith("<svg ") and "text/html" not in content
    return content


def test_updates_arrive_while_it_runs_and_its_result_is_shown_once(session):
    began = time.monotonic()
    sent = session.send("const slow = { onBatchEnd: async () => { await new Promise((r) => setTimeout(r, 10)); } };\nawait fit(model, loader, { ...base, epochs: 40, callbacks: slow })")
    messages = session.collect(sent).messages
    running = [data for data in (m["content"]["data"] for m in shown(messages)) if data[TRAINING]["state"] == "running"]
    assert 3 <= len(running) <= 2 + 4 * (time.monotonic() - began), "some updates, at most 4 a second"
    batches = [data[TRAINING]["batches"] for data in running]
    assert batches == sorted(set(batches))
    assert max(len(json.dumps(data)) for data in running) < 32_000
    assert running[-1][TRAINING]["left"] is not None
    content = check_end(messages, "finished")
    assert "image/png" in content
    assert content["text/plain"].startswith("40 epochs: loss ")
    assert not [m for m in messages if m["msg_type"] == "execute_result"], "the display is its result"


def test_the_history_is_shown_in_a_later_cell(session):
    session.run("const history = await fit(model, loader, { ...base, epochs: 2 });")
    result = session.run("history")
    assert result.result[TRAINING]["done"] == 2


@pytest.mark.parametrize("batch_ms", [1, 400])
def test_an_interrupt_stops_it_between_two_batches_with_the_best_weights(session, batch_ms):
    session.run(
        "let [inside, done] = [0, 0];\nlet best = '';\n"
        "const weights = () => JSON.stringify(Object.values(model.stateDict()).map((t) => t.toArray()));\n"
        "const step = ([a, b]: readonly Tensor[]) => {\n"
        f"  inside++;\n  const until = performance.now() + {batch_ms};\n  while (performance.now() < until);\n  done++;\n"
        "  return F.crossEntropy(model(a), b);\n};\nimport type { Tensor } from 'tapelab';"
    )
    sent = session.send(
        "await fit(model, [[x, y]], { step, optimizer, epochs: 10_000, keepBest: true, mode: 'max',\n"
        "  callbacks: { onEpochEnd: ({ history }) => { if (history.best!.epoch === history.epochs.length) best = weights(); } } });"
    )
    earlier = session.until(sent, lambda m: shown([m]) and m["content"]["data"][TRAINING]["done"] > 0)
    session.manager.interrupt_kernel()
    stopped = session.collect(sent)
    stopped.messages[:0] = earlier
    assert stopped.error["ename"] == "KeyboardInterrupt"
    content = check_end(stopped.messages, "interrupted")
    assert content[TRAINING]["best"]["restored"] is True
    assert session.run("inside === done && done > 0").text == "true", "no batch was cut off"
    assert session.run("weights() === best").text == "true"
    assert session.run("model.training").text == "true"


def test_a_second_interrupt_terminates_a_batch_that_does_not_end(session):
    sent = session.start("await fit(model, [[x, y]], { step: () => { console.log('runs'); for (;;); }, optimizer, epochs: 1 });")
    session.manager.interrupt_kernel()
    time.sleep(0.2)
    session.manager.interrupt_kernel()
    stopped = session.collect(sent)
    assert stopped.error["ename"] == "KeyboardInterrupt"
    assert session.run("1 + 1").text == "2"


def test_an_error_shows_how_far_it_came(session):
    failed = session.run("await fit(model, loader, { ...base, epochs: 9, callbacks: { onEpochEnd: ({ epoch }) => { if (epoch === 3) throw new Error('enough'); } } });")
    assert failed.error["evalue"] == "enough"
    assert check_end(failed.messages, "failed")[TRAINING]["reason"] == "enough"


def test_a_search_for_a_learning_rate_is_shown(session):
    result = session.run("await findLearningRate(model, loader, { loss: F.crossEntropy, optimizer })")
    assert result.result[RATES]["suggestion"] is not None
    assert result.result["image/svg+xml"].startswith("<svg ")

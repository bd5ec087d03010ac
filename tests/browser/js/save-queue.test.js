import assert from "node:assert/strict";
import { test } from "node:test";
import { newKey, retryDelay, SaveQueue } from "../../../lms/static/js/lib/save-queue.js";

/** A server whose answers the test gives one by one. */
function bench() {
  const sent = [];
  const shown = [];
  const planned = [];
  let answers = [];
  let number = 0;
  const queue = new SaveQueue(
    (payload, key) => new Promise((resolve) => { sent.push({ payload, key }); answers.push(resolve); }),
    (state) => shown.push(state),
    { later: (run, ms) => planned.push({ run, ms }), cancel: () => {}, key: () => `k${(number += 1)}` },
  );
  const answer = async (kind) => {
    answers.shift()({ kind });
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, sent, shown, planned, answer };
}

test("one request at a time, and the newest state follows", async () => {
  const { queue, sent, answer } = bench();
  queue.put("a");
  queue.put("b");
  queue.put("c");
  assert.deepEqual(sent.map((item) => item.payload), ["a"]);
  await answer("saved");
  assert.deepEqual(sent.map((item) => item.payload), ["a", "c"]);
  assert.equal(queue.dirty, true);
  await answer("saved");
  assert.equal(queue.dirty, false);
});

test("what was not acknowledged is sent again under the same key", async () => {
  const { queue, sent, shown, planned, answer } = bench();
  queue.put("a");
  await answer("offline");
  assert.equal(queue.dirty, true);
  assert.equal(planned[0].ms, 2000);
  planned[0].run();
  assert.deepEqual(sent[1], sent[0]);
  await answer("saved");
  assert.deepEqual(shown, ["saving", "offline", "saving", "saved"]);
});

test("a state without an answer goes before a newer one, which may have arrived after all", async () => {
  const { queue, sent, answer } = bench();
  queue.put("a");
  await answer("offline");
  queue.put("b");
  queue.put("c");
  assert.deepEqual(sent[1], { payload: "a", key: "k1" });
  await answer("saved");
  assert.deepEqual(sent.slice(2), [{ payload: "c", key: "k3" }]);
  await answer("saved");
  assert.equal(queue.dirty, false);
});

test("what is refused does not hold up what was typed since", async () => {
  const { queue, sent, answer } = bench();
  queue.put("12a");
  queue.put("12");
  await answer("refused");
  assert.deepEqual(sent.map((item) => item.payload), ["12a", "12"]);
  await answer("saved");
  assert.equal(queue.dirty, false);
});

test("after a conflict nothing more is sent", async () => {
  const { queue, sent, answer } = bench();
  queue.put("a");
  await answer("conflict");
  queue.put("b");
  assert.equal(sent.length, 1);
});

test("waiting grows up to a minute and keys differ", () => {
  assert.deepEqual([1, 2, 3, 9].map(retryDelay), [2000, 4000, 8000, 60000]);
  assert.match(newKey(), /^[0-9a-f]{32}$/);
  assert.notEqual(newKey(), newKey());
});

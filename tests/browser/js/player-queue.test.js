import assert from "node:assert/strict";
import { test } from "node:test";
import { BATCH, KEEP_MS, afterAck, backOff, nextBatch, sort, verdict } from "../../../lms/static/js/player/queue.js";

const beat = (seq, extra = {}) => ({
  account: "me", launch: "L1", seq, slide: "a", position: 1, seconds: 2, kind: "beat", at: "2026-11-22T01:00:00Z", ...extra,
});

test("a request carries one launch, the oldest first, in order, without what only the browser needs", () => {
  const waiting = [beat(2, { launch: "L2", at: "2026-11-22T02:00:00Z" }), beat(3), beat(1)];
  const batch = nextBatch(waiting);
  assert.equal(batch.launch, "L1");
  assert.deepEqual(batch.beats.map((each) => each.seq), [1, 3]);
  assert.deepEqual(Object.keys(batch.beats[0]).sort(), ["at", "kind", "position", "seconds", "seq", "slide"]);
  assert.equal(nextBatch([]), null);
});

test("a long outage is sent in pieces", () => {
  const waiting = Array.from({ length: BATCH + 5 }, (_, index) => beat(index + 1));
  assert.equal(nextBatch(waiting).beats.length, BATCH);
});

test("only what was acknowledged leaves the queue", () => {
  const waiting = [beat(1), beat(2), beat(3), beat(1, { launch: "L2" })];
  assert.deepEqual(afterAck(waiting, "L1", 2).map((each) => [each.launch, each.seq]), [["L1", 3], ["L2", 1]]);
});

test("another person's progress on a shared PC is neither sent nor thrown away", () => {
  const now = Date.parse("2026-11-22T03:00:00Z");
  const found = [beat(1), beat(1, { account: "other" }), beat(2, { at: new Date(now - KEEP_MS).toISOString() })];
  const { mine, expired } = sort(found, "me", now);
  assert.deepEqual(mine.map((each) => each.seq), [1]);
  assert.deepEqual(expired.map((each) => each.seq), [2]);
});

test("waiting grows to a minute and is spread", () => {
  assert.equal(backOff(1, 0.5), 2000);
  assert.equal(backOff(3, 0), 4000);
  assert.equal(backOff(20, 0.5), 60_000);
  assert.ok(backOff(2, 0) < backOff(2, 0.99));
});

test("what an answer means for the queue", () => {
  const meaning = { 200: "taken", 400: "sign-in", 401: "sign-in", 404: "refused", 422: "refused", 429: "later", 503: "later", 0: "later" };
  for (const [status, expected] of Object.entries(meaning)) assert.equal(verdict(Number(status)), expected, status);
});

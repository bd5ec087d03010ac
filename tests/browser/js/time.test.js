import assert from "node:assert/strict";
import { test } from "node:test";
import { clockOffset, clockText, passedMarks, secondsLeft } from "../../../lms/static/js/lib/time.js";

test("the server's clock counts, not the device's", () => {
  const device = Date.parse("2026-11-22T10:05:00+09:00");
  const offset = clockOffset("2026-11-22T10:00:00+09:00", device);
  assert.equal(offset, -300_000);
  assert.equal(secondsLeft(Date.parse("2026-11-22T10:01:00+09:00"), device + offset), 60);
  assert.equal(clockOffset("not a time", device), 0);
});

test("time left never goes below zero and rounds up", () => {
  assert.equal(secondsLeft(1000, 5000), 0);
  assert.equal(secondsLeft(1001, 0), 2);
});

test("seconds are shown as a clock", () => {
  assert.deepEqual([5, 65, 600, 3723].map(clockText), ["0:05", "1:05", "10:00", "1:02:03"]);
});

test("a warning is given once, also when readings jump over it", () => {
  assert.deepEqual(passedMarks(301, 300, [300, 60]), [300]);
  assert.deepEqual(passedMarks(300, 299, [300, 60]), []);
  assert.deepEqual(passedMarks(400, 30, [60, 300]), [300, 60]);
});

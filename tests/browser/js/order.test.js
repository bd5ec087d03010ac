import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, placeAt } from "../../../lms/static/js/lib/order.js";

test("moving keeps every entry", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 1), ["a", "c", "b"]);
});

test("the ends hold", () => {
  assert.deepEqual(moved(["a", "b"], 0, -1), ["a", "b"]);
  assert.deepEqual(moved(["a", "b"], 1, 9), ["a", "b"]);
});

test("a dropped thing goes where the pointer is", () => {
  const boxes = [{ top: 0, height: 40 }, { top: 50, height: 40 }];
  assert.deepEqual([10, 30, 60, 200].map((y) => placeAt(y, boxes)), [0, 1, 1, 2]);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { isComplete, responseOf } from "../../../lms/static/js/player/answers.js";
import { actionFor } from "../../../lms/static/js/player/keys.js";
import { clock, fill, locate, offsetOf, readCues, startedBy, wordAt } from "../../../lms/static/js/player/timeline.js";

const SLIDES = [{ duration: 10 }, { duration: 20.5 }, { duration: 5 }];

test("a place in the module is a slide and the seconds in it", () => {
  assert.deepEqual(locate(SLIDES, 0), { index: 0, position: 0 });
  assert.deepEqual(locate(SLIDES, 10), { index: 1, position: 0 });
  assert.deepEqual(locate(SLIDES, 31), { index: 2, position: 0.5 });
  assert.deepEqual(locate(SLIDES, 999), { index: 2, position: 5 });
  assert.deepEqual(locate(SLIDES, -3), { index: 0, position: 0 });
  assert.equal(offsetOf(SLIDES, 2), 30.5);
});

test("cues are read from their short form", () => {
  assert.deepEqual(readCues("[]"), []);
  assert.deepEqual(readCues("[[50,150],[300,200,4,91,0,6,39,52,2,3]]"), [
    [0.5, 2, []],
    [3, 5, [[3.04, 3.95, 0, 6], [4.34, 4.86, 8, 11]]],
  ]);
});

test("the sentence that has begun stays until the next begins", () => {
  const cues = [[0.5, 2, []], [3, 5, []]];
  assert.deepEqual([0, 0.5, 2.5, 3, 99].map((at) => startedBy(cues, at)), [-1, 0, 0, 1, 1]);
  assert.equal(startedBy([], 1), -1);
});

test("a word is marked only while it is spoken", () => {
  const cue = [0, 3, [[0, 1, 0, 2], [1.5, 2, 2, 5]]];
  assert.deepEqual(wordAt(cue, 0.9), [0, 1, 0, 2]);
  assert.equal(wordAt(cue, 1.2), null);
  assert.deepEqual(wordAt(cue, 1.5), [1.5, 2, 2, 5]);
  assert.equal(wordAt(undefined, 1), null);
});

test("times and texts", () => {
  assert.deepEqual([0, 59.99, 75, 3675].map(clock), ["0:00", "0:59", "1:15", "1:01:15"]);
  assert.equal(fill("{number}枚目「{title}」{other}", { number: 2, title: "題" }), "2枚目「題」{other}");
});

test("keys", () => {
  const on = { singleKeys: true };
  const actions = { " ": "toggle", k: "toggle", K: "toggle", ArrowLeft: "back", ArrowRight: "forward", c: "captions", t: "transcript", n: "next", f: "fullscreen", "+": "zoom-in", ";": "zoom-in", "-": "zoom-out", "?": "help" };
  for (const [key, action] of Object.entries(actions)) assert.equal(actionFor({ key }, on), action, key);
  assert.equal(actionFor({ key: "ArrowLeft", shift: true }, on), "previous");
  assert.equal(actionFor({ key: "ArrowRight", shift: true }, on), "next");
  assert.equal(actionFor({ key: "x" }, on), null);
});

test("a control that has the focus keeps its keys", () => {
  const on = { singleKeys: true };
  assert.equal(actionFor({ key: "k", typing: true }, on), null);
  assert.equal(actionFor({ key: " ", operating: true }, on), null);
  assert.equal(actionFor({ key: "k", operating: true }, on), "toggle");
  assert.equal(actionFor({ key: "c", modified: true }, on), null);
});

test("single keys can be switched off; space and arrows stay", () => {
  const off = { singleKeys: false };
  assert.equal(actionFor({ key: "k" }, off), null);
  assert.equal(actionFor({ key: "?" }, off), null);
  assert.equal(actionFor({ key: " " }, off), "toggle");
  assert.equal(actionFor({ key: "ArrowRight" }, off), "forward");
});

test("the response of each kind of question", () => {
  const fields = [["_key", "x"], ["answer", "a"], ["answer", "b"], ["order-o2", "1"], ["order-o1", "2"], ["match-l1", "r2"], ["match-l2", ""]];
  assert.equal(responseOf("single", fields), "a");
  assert.deepEqual(responseOf("multiple", fields), ["a", "b"]);
  assert.deepEqual(responseOf("order", fields), ["o2", "o1"]);
  assert.deepEqual(responseOf("match", fields), { l1: "r2" });
  assert.equal(responseOf("text", [["answer", "  LGWAN "]]), "LGWAN");
  assert.equal(responseOf("numeric", []), "");
});

test("an answer is complete when something was answered, and every pair was made", () => {
  assert.equal(isComplete("single", "", 0), false);
  assert.equal(isComplete("multiple", [], 0), false);
  assert.equal(isComplete("match", { l1: "r1" }, 2), false);
  assert.equal(isComplete("match", { l1: "r1", l2: "r1" }, 2), true);
});

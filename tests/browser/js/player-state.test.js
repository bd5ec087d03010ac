import assert from "node:assert/strict";
import { test } from "node:test";
import { initial, reduce } from "../../../lms/static/js/player/state.js";

const SLIDES = [
  { id: "a", duration: 10, stops: [] },
  { id: "b", duration: 20, stops: ["q1", "q2"] },
  { id: "c", duration: 5, stops: [] },
];
const start = (options = {}) => initial(SLIDES, { open: ["q1", "q2"], ...options });
const run = (state, ...events) => events.reduce((now, event) => reduce(now, event, SLIDES), state);
const brief = ({ mode, index, position, stop }) => ({ mode, index, position, stop });
const ended = { type: "ended", advance: true };

test("it begins paused, where the learner stopped, and inside the module", () => {
  assert.deepEqual(brief(start({ index: 1, position: 7 })), { mode: "paused", index: 1, position: 7, stop: null });
  assert.equal(start({ index: 9 }).index, 2);
  assert.equal(start({ index: 0, position: 99 }).position, 10);
});

test("the end of a slide leads to the next one, which plays on", () => {
  const now = run(start(), { type: "play" }, ended);
  assert.deepEqual(brief(now), { mode: "playing", index: 1, position: 0, stop: null });
});

test("without automatic advance the end of a slide pauses, and play goes on", () => {
  const now = run(start(), { type: "play" }, { type: "ended", advance: false });
  assert.deepEqual(brief(now), { mode: "paused", index: 0, position: 10, stop: null });
  assert.equal(run(now, { type: "play" }).index, 1);
});

test("playback stops at each unanswered question and goes on after the last", () => {
  const first = run(start({ index: 1 }), { type: "play" }, ended);
  assert.deepEqual(brief(first), { mode: "question", index: 1, position: 20, stop: "q1" });
  const second = run(first, { type: "answered", stop: "q1" }, { type: "next" });
  assert.equal(second.stop, "q2");
  const after = run(second, { type: "answered", stop: "q2" }, { type: "next" });
  assert.deepEqual(brief(after), { mode: "playing", index: 2, position: 0, stop: null });
});

test("after a question that was opened while paused nothing starts to play", () => {
  const now = run(start({ index: 1 }), { type: "next" }, { type: "next" }, { type: "next" });
  assert.deepEqual(brief(now), { mode: "paused", index: 2, position: 0, stop: null });
});

test("play at an answered question goes on, at an open one it waits for the answer", () => {
  const asked = run(start({ index: 1 }), { type: "next" });
  assert.equal(run(asked, { type: "play" }), asked);
  const onward = run(asked, { type: "answered", stop: "q1" }, { type: "play" });
  assert.equal(onward.stop, "q2");
  assert.equal(run(onward, { type: "answered", stop: "q2" }, { type: "play" }).mode, "playing");
});

test("an answered question does not stop playback again", () => {
  const now = run(initial(SLIDES, { open: ["q2"], index: 1 }), { type: "play" }, ended);
  assert.equal(now.stop, "q2");
  assert.equal(run(initial(SLIDES, { index: 1 }), { type: "play" }, ended).index, 2);
});

test("the last slide ends in the end, and play begins again from the first", () => {
  const end = run(start({ index: 2 }), { type: "play" }, ended);
  assert.equal(end.mode, "end");
  assert.deepEqual(brief(run(end, { type: "play" })), { mode: "playing", index: 0, position: 0, stop: null });
  assert.deepEqual(brief(run(end, { type: "previous" })), { mode: "paused", index: 2, position: 0, stop: null });
  assert.equal(run(end, { type: "next" }), end);
});

test("ten seconds cross a border, but never an unanswered question", () => {
  assert.deepEqual(brief(run(start({ position: 4 }), { type: "skip", seconds: 10 })), {
    mode: "paused", index: 1, position: 4, stop: null,
  });
  assert.equal(run(start({ index: 1, position: 15 }), { type: "skip", seconds: 10 }).stop, "q1");
  const long = initial([...SLIDES, ...SLIDES], { open: ["q1"] });
  assert.equal(reduce(long, { type: "skip", seconds: 60 }, [...SLIDES, ...SLIDES]).stop, "q1");
  assert.equal(run(start({ index: 2, position: 1 }), { type: "skip", seconds: 10 }).mode, "end");
  const back = run(start({ index: 1, position: 3 }), { type: "skip", seconds: -10 });
  assert.deepEqual(brief(back), { mode: "paused", index: 0, position: 3, stop: null });
  assert.equal(run(start(), { type: "skip", seconds: -10 }).position, 0);
});

test("a question reached by skipping while paused stays paused afterwards", () => {
  const asked = run(start({ index: 1, position: 15 }), { type: "skip", seconds: 10 });
  assert.equal(run(asked, { type: "next" }, { type: "next" }).mode, "paused");
});

test("the seek bar and the contents go anywhere and keep playing", () => {
  const playing = run(start(), { type: "play" });
  assert.deepEqual(brief(run(playing, { type: "seek", total: 32 })), {
    mode: "playing", index: 2, position: 2, stop: null,
  });
  assert.deepEqual(brief(run(playing, { type: "goto", index: 1, position: 5 })), {
    mode: "playing", index: 1, position: 5, stop: null,
  });
});

test("leaving a question by the contents shows a slide and waits", () => {
  const asked = run(start({ index: 1 }), { type: "play" }, ended);
  assert.deepEqual(brief(run(asked, { type: "goto", index: 0 })), { mode: "paused", index: 0, position: 0, stop: null });
  assert.deepEqual(brief(run(asked, { type: "previous" })), { mode: "paused", index: 1, position: 0, stop: null });
});

test("an open question can be reached from the end", () => {
  const end = run(start({ index: 2 }), { type: "next" });
  assert.deepEqual(brief(run(end, { type: "ask", stop: "q2" })), { mode: "question", index: 1, position: 20, stop: "q2" });
  assert.equal(run(end, { type: "ask", stop: "unknown" }), end);
});

test("a late report of the sound changes nothing once it is paused", () => {
  const paused = run(start(), { type: "play" }, { type: "pause" });
  assert.equal(run(paused, { type: "time", position: 3 }), paused);
  assert.equal(run(paused, ended), paused);
});

test("only deliberate moves count as jumps", () => {
  const playing = run(start(), { type: "play" });
  assert.equal(run(playing, { type: "time", position: 3 }).jumps, playing.jumps);
  assert.equal(run(playing, { type: "skip", seconds: 5 }).jumps, playing.jumps + 1);
});

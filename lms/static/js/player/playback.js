/**
 * One module being played. All state is in `state.js`; this carries every change of it to the sound,
 * the stage, the bar and the server.
 */

import { Captions } from "./captions.js";
import { Controls } from "./controls.js";
import { Engagement } from "./engagement.js";
import { Frame } from "./frame.js";
import { announceMedia } from "./mediasession.js";
import { Narration } from "./narration.js";
import { Outline } from "./outline.js";
import { findAll, findOne, readSlides, readStart } from "./page.js";
import { Questions } from "./questions.js";
import { load } from "./settings.js";
import { Stage } from "./stage.js";
import { initial, reduce } from "./state.js";
import { Sync } from "./sync.js";
import { offsetOf } from "./timeline.js";

export class Playback {
  /**
   * @param {HTMLElement} root the page the server sent
   * @param {AbortSignal} signal ends it
   */
  constructor(root, signal) {
    this.root = root;
    const data = root.dataset;
    /** @type {Record<string, string>} */
    this.text = JSON.parse(data.text ?? "{}");
    this.settings = load(JSON.parse(data.settings ?? "{}"));
    this.slides = readSlides(root);
    this.state = initial(this.slides, readStart(root, this.slides, location.hash));

    for (const part of findAll(root, "[data-scripted]")) part.hidden = false;
    for (const part of findAll(root, "[data-plain]")) part.hidden = true;
    root.dataset.ready = "";

    const server = { csrf: data.csrf ?? "", launch: data.launch ?? "" };
    this.sync = new Sync(
      { ...server, url: data.progressUrl ?? "", account: data.account ?? "" },
      (report) => this.outline.report(report),
    );
    this.outline = new Outline(root, this.text);
    this.stage = new Stage(root);
    this.controls = new Controls(root, this.slides, this.text);
    this.captions = new Captions(root, this.slides, (index, cue) =>
      this.send({ type: "goto", index, position: this.slides[index].cues[cue][0] }),
    );
    this.questions = new Questions(root, { ...server, url: data.answerUrl ?? "", text: this.text }, {
      answered: (stop, result) => {
        this.outline.answered(result);
        this.send({ type: "answered", stop });
      },
    });
    this.narration = new Narration(/** @type {HTMLAudioElement} */ (findOne(root, "audio")), {
      time: (position) => this.send({ type: "time", position }),
      ended: () => {
        this.#record("end");
        this.send({ type: "ended", advance: this.settings.advance });
      },
      blocked: () => this.send({ type: "pause" }),
      silent: () => this.captions.say(this.text.silent),
    });
    this.engagement = new Engagement(
      () => this.state.mode === "playing",
      () => this.#record("beat"),
      signal,
    );
    this.frame = new Frame(this, signal);

    this.#listen(signal);
    this.#load();
    this.#show(false);
    this.#record("slide");
    this.sync.start();
    announceMedia(this);
  }

  /** Stop everything that would go on without the page. */
  stop() {
    this.narration.pause();
    this.stage.disconnect();
  }

  /** Let something happen. @param {import("./state.js").Event} event */
  send(event) {
    const was = this.state;
    const now = reduce(was, event, this.slides);
    if (now === was) return;
    const moved = now.index !== was.index;
    const turned = moved || now.stop !== was.stop || (now.mode === "end") !== (was.mode === "end");
    if (moved || (was.mode === "playing" && now.mode !== "playing" && event.type !== "ended")) {
      this.#record("beat");
    }
    this.state = now;
    if (event.type === "time") {
      this.#tick();
      return;
    }
    if (moved) {
      this.#load();
      this.#record("slide");
    } else if (now.jumps !== was.jumps) {
      this.narration.seek(now.position);
    }
    if (now.mode !== was.mode || moved) {
      if (now.mode === "playing") this.narration.play();
      else this.narration.pause();
    }
    if (turned) this.#show(true);
    this.controls.show(now);
    this.outline.show(now);
    this.#tick();
  }

  /** @param {boolean} moveFocus whether somebody asked for it, or the page was just opened */
  #show(moveFocus) {
    const lost = this.stage.box.contains(document.activeElement);
    this.stage.show(this.state);
    this.controls.show(this.state);
    this.outline.show(this.state);
    this.#tick();
    const { mode, index } = this.state;
    if (!moveFocus) return;
    if (mode === "question" || mode === "end") {
      this.stage.focus();
    } else {
      this.outline.announce(index);
      // Focus that stood in what went away must not fall back to the start of the page.
      if (lost) this.controls.toggle.focus({ preventScroll: true });
    }
  }

  #load() {
    const { index, position } = this.state;
    this.narration.rate = this.settings.rate;
    this.narration.load(this.slides[index], position);
    this.captions.prefetch(this.slides[index + 1]?.audio);
  }

  #tick() {
    this.controls.tick(this.state);
    this.captions.show(this.state);
  }

  /** @param {"slide" | "beat" | "end"} kind */
  #record(kind) {
    const { index, position } = this.state;
    const { id, duration } = this.slides[index];
    const at = kind === "end" ? duration : position;
    const seconds = this.engagement.take();
    if (kind === "beat" && seconds < 0.5) return;
    this.sync.record({ slide: id, position: Math.round(at * 100) / 100, seconds, kind });
    this.sync.flush();
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    window.addEventListener("pagehide", () => {
      this.#record("beat");
      this.sync.beacon();
    }, { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#record("beat");
    }, { signal });
    window.addEventListener("online", () => {
      this.sync.send();
      this.questions.retry();
    }, { signal });
    this.controls.seek.addEventListener("input", () => {
      this.send({ type: "seek", total: Number(this.controls.seek.value) });
    });
  }

  /** Seconds from the start of the module. */
  get total() {
    return offsetOf(this.slides, this.state.index) + this.state.position;
  }
}

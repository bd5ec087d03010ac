/**
 * The voice of a slide: one audio element for the whole page, or a clock that keeps the same time
 * when there is no sound to play. The length always comes from the timeline, never from the file.
 *
 * @typedef {object} Track
 * @property {string} audio address, empty without speech
 * @property {number} duration seconds
 */

/** How often the place is reported, in milliseconds; fine enough to follow single words. */
const TICK = 100;

/** Seconds without progress after which a sound device is taken to be missing. */
const STALLED = 8;

export class Narration {
  /** @type {Track} */
  #track = { audio: "", duration: 0 };
  #rate = 1;
  #playing = false;
  #timer = 0;
  #position = 0;
  #since = 0;
  #still = 0;
  #silent = true;

  /**
   * @param {HTMLAudioElement} audio
   * @param {{time: (position: number) => void, ended: () => void, blocked: () => void,
   *   silent: () => void}} on `silent`: the sound failed and the clock has taken over
   */
  constructor(audio, on) {
    this.audio = audio;
    this.on = on;
    audio.preservesPitch = true;
    audio.addEventListener("ended", () => this.#finish());
    audio.addEventListener("error", () => this.#lose());
    audio.addEventListener("loadedmetadata", () => {
      if (Math.abs(audio.currentTime - this.#position) > 0.05) audio.currentTime = this.#position;
    });
  }

  /** Seconds from the start of the slide. */
  get position() {
    return this.#position;
  }

  /** @param {number} rate */
  set rate(rate) {
    this.#advance();
    this.#rate = rate;
    this.audio.defaultPlaybackRate = rate;
    this.audio.playbackRate = rate;
  }

  /** @param {Track} track @param {number} position */
  load(track, position) {
    const playing = this.#playing;
    this.pause();
    this.#track = track;
    this.#position = position;
    this.#silent = !track.audio;
    if (track.audio) this.audio.src = track.audio;
    else this.audio.removeAttribute("src");
    if (playing) this.play();
  }

  /** @param {number} position */
  seek(position) {
    this.#position = position;
    this.#since = performance.now();
    if (!this.#silent && this.audio.readyState > 0) this.audio.currentTime = position;
    this.on.time(position);
  }

  play() {
    this.#playing = true;
    this.#since = performance.now();
    this.#still = this.#since;
    clearInterval(this.#timer);
    this.#timer = window.setInterval(() => this.#tick(), TICK);
    if (this.#silent) return;
    this.audio.play().catch((error) => {
      if (error.name === "NotAllowedError") this.on.blocked();
      else if (error.name !== "AbortError") this.#lose();
    });
  }

  pause() {
    this.#advance();
    this.#playing = false;
    clearInterval(this.#timer);
    this.audio.pause();
  }

  #tick() {
    this.#advance();
    if (!this.#playing) return;
    this.on.time(this.#position);
    if (this.#silent && this.#position >= this.#track.duration) this.#finish();
  }

  /** Bring the place up to now. */
  #advance() {
    if (!this.#playing) return;
    const now = performance.now();
    if (this.#silent) {
      const passed = ((now - this.#since) / 1000) * this.#rate;
      this.#position = Math.min(this.#position + passed, this.#track.duration);
      this.#since = now;
      return;
    }
    const heard = Math.min(this.audio.currentTime, this.#track.duration);
    if (this.audio.readyState > 0 && heard !== this.#position) {
      this.#position = heard;
      this.#still = now;
    } else if (now - this.#still > STALLED * 1000) {
      this.#lose();
    }
  }

  #finish() {
    if (!this.#playing) return;
    this.#playing = false;
    clearInterval(this.#timer);
    this.#position = this.#track.duration;
    this.on.ended();
  }

  /** The sound cannot be played: go on by the clock from the same place. */
  #lose() {
    if (this.#silent) return;
    this.#silent = true;
    this.#since = performance.now();
    this.audio.pause();
    this.on.silent();
  }
}

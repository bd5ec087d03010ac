/** Title and keys for the media controls of the operating system and of headphones. */

/** @param {import("./playback.js").Playback} player */
export function announceMedia(player) {
  if (!("mediaSession" in navigator)) return;
  const { moduleTitle: title, courseTitle: artist } = player.root.dataset;
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist });
  /** @type {Partial<Record<MediaSessionAction, () => void>>} */
  const handlers = {
    play: () => player.send({ type: "play" }),
    pause: () => player.send({ type: "pause" }),
    seekbackward: () => player.send({ type: "skip", seconds: -10 }),
    seekforward: () => player.send({ type: "skip", seconds: 10 }),
    previoustrack: () => player.send({ type: "previous" }),
    nexttrack: () => player.send({ type: "next" }),
  };
  for (const [action, handler] of Object.entries(handlers)) {
    navigator.mediaSession.setActionHandler(/** @type {MediaSessionAction} */ (action), handler);
  }
}

/**
 * Where unsent progress is kept: IndexedDB, and plain memory where the browser refuses it.
 * Only slide ids and seconds are stored; nothing that names a person or repeats an answer.
 *
 * @typedef {import("./queue.js").Stored} Stored
 */

const DATABASE = "lms-player";
const BEATS = "beats";

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @returns {Promise<IDBDatabase>} */
function connect() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () =>
    request.result.createObjectStore(BEATS, { keyPath: ["account", "launch", "seq"] });
  return done(request).then((database) => {
    // Another tab that signs out deletes the database; holding it open would block that.
    database.onversionchange = () => database.close();
    return database;
  });
}

export class Store {
  /** @type {IDBDatabase | null} */
  #database = null;

  /** @type {Promise<unknown>} */
  #ready;

  constructor() {
    this.#ready = connect().then(
      (database) => {
        this.#database = database;
      },
      () => {},
    );
  }

  /** @returns {Promise<Stored[]>} everything that waits; empty without IndexedDB */
  async all() {
    await this.#ready;
    try {
      return this.#database ? await done(this.#beats("readonly").getAll()) : [];
    } catch {
      return [];
    }
  }

  /** @param {Stored} beat */
  async add(beat) {
    await this.#ready;
    this.#write((beats) => beats.put(beat));
  }

  /** @param {Stored[]} taken */
  async remove(taken) {
    await this.#ready;
    this.#write((beats) => {
      for (const beat of taken) beats.delete([beat.account, beat.launch, beat.seq]);
    });
  }

  /** @param {(beats: IDBObjectStore) => void} change */
  #write(change) {
    try {
      if (this.#database) change(this.#beats("readwrite"));
    } catch {
      // The database was deleted by a sign-out in another tab: memory still holds the beats.
      this.#database = null;
    }
  }

  /** @param {IDBTransactionMode} mode */
  #beats(mode) {
    return /** @type {IDBDatabase} */ (this.#database)
      .transaction(BEATS, mode)
      .objectStore(BEATS);
  }
}

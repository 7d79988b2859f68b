import type { Draft } from "./draft";

/** Where drafts are kept on this device. A window that is open holds the lock of its place. */
export interface Place {
  read(): Promise<Draft | undefined>;
  write(draft: Draft): Promise<void>;
  forget(): Promise<void>;
  leave(): void;
}

const [DATABASE, STORE] = ["docent-labels", "drafts"];

/**
 * The place of a draft of this person and item. One that another window left behind with unsent work, because it crashed
 * or was loaded again, is taken over; one that another window still has is left to it.
 */
export async function openPlace(person: string, task: string, item: number): Promise<Place> {
  const database = await openDatabase();
  const within = IDBKeyRange.bound([person, task, item], [person, task, item, []]);
  const found = await done(database.transaction(STORE).objectStore(STORE).getAllKeys(within));
  for (const key of [...found, [person, task, item, crypto.randomUUID()]]) {
    const leave = await lock(JSON.stringify(key));
    if (leave) return placeAt(database, key, leave);
  }
  throw new Error("No draft can be kept on this device.");
}

function placeAt(database: IDBDatabase, key: IDBValidKey, leave: () => void): Place {
  const change = (make: (store: IDBObjectStore) => IDBRequest) => {
    // Strict: it is on the disk when it is done.
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    make(transaction.objectStore(STORE));
    return new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("The device refused to keep the draft."));
    });
  };
  return {
    read: () => done(database.transaction(STORE).objectStore(STORE).get(key)),
    write: (draft) => change((store) => store.put(draft, key)),
    forget: () => change((store) => store.delete(key)),
    leave: () => {
      leave();
      database.close();
    },
  };
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** What gives the lock back, or nothing if another window holds it. The browser frees the locks of a window that is gone. */
function lock(name: string): Promise<(() => void) | undefined> {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (held) => {
      if (!held) return resolve(undefined);
      return new Promise<void>((free) => resolve(free));
    });
  });
}

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const CHUNK = 1 << 20;

/** What cannot be read, in words that follow the name of the file. */
export class ReadError extends Error {
  override readonly name = "ReadError";
  /** Whether there is no such file. */
  readonly missing: boolean;
  constructor(message: string, missing = false) {
    super(message);
    this.missing = missing;
  }
}

/**
 * The text of a file of at most `most` octets, whatever the name stands for: a device or a pipe may have no end.
 * @throws ReadError
 */
export function readBounded(path: string, most: number): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "ENOENT" ? new ReadError("does not exist", true) : new ReadError(`cannot be read: ${code}`);
  }
  try {
    if (fstatSync(file).size > most) throw tooLong(most);
    const chunks: Buffer[] = [];
    let octets = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, most + 1 - octets));
      const read = readSync(file, chunk);
      if (read === 0) break;
      octets += read;
      if (octets > most) throw tooLong(most);
      chunks.push(chunk.subarray(0, read));
    }
    return Buffer.concat(chunks).toString("utf8");
  } catch (error) {
    if (error instanceof ReadError) throw error;
    throw new ReadError(`cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  } finally {
    closeSync(file);
  }
}

const tooLong = (most: number): ReadError => new ReadError(`is larger than ${most} octets`);

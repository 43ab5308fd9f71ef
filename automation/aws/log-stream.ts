/** Log lines of a stack on AWS as a stream. */
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { StackPlace } from "../engine/project";
import { awsError } from "./errors";

/** Takes the lines, to their end. */
export type TakeLines = (lines: AsyncIterable<string>) => Promise<void>;

/**
 * A stream that is there at once; what goes wrong on the way ends it.
 *
 * @param read hands over the lines once it has them
 */
export function logStream(place: StackPlace, read: (take: TakeLines) => Promise<void>): Readable {
  const stream = new PassThrough();
  read((lines) => pipeline(Readable.from(withWayOut(place, lines)), stream)).catch((error: unknown) => {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return stream;
}

/** The lines; what AWS refuses on the way, as a failure with a way out. */
async function* withWayOut(place: StackPlace, lines: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    throw awsError(place, error);
  }
}

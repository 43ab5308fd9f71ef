import { StringDecoder } from "node:string_decoder";
import { Transform, type TransformCallback } from "node:stream";
import type { Contents } from "./backup";

const CREATE = /^CREATE TABLE (?:IF NOT EXISTS )?`((?:[^`]|``)+)` \(/;
const INSERT = /^INSERT INTO `((?:[^`]|``)+)` VALUES/;
/** As much of a line as is looked at: a row can be of any length. */
const HEAD = 200;

/**
 * Hands a dump of mariadb-dump on and counts what is in it: each row is on a line of its own, whatever its texts hold, as
 * newlines in them are escaped.
 */
export class DumpReader extends Transform {
  private readonly counts = new Map<string, number>();
  private readonly revisions: string[] = [];
  private readonly decoder = new StringDecoder("latin1");
  private head = "";
  private last = "";
  /** The table whose rows follow. */
  private table: string | undefined;
  /** True in the text of a routine. */
  private apart = false;

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const pieces = this.decoder.write(data).split("\n");
    for (const [at, piece] of pieces.entries()) {
      if (at > 0) this.endLine();
      if (this.head.length < HEAD) this.head += piece.slice(0, HEAD - this.head.length);
      this.last = piece.at(-1) ?? this.last;
    }
    done(null, data);
  }

  contents(): Contents {
    const revision = this.revisions.sort().join(",");
    return { tables: Object.fromEntries(this.counts), ...(revision !== "" && { revision }) };
  }

  private endLine(): void {
    const [line, last] = [this.head, this.last];
    this.head = "";
    this.last = "";
    if (line.startsWith("DELIMITER ")) this.apart = line !== "DELIMITER ;";
    if (this.apart) return;
    const made = nameIn(CREATE, line);
    if (made !== undefined) this.counts.set(made, 0);
    this.table = nameIn(INSERT, line) ?? this.table;
    if (this.table !== undefined && line.startsWith("(")) this.count(this.table, line);
    if (last === ";") this.table = undefined;
  }

  private count(table: string, line: string): void {
    this.counts.set(table, (this.counts.get(table) ?? 0) + 1);
    const revision = table === "alembic_version" ? /^\('([^']*)'\)/.exec(line)?.[1] : undefined;
    if (revision !== undefined) this.revisions.push(revision);
  }
}

/** Names are in UTF-8, and the text here is of single bytes. */
function nameIn(pattern: RegExp, line: string): string | undefined {
  const name = pattern.exec(line)?.[1]?.replaceAll("``", "`");
  return name === undefined ? undefined : Buffer.from(name, "latin1").toString("utf8");
}

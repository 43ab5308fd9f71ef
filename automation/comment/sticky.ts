/** Keeps one comment in one or more parts on a pull request: edits what is there, adds what is missing, removes the rest. */
import { unlessStopped, type Stoppable } from "../stopping";
import { partOf, PREVIEW } from "./pages";

/** A comment that is there. */
export interface HostedComment {
  /** Grows with time, so that the lowest is the oldest. */
  id: number;
  body: string;
  url: string;
}

/** Comments of one pull request, on whatever keeps them. */
export interface CommentHost {
  /** Longest comment, in characters. */
  readonly limit: number;
  /** Every comment that was written by whoever asks; nobody else's is to be touched. */
  own: () => Promise<HostedComment[]>;
  create: (body: string) => Promise<HostedComment>;
  /** Undefined when the comment is not there any more. */
  edit: (id: number, body: string) => Promise<HostedComment | undefined>;
  /** Does nothing when the comment is not there any more. */
  remove: (id: number) => Promise<void>;
}

/** What became of the comment. */
export interface PostedComment {
  url: string;
  parts: number;
  created: number;
  edited: number;
  removed: number;
}

/**
 * Makes the comment of that name what `bodies` say. Of two runs that begin at the same time, both may add a part; each looks again when
 * it has, keeps the oldest of every part, and so both end with the same one.
 */
export async function stick(host: CommentHost, bodies: readonly string[], name = PREVIEW): Promise<PostedComment> {
  const done: PostedComment = { url: "", parts: bodies.length, created: 0, edited: 0, removed: 0 };
  let seen = partsOf(await host.own(), name);
  if (await writeAll(host, bodies, seen, done)) seen = partsOf(await host.own(), name);
  for (const [part, comments] of seen) {
    const [oldest, ...others] = comments;
    const wanted = bodies[part - 1];
    const kept = wanted === undefined ? undefined : oldest;
    if (kept !== undefined && wanted !== undefined && !isSame(kept.body, wanted)) await host.edit(kept.id, wanted);
    for (const { id } of kept === undefined ? comments : others) {
      await host.remove(id);
      done.removed += 1;
    }
    if (part === 1 && kept !== undefined) done.url = kept.url;
  }
  return done;
}

/** A host that is asked nothing more once the signal has come: what a call has begun there is not undone. */
export function stoppable(host: CommentHost, { signal }: Stoppable): CommentHost {
  return {
    limit: host.limit,
    own: () => unlessStopped(signal, () => host.own()),
    create: (body) => unlessStopped(signal, () => host.create(body)),
    edit: (id, body) => unlessStopped(signal, () => host.edit(id, body)),
    remove: (id) => unlessStopped(signal, () => host.remove(id)),
  };
}

/** @returns whether a part was added */
async function writeAll(
  host: CommentHost,
  bodies: readonly string[],
  seen: ReadonlyMap<number, HostedComment[]>,
  done: PostedComment,
): Promise<boolean> {
  for (const [index, body] of bodies.entries()) {
    const [there] = seen.get(index + 1) ?? [];
    if (there !== undefined && isSame(there.body, body)) continue;
    // Somebody may have removed it meanwhile.
    const edited = there === undefined ? undefined : await host.edit(there.id, body);
    if (edited === undefined) {
      await host.create(body);
      done.created += 1;
    } else {
      if (there !== undefined) there.body = body;
      done.edited += 1;
    }
  }
  return done.created > 0;
}

/** The comments by part, the oldest first. */
function partsOf(comments: readonly HostedComment[], name: string): Map<number, HostedComment[]> {
  const parts = new Map<number, HostedComment[]>();
  for (const comment of [...comments].sort((a, b) => a.id - b.id)) {
    const part = partOf(comment.body, name);
    if (part !== undefined) parts.set(part, [...(parts.get(part) ?? []), comment]);
  }
  return parts;
}

/** Hosts may end lines in their own way, and cut what stands at the end. */
function isSame(one: string, other: string): boolean {
  return one.replaceAll("\r\n", "\n").trim() === other.trim();
}

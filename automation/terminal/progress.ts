/** Shows an operation as it runs: a moving line where there is a terminal, plain lines where there is none. */
import { pc } from "./colors";
import yoctoSpinner from "yocto-spinner";
import type { Progress } from "../engine/operations";
import { visible } from "../visible";
import { isComponent, type ResourceChange } from "../engine/changes";

/** Words for what the engine does with a resource, before and after. */
const VERBS: Readonly<Record<string, readonly [string, string]>> = {
  create: ["creating", "created"],
  update: ["updating", "updated"],
  delete: ["deleting", "deleted"],
  replace: ["replacing", "replaced"],
  "create-replacement": ["replacing", "replaced"],
  "delete-replaced": ["deleting the old", "deleted the old"],
};

/** Something that can be told of progress and closed at the end. */
export interface ProgressView {
  take: (progress: Progress) => void;
  close: () => void;
}

/**
 * A view on `stream`, which carries no result, so that results can be piped.
 *
 * @param brief true when a line is written only for what fails: what is under way still moves in a terminal
 */
export function progressView(stream: NodeJS.WriteStream = process.stderr, brief = false): ProgressView {
  const underWay = new Map<string, ResourceChange>();
  const spinner = stream.isTTY ? yoctoSpinner({ stream, handleSignals: false }) : undefined;
  const move = (): void => {
    if (underWay.size > 0) spinner?.start(activity([...underWay.values()]));
    else spinner?.stop();
  };
  const line = (text: string): void => {
    spinner?.stop();
    stream.write(`${text}\n`);
    move();
  };
  const take = (progress: Progress): void => {
    if (progress.kind === "message") line(pc.dim(progress.message));
    else if (progress.kind === "diagnostic") {
      const { severity, message, resource } = progress.diagnostic;
      if (severity === "warning")
        line(`${pc.yellow("!")} ${resource === undefined ? "" : `${visible(resource)}: `}${message}`);
    } else if (progress.kind !== "planned" && isShown(progress.change)) {
      if (progress.kind === "started") underWay.set(progress.change.urn, progress.change);
      else underWay.delete(progress.change.urn);
      if (progress.kind === "started" || (brief && progress.kind === "done")) move();
      else line(ended(progress));
    }
  };
  return { take, close: () => spinner?.stop() };
}

/** Components are not made anywhere: their parts are what takes time. */
function isShown(change: ResourceChange): boolean {
  return !isComponent(change.type);
}

function activity(changes: readonly ResourceChange[]): string {
  const [first] = changes;
  const verb = first === undefined ? "" : (VERBS[first.operation]?.[0] ?? first.operation);
  return `${verb} ${changes.map(({ name }) => visible(name)).join(", ")}`;
}

function ended(progress: Extract<Progress, { kind: "done" | "failed" }>): string {
  const { operation } = progress.change;
  const name = visible(progress.change.name);
  if (progress.kind === "failed") return `${pc.red("✖")} ${pc.bold(name)} failed`;
  const verb = VERBS[operation]?.[1] ?? operation;
  return `${pc.green("✔")} ${verb} ${pc.bold(name)} ${pc.dim(`${progress.seconds.toFixed(1)} s`)}`;
}

/** The files that Slipway ships inside every release, so that each target starts the application in the same way. */
import { templateText } from "../package-root";

/** Path in the release -> text, for an application that the server `kind` serves. */
export function runtimeFiles(kind: string): Record<string, string> {
  const names = [`serve_${kind}.py`, "slipway_celery.py", "slipway_check.py"];
  return Object.fromEntries(names.map((name) => [`.slipway/${name}`, templateText("servers", name)]));
}

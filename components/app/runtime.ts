/** The files that Slipway ships inside every release, so that each target starts the application in the same way. */
import { readdirSync } from "node:fs";
import { templatePath, templateText } from "../package-root";

/** Path in the release -> text, for an application that the server `kind` serves. */
export function runtimeFiles(kind: string): Record<string, string> {
  const names = readdirSync(templatePath("servers")).filter(
    (name) => name === `serve_${kind}.py` || /^slipway_\w+\.py$/.test(name),
  );
  return Object.fromEntries(names.sort().map((name) => [`.slipway/${name}`, templateText("servers", name)]));
}

/** Slipway's own files for this machine: `app-templates/local`. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { packageRoot } from "../../components/package-root";

export function templatePath(name: string): string {
  return path.join(packageRoot, "app-templates", "local", name);
}

/** Text of a supervisor configuration file, with `{{name}}` replaced; a percent sign in a value stands for itself. */
export function renderConfig(template: string, values: Readonly<Record<string, string | number>>): string {
  return readFileSync(templatePath(template), "utf8").replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) =>
    String(values[key]).replaceAll("%", "%%"),
  );
}

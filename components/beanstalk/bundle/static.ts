/** Static files that the platform's nginx serves itself. */
import type { SourceFile, Workload } from "../../app";
import { templateText } from "../../package-root";

/** What needs no quoting in nginx's configuration. */
const PLAIN_PATH = /^[\w./~@+-]+$/;

/**
 * The location of the application's static folder in nginx's configuration, empty where it has none: Flask's own
 * choice, `static` beside the module or inside the package that the entry names. What is not there is for the
 * application to answer, as is everything where it keeps its files elsewhere.
 */
export function staticLocation({ environment }: Workload, listed: readonly SourceFile[]): string {
  const module = (environment["SLIPWAY_ENTRY"] ?? "").split(":")[0] ?? "";
  const base = module.replaceAll(".", "/");
  const paths = new Set(listed.map(({ path }) => path));
  for (const root of ["", "src/"]) {
    const folder = paths.has(`${root}${base}/__init__.py`)
      ? `${root}${base}/static`
      : `${root}${base.split("/").slice(0, -1).join("/")}/static`.replace("//", "/").replace(/^\//, "");
    const found = listed.some(({ path }) => path.startsWith(`${folder}/`));
    if (found && PLAIN_PATH.test(folder)) {
      return templateText("beanstalk", "nginx", "static.conf").replaceAll("@folder@", folder);
    }
  }
  return "";
}

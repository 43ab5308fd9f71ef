/** What is wrong with a source bundle, as far as its file is on this machine. */
import { parse } from "yaml";
import { isObject } from "../../../protocol/values";
import { fileOf } from "../../assets";
import type { Site, Thing, Values } from "../../model";
import { objectAt } from "../s3/types";
import { type Entry, entriesOfZip } from "./zip";
import { VERSION } from "./types";

/** A source bundle: its files, and how the version is called. */
export interface Bundle {
  label: string;
  entries: readonly Entry[];
}

/** Something that may be wrong with a bundle. */
export interface BundleCheck {
  id: string;
  source: string;
  fault: (bundle: Bundle) => string | undefined;
}

const GUIDE = "AWS Elastic Beanstalk developer guide";
const HOOK = /^\.platform\/(config)?hooks\/(prebuild|predeploy|postdeploy)\/[^/]+$/;
const SCRIPT = /^#!/;

/** The version of an application by its label. */
export function versionOf({ application, version }: Values, site: Site): Thing | undefined {
  return site.all(VERSION).find(({ outputs }) => outputs["application"] === application && outputs["name"] === version);
}

/** The file on this machine that a version was uploaded from; undefined when it is not known. */
export function bundleFile(version: Values, site: Site): string | undefined {
  const object = objectAt(site, version["bucket"], version["key"]);
  return object === undefined ? undefined : fileOf(object.inputs["source"]);
}

/** The bundle that an environment runs; a file that is no zip has no entries. */
export function bundleOf(environment: Values, site: Site): Bundle | undefined {
  const version = versionOf(environment, site);
  const file = version === undefined ? undefined : bundleFile(version.outputs, site);
  return version === undefined || file === undefined
    ? undefined
    : { label: version.id, entries: entriesOfZip(file) ?? [] };
}

function hooksOf({ entries }: Bundle): Entry[] {
  return entries.filter(({ name }) => HOOK.test(name));
}

function hookFault({ name }: Entry, reason: string): string {
  return `An error occurred during execution of command [app-deploy]. Stop running the command. Error: Command ${name} failed with error fork/exec ${name}: ${reason}`;
}

function yamlFault(entry: Entry): string | undefined {
  try {
    const value: unknown = parse(entry.text());
    return value === null || isObject(value) ? undefined : `${entry.name} holds no keys`;
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}

/** In the order in which the platform comes upon them. */
export const bundleChecks: readonly BundleCheck[] = [
  {
    id: "bundle-zip",
    source: `${GUIDE}, Create an application source bundle`,
    fault: ({ label, entries }) =>
      entries.length > 0 ? undefined : `The source bundle of version ${label} is not a valid zip file.`,
  },
  {
    id: "bundle-paths",
    source: `${GUIDE}, Create an application source bundle; Info-ZIP`,
    fault: ({ entries }) =>
      entries.some(({ name }) => name.includes("\\"))
        ? "warning: /opt/elasticbeanstalk/deployment/app_source_bundle appears to use backslashes as path separators"
        : undefined,
  },
  {
    id: "bundle-extensions",
    source: "awsdocs/elastic-beanstalk-samples#90",
    fault: ({ label, entries }) => {
      for (const entry of entries.filter(({ name }) => /^\.ebextensions\/[^/]+\.config$/.test(name))) {
        const fault = yamlFault(entry);
        if (fault !== undefined) {
          return `The configuration file ${entry.name} in application version ${label} contains invalid YAML or JSON. YAML exception: Invalid Yaml: ${fault}. Update the configuration file.`;
        }
      }
      return undefined;
    },
  },
  {
    id: "bundle-hook-executable",
    source: "aws/elastic-beanstalk-roadmap#110, #146",
    fault: (bundle) => {
      const hook = hooksOf(bundle).find(({ mode }) => mode !== undefined && (mode & 0o100) === 0);
      return hook && hookFault(hook, "permission denied");
    },
  },
  {
    id: "bundle-hook-lines",
    source: `${GUIDE}, Platform hooks: line ends`,
    fault: (bundle) => {
      const hook = hooksOf(bundle).find((each) => SCRIPT.test(each.text()) && /^#!.*\r$/m.test(each.text()));
      return hook && hookFault(hook, "no such file or directory");
    },
  },
  {
    id: "bundle-start",
    source: `${GUIDE}, Configuring the WSGI server with a Procfile; Create an application source bundle`,
    fault: ({ entries }) =>
      entries.some(({ name }) => name === "Procfile" || name === "application.py")
        ? undefined
        : "There is neither a Procfile nor application.py at the top of the source bundle: ModuleNotFoundError: No module named 'application'. Environment health has transitioned to Severe.",
  },
];

import type { Model, Question, Rule } from "../../model";
import { matches, oneOf, rule } from "../../rules";
import { nameFor } from "../names";
import { objectsAt, regionalArn, textAt } from "../read";
import { engineOfFamily } from "./engines";
import { MARIADB_DYNAMIC, MARIADB_STATIC } from "./mariadb-parameters";
import { POSTGRES_DYNAMIC, POSTGRES_STATIC } from "./postgres-parameters";

const SOURCE = "terraform-provider-aws internal/service/rds/parameter_group.go";
const TYPE = "aws:rds/parameterGroup:ParameterGroup";

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((name) => name !== ""));
/** Where MySQL differs from MariaDB: "Server System Variables", column Dynamic, in the manuals of 8.0 and 8.4. */
const MYSQL_STATIC = words(
  "innodb_buffer_pool_instances innodb_purge_threads innodb_read_io_threads innodb_write_io_threads",
);
const MYSQL_DYNAMIC = words("innodb_log_buffer_size");
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  mariadb: words(MARIADB_STATIC + MARIADB_DYNAMIC),
  postgres: words(POSTGRES_STATIC + POSTGRES_DYNAMIC),
};
const STATIC: Readonly<Record<string, ReadonlySet<string>>> = {
  mariadb: words(MARIADB_STATIC),
  mysql: new Set([...words(MARIADB_STATIC), ...MYSQL_STATIC].filter((name) => !MYSQL_DYNAMIC.has(name))),
  postgres: words(POSTGRES_STATIC),
};

const family: Rule = rule(
  {
    id: "rds-parameter-family",
    source: "github.com/terraform-aws-modules/terraform-aws-rds/issues/173",
    code: "InvalidParameterValue",
  },
  ["family"],
  ({ inputs }) => {
    const asked = textAt(inputs, "family") ?? "";
    if (engineOfFamily(asked) !== undefined) return undefined;
    return `ParameterGroupFamily ${asked} is not a valid parameter group family`;
  },
);

/** Names of MySQL are not listed. Those of extensions and of RDS itself have a dot, and are not listed either. */
const unknown: Rule = rule(
  {
    id: "rds-parameter-unknown",
    source: "Amazon RDS API Reference, ModifyDBParameterGroup; names as in the files beside this one",
    code: "InvalidParameterValue",
  },
  ["family"],
  ({ inputs }) => {
    const known = KNOWN[engineOf(inputs)];
    const wrong = named(inputs).find(({ name }) => known !== undefined && !name.includes(".") && !isKnown(known, name));
    return wrong === undefined ? undefined : `Could not find parameter with name: ${wrong.name}`;
  },
);

const applyMethod: Rule = rule(
  {
    id: "rds-parameter-static",
    source: "github.com/terraform-aws-modules/terraform-aws-rds/issues/582",
    code: "InvalidParameterCombination",
  },
  ["family"],
  ({ inputs }) => {
    const fixed = STATIC[engineOf(inputs)] ?? new Set();
    const wrong = named(inputs).find(({ name, method }) => method === "immediate" && isStatic(fixed, name));
    return wrong === undefined
      ? undefined
      : `cannot use immediate apply method for static parameter (${wrong.name}: give it applyMethod pending-reboot)`;
  },
);

const unique: Rule = rule(
  {
    id: "rds-parameter-group-name-taken",
    source: "Amazon RDS API Reference, CreateDBParameterGroup, DBParameterGroupAlreadyExists",
    code: "DBParameterGroupAlreadyExists",
  },
  ["name"],
  ({ inputs, old, site }) =>
    old === undefined && site.find(TYPE, "name", inputs["name"]) !== undefined
      ? `Parameter group ${String(inputs["name"])} already exists`
      : undefined,
);

/** Parameters of a database engine. */
export const parameterGroup: Model = {
  type: TYPE,
  source: SOURCE,
  required: ["family"],
  replaces: ["name", "namePrefix", "family", "description"],
  defaults: { description: "Managed by Pulumi", skipDestroy: false },
  name: { property: "name", longest: 255, lowerCase: true },
  sets: ["parameters"],
  plan: [
    matches(
      { id: "rds-parameter-group-name", source: "terraform-provider-aws internal/service/rds/validate.go" },
      "name",
      /^(?!.*--)(?!.*-$)[a-z][0-9a-z.-]{0,254}$/,
      "up to 255 lower-case letters, digits, periods and single hyphens, starting with a letter",
    ),
    oneOf({ id: "rds-parameter-apply-method", source: SOURCE }, "parameters.applyMethod", [
      "immediate",
      "pending-reboot",
    ]),
  ],
  call: [unique, family, unknown, applyMethod],
  computed: (inputs, site) => {
    const name = nameFor(inputs, site);
    const arn = regionalArn(site, "rds", `pg:${name}`);
    return { id: name, name, arn };
  },
  seconds: { create: 3, update: 3, delete: 2 },
};

function engineOf(inputs: Question["inputs"]): string {
  return engineOfFamily(textAt(inputs, "family") ?? "")?.engine ?? "";
}

function named(inputs: Question["inputs"]): { name: string; method: string }[] {
  return objectsAt(inputs, "parameters").flatMap((entry) => {
    const name = textAt(entry, "name");
    return name === undefined ? [] : [{ name, method: textAt(entry, "applyMethod") ?? "immediate" }];
  });
}

function isKnown(known: ReadonlySet<string>, name: string): boolean {
  return known.has(name.toLowerCase()) || name.startsWith("performance_schema_");
}

function isStatic(fixed: ReadonlySet<string>, name: string): boolean {
  return fixed.has(name.toLowerCase()) || name.startsWith("performance_schema_");
}

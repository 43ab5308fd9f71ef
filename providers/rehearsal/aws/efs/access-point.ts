import type { Model, Rule, Values } from "../../model";
import { between, entriesBetween, lengthBetween, matches, rule } from "../../rules";
import { freshId } from "../ec2/ids";
import { objectsAt, textAt } from "../read";
import { efsArn, FILE_SYSTEM } from "./types";

const PROVIDER = "terraform-provider-aws internal/service/efs/access_point.go";
const CREATE = "EFS API CreateAccessPoint, RootDirectory";
const PATH = /^(\/|(\/(?!\.)[^$#<>;`|&?{}^*/\n]+){1,4})$/;
const HIGHEST_ID = 4_294_967_295;
const MOST_GROUPS = 16;

/** A folder of a file system, used as one user. */
export const accessPoint: Model = {
  type: "aws:efs/accessPoint:AccessPoint",
  source: PROVIDER,
  required: ["fileSystemId"],
  replaces: ["fileSystemId", "posixUser", "rootDirectory"],
  references: [{ property: "fileSystemId", to: [FILE_SYSTEM], missing: "FileSystemNotFound" }],
  plan: [
    complete("access-point-user", "posixUser", ["uid", "gid"]),
    complete("access-point-owner", "rootDirectory.creationInfo", ["ownerUid", "ownerGid", "permissions"]),
  ],
  call: [
    ...[
      "posixUser.uid",
      "posixUser.gid",
      "rootDirectory.creationInfo.ownerUid",
      "rootDirectory.creationInfo.ownerGid",
    ].map((property) => idRange(property)),
    entriesBetween(badRequest("access-point-groups"), "posixUser.secondaryGids", 0, MOST_GROUPS),
    lengthBetween(badRequest("access-point-path-length"), "rootDirectory.path", 1, 100),
    matches(badRequest("access-point-path"), "rootDirectory.path", PATH, "/ or up to four folders, such as /queue"),
    matches(
      badRequest("access-point-permissions"),
      "rootDirectory.creationInfo.permissions",
      /^[0-7]{3,4}$/,
      "three or four octal digits, such as 0755",
    ),
  ],
  wait: [
    {
      id: "access-point-path-made",
      source: 'EFS user guide "Enforcing a root directory with an access point": without it no client can mount',
      refuses({ inputs }) {
        const path = textAt(inputs, "rootDirectory.path") ?? "/";
        return path !== "/" && objectsAt(inputs, "rootDirectory.creationInfo").length === 0
          ? `nothing makes the folder ${path}: give rootDirectory.creationInfo, or mounting fails`
          : undefined;
      },
    },
  ],
  computed(inputs, site) {
    const id = freshId("fsap", site);
    return {
      id,
      arn: efsArn(`access-point/${id}`, site),
      fileSystemArn: efsArn(`file-system/${String(inputs["fileSystemId"])}`, site),
      ownerId: site.account,
      rootDirectory: { path: "/", ...objectsAt(inputs, "rootDirectory")[0] },
    };
  },
  seconds: { create: 3, delete: 2 },
};

function badRequest(id: string): { id: string; source: string; code: string } {
  return { id, source: CREATE, code: "BadRequest" };
}

function idRange(property: string): Rule {
  const last = property.slice(property.lastIndexOf(".") + 1);
  const name = last.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return between(badRequest(`access-point-${name}`), property, 0, HIGHEST_ID);
}

/** A block that is given has to have all of its properties. */
function complete(id: string, block: string, properties: readonly string[]): Rule {
  const paths = properties.map((property) => `${block}.${property}`);
  return rule({ id, source: PROVIDER }, paths, ({ inputs }) => {
    const missing = (values: Values): string | undefined =>
      properties.find((property) => values[property] === undefined);
    const wrong = objectsAt(inputs, block)
      .map(missing)
      .find((property) => property !== undefined);
    return wrong && `${block} needs ${wrong}`;
  });
}

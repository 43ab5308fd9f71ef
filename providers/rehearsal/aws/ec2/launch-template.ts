import type { Model, Thing, Values } from "../../model";
import { between, excludes, lengthBetween, matches, oneOf } from "../../rules";
import { nameFor } from "../names";
import { flagAt, textAt } from "../read";
import { ec2Arn, freshId } from "./ids";
import { LAUNCH_TEMPLATE } from "./instance-types";

const PROVIDER = "terraform-provider-aws internal/service/ec2/ec2_launch_template.go";
const CREATE = "EC2 API CreateLaunchTemplate";
const NAME = /^[0-9A-Za-z()./_-]{3,128}$/;
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MOST_USER_DATA = 16 * 1024;
const STATES = ["enabled", "disabled"] as const;
/** Changes that make no version. */
const NO_VERSION = ["tags", "tagsAll", "name", "namePrefix", "description", "defaultVersion", "updateDefaultVersion"];

/** How instances are started. What it names is looked at when one is. */
export const launchTemplate: Model = {
  type: LAUNCH_TEMPLATE,
  source: PROVIDER,
  replaces: ["name", "namePrefix"],
  name: { property: "name", longest: 128 },
  sets: ["vpcSecurityGroupIds", "securityGroupNames"],
  plan: [
    matches({ id: "launch-template-name", source: PROVIDER }, "name", NAME, "3 to 128 characters of a-zA-Z0-9()./_-"),
    excludes({ id: "launch-template-name-or-prefix", source: PROVIDER }, "name", "namePrefix"),
    lengthBetween({ id: "launch-template-description", source: PROVIDER }, "description", 0, 255),
    excludes({ id: "launch-template-default-version", source: PROVIDER }, "defaultVersion", "updateDefaultVersion"),
    excludes({ id: "launch-template-groups", source: PROVIDER }, "vpcSecurityGroupIds", "securityGroupNames"),
    excludes({ id: "launch-template-profile", source: PROVIDER }, "iamInstanceProfile.arn", "iamInstanceProfile.name"),
    oneOf({ id: "launch-template-tokens", source: PROVIDER }, "metadataOptions.httpTokens", ["optional", "required"]),
    oneOf({ id: "launch-template-endpoint", source: PROVIDER }, "metadataOptions.httpEndpoint", STATES),
    between({ id: "launch-template-hops", source: PROVIDER }, "metadataOptions.httpPutResponseHopLimit", 1, 64),
    oneOf({ id: "launch-template-volume-type", source: PROVIDER }, "blockDeviceMappings.ebs.volumeType", [
      "standard",
      "gp2",
      "gp3",
      "io1",
      "io2",
      "sc1",
      "st1",
    ]),
  ],
  call: [
    matches(
      { id: "launch-template-image-form", source: CREATE, code: "InvalidAMIID.Malformed" },
      "imageId",
      /^(ami-([0-9a-f]{8}|[0-9a-f]{17})|resolve:ssm:.+)$/,
      "an id such as ami- and 17 hexadecimal digits",
    ),
    {
      id: "launch-template-user-data",
      source: "hashicorp/terraform#18665, pulumi/pulumi-aws#2284",
      code: "InvalidUserData.Malformed",
      refuses({ inputs: { userData } }) {
        return typeof userData !== "string" || BASE64.test(userData)
          ? undefined
          : "Invalid BASE64 encoding of user data.";
      },
    },
    {
      id: "launch-template-user-data-size",
      source:
        'Amazon EC2 "Run commands when you launch an EC2 instance"; github-aws-runners/terraform-aws-github-runner#1956',
      code: "InvalidUserData.Malformed",
      refuses({ inputs: { userData } }) {
        const size = typeof userData === "string" ? Buffer.from(userData, "base64").length : 0;
        return size > MOST_USER_DATA ? "User data is limited to 16384 bytes" : undefined;
      },
    },
    {
      id: "launch-template-groups-or-interfaces",
      source: "traveloka/terraform-aws-autoscaling#38",
      code: "InvalidQueryParameter",
      refuses: ({ inputs: { networkInterfaces, vpcSecurityGroupIds } }) =>
        isFilled(networkInterfaces) && isFilled(vpcSecurityGroupIds)
          ? "Invalid launch template: When a network interface is provided, the security groups must be a part of it."
          : undefined,
    },
    {
      id: "launch-template-name-unique",
      source: CREATE,
      code: "InvalidLaunchTemplateName.AlreadyExistsException",
      refuses({ inputs: { name }, old, site }) {
        const other = name === undefined ? undefined : site.find(LAUNCH_TEMPLATE, "name", name);
        return other === undefined || other.id === old?.id ? undefined : "Launch template name already in use.";
      },
    },
  ],
  computed(inputs, site) {
    const id = freshId("lt", site);
    return {
      id,
      arn: ec2Arn(`launch-template/${id}`, site),
      defaultVersion: 1,
      latestVersion: 1,
      name: nameFor(inputs, site),
      namePrefix: inputs["namePrefix"] ?? "",
      metadataOptions: metadataOptions(inputs),
    };
  },
  updated: (inputs, old) => versions(inputs, old),
  seconds: { create: 2, delete: 1 },
};

function metadataOptions(inputs: Values): unknown {
  const given = inputs["metadataOptions"];
  if (typeof given !== "object" || given === null) return {};
  return {
    httpEndpoint: "enabled",
    httpProtocolIpv6: "",
    httpPutResponseHopLimit: 1,
    instanceMetadataTags: "",
    ...given,
  };
}

function versions(inputs: Values, old: Thing): Values {
  const latest = Number(old.outputs["latestVersion"] ?? 1);
  const latestVersion = makesVersion(inputs, old.inputs) ? latest + 1 : latest;
  const moved = flagAt(inputs, "updateDefaultVersion") ? latestVersion : old.outputs["defaultVersion"];
  return {
    latestVersion,
    defaultVersion: inputs["defaultVersion"] ?? moved,
    name: textAt(inputs, "name") ?? old.outputs["name"],
    metadataOptions: metadataOptions(inputs),
  };
}

function makesVersion(inputs: Values, before: Values): boolean {
  const content = (values: Values): string =>
    JSON.stringify(
      Object.entries(values)
        .filter(([key]) => !NO_VERSION.includes(key) && !key.startsWith("__"))
        .sort(),
    );
  return content(inputs) !== content(before);
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

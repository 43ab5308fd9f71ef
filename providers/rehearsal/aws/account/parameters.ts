import { CloudError, type Lookup, type Site } from "../../model";
import { textAt } from "../read";
import { images } from "./images";

/** A parameter of Systems Manager: a public one that names a machine image, or one of the account. */
export const getParameter: Lookup = {
  token: "aws:ssm/getParameter:getParameter",
  source: "terraform-provider-aws internal/service/ssm/parameter_data_source.go, SSM API GetParameter",
  answer(args, site) {
    const name = textAt(args, "name") ?? "";
    const { value, type } = published(name, site) ?? own(name, site) ?? notFound(name);
    const owner = name.startsWith("/aws/service/") ? "" : site.account;
    return {
      ...args,
      id: name,
      name,
      region: site.region,
      arn: `arn:${site.partition}:ssm:${site.region}:${owner}:parameter/${name.replace(/^\//, "")}`,
      type,
      value,
      insecureValue: type === "SecureString" ? "" : value,
      version: 1,
      withDecryption: args["withDecryption"] ?? true,
    };
  },
};

interface Parameter {
  value: string;
  type: string;
}

function published(name: string, { region }: Site): Parameter | undefined {
  for (const image of images(region)) {
    if (name === image.parameter) return { value: image.id, type: "String" };
    if (name === image.description) {
      return {
        value: JSON.stringify({
          image_id: image.id,
          image_name: image.name,
          os: "Amazon Linux 2023",
          schema_version: 1,
        }),
        type: "String",
      };
    }
  }
  return undefined;
}

function own(name: string, site: Site): Parameter | undefined {
  const found = site.find("aws:ssm/parameter:Parameter", "name", name);
  if (found === undefined) return undefined;
  return { value: textAt(found.outputs, "value") ?? "", type: textAt(found.outputs, "type") ?? "String" };
}

function notFound(name: string): never {
  throw new CloudError("ParameterNotFound", `couldn't find resource: parameter ${name}`);
}

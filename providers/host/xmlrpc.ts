/** XML-RPC as supervisor speaks it, over a Unix socket. */
import * as http from "node:http";
import { XMLParser } from "fast-xml-parser";
import { isObject } from "../protocol/values";

export type RpcValue = string | number | boolean | RpcValue[] | { [name: string]: RpcValue };

/** The server understood the call and refused it. */
export class RpcFault extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const parser = new XMLParser({
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  isArray: (_name, path) => /(data\.value|struct\.member)$/.test(String(path)),
});

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

export function encodeCall(method: string, params: readonly RpcValue[]): string {
  const list = params.map((param) => `<param><value>${encode(param)}</value></param>`).join("");
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${list}</params></methodCall>`;
}

function encode(value: RpcValue): string {
  if (typeof value === "boolean") return `<boolean>${value ? 1 : 0}</boolean>`;
  if (typeof value === "number") return Number.isInteger(value) ? `<int>${value}</int>` : `<double>${value}</double>`;
  if (typeof value === "string") return `<string>${value.replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign)}</string>`;
  if (Array.isArray(value)) {
    return `<array><data>${value.map((item) => `<value>${encode(item)}</value>`).join("")}</data></array>`;
  }
  const members = Object.entries(value).map(
    ([name, item]) => `<member><name>${name}</name><value>${encode(item)}</value></member>`,
  );
  return `<struct>${members.join("")}</struct>`;
}

/** @throws RpcFault when the answer is a fault */
export function decodeResponse(xml: string): RpcValue {
  const response = child(parser.parse(xml), "methodResponse");
  if (isObject(response) && "fault" in response) {
    const fault = decode(child(response["fault"], "value"));
    const { faultCode, faultString } = isObject(fault) ? fault : {};
    throw new RpcFault(Number(faultCode), typeof faultString === "string" ? faultString : "no reason given");
  }
  return decode(child(child(child(response, "params"), "param"), "value"));
}

function child(node: unknown, name: string): unknown {
  if (!isObject(node) || !(name in node)) throw new Error(`This is no XML-RPC answer: <${name}> is missing.`);
  return node[name];
}

function decode(node: unknown): RpcValue {
  if (!isObject(node)) return String(node);
  if ("int" in node) return Number(node["int"]);
  if ("i4" in node) return Number(node["i4"]);
  if ("double" in node) return Number(node["double"]);
  if ("boolean" in node) return node["boolean"] === "1";
  if ("string" in node) return String(node["string"]);
  if ("array" in node) return items(isObject(node["array"]) ? node["array"]["data"] : undefined, "value").map(decode);
  if ("struct" in node) {
    const members = items(node["struct"], "member").map((member): [string, RpcValue] => [
      String(child(member, "name")),
      decode(child(member, "value")),
    ]);
    return Object.fromEntries(members);
  }
  throw new Error(`XML-RPC type <${Object.keys(node).join(", ")}> is not known.`);
}

function items(node: unknown, name: string): unknown[] {
  const list = isObject(node) ? node[name] : undefined;
  return Array.isArray(list) ? list : [];
}

/**
 * Calls a method of the server that listens on `socketPath`.
 *
 * @throws RpcFault when it refuses; Error with a `code` such as ENOENT or ECONNREFUSED when nobody answers
 */
export async function callRpc(socketPath: string, method: string, ...params: RpcValue[]): Promise<RpcValue> {
  const body = Buffer.from(encodeCall(method, params));
  const headers = { "Content-Type": "text/xml", "Content-Length": body.length };
  const xml = await new Promise<string>((resolve, reject) => {
    const request = http.request({ socketPath, path: "/RPC2", method: "POST", headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(parts).toString());
        else reject(new Error(`supervisord answered ${method} with HTTP status ${response.statusCode}.`));
      });
    });
    request.on("error", reject);
    request.end(body);
  });
  return decodeResponse(xml);
}

import * as http from "node:http";
import * as path from "node:path";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import { expect } from "chai";
import { RpcFault, callRpc, decodeResponse, encodeCall } from "../../providers/host/xmlrpc";

function response(value: string): string {
  return `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>${value}</value>\n</param>\n</params>\n</methodResponse>\n`;
}

describe("host provider: XML-RPC", () => {
  it("writes calls with every type, and escapes texts", () => {
    const call = encodeCall("supervisor.stopProcess", ["a<&>b", true, 7, [1.5], { wait: false }]);
    expect(call).to.contain("<methodName>supervisor.stopProcess</methodName>");
    expect(call)
      .to.contain("<string>a&lt;&amp;&gt;b</string>")
      .and.contain("<boolean>1</boolean>")
      .and.contain("<int>7</int>");
    expect(call).to.contain("<array><data><value><double>1.5</double></value></data></array>");
    expect(call).to.contain("<struct><member><name>wait</name><value><boolean>0</boolean></value></member></struct>");
  });

  it("reads answers with every type", () => {
    expect(decodeResponse(response("<int>-3</int>"))).to.equal(-3);
    expect(decodeResponse(response("<boolean>1</boolean>"))).to.equal(true);
    expect(decodeResponse(response("<string> a &lt;b&gt; &amp; 007 </string>"))).to.equal(" a <b> & 007 ");
    expect(decodeResponse(response("<string></string>"))).to.equal("");
    expect(decodeResponse(response("untyped"))).to.equal("untyped");
    expect(decodeResponse(response("<array><data></data></array>"))).to.deep.equal([]);
  });

  it("reads lists of structures as supervisor writes them, whether one or many", () => {
    const info =
      "<struct>\n<member>\n<name>name</name>\n<value><string>web-0</string></value>\n</member>\n<member>\n<name>pid</name>\n<value><int>12</int></value>\n</member>\n</struct>";
    const one = `<array><data>\n<value>${info}</value>\n</data></array>`;
    const two = `<array><data>\n<value>${info}</value>\n<value>${info}</value>\n</data></array>`;
    expect(decodeResponse(response(one))).to.deep.equal([{ name: "web-0", pid: 12 }]);
    expect(decodeResponse(response(two))).to.have.lengthOf(2);
    const nested =
      "<array><data><value><array><data><value><string>a</string></value></data></array></value></data></array>";
    expect(decodeResponse(response(nested))).to.deep.equal([["a"]]);
  });

  it("throws faults", () => {
    const fault =
      "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>10</int></value></member>" +
      "<member><name>faultString</name><value><string>BAD_NAME: x</string></value></member></struct></value></fault></methodResponse>";
    expect(() => decodeResponse(fault))
      .to.throw(RpcFault, "BAD_NAME: x")
      .with.property("code", 10);
  });

  it("refuses what is no answer", () => {
    expect(() => decodeResponse("<html></html>")).to.throw("<methodResponse> is missing");
  });

  it("calls over a Unix socket, and says when nobody listens", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "xmlrpc-"));
    const socket = path.join(folder, "s");
    const server = http.createServer((request, answer) => {
      request.resume().on("end", () => answer.end(response("<string>RUNNING</string>")));
    });
    try {
      await callRpc(socket, "getState").then(
        () => expect.fail("nobody listens"),
        (error: unknown) => expect(error).to.have.property("code", "ENOENT"),
      );
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      expect(await callRpc(socket, "getState")).to.equal("RUNNING");
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});

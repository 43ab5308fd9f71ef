/** Objects of S3 by the path of their URL, as its API reference has GetObject: whoever asks has to sign for S3. */
import type { IncomingMessage, ServerResponse } from "node:http";

const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[\w-]+\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/;

export class SimulatedObjects {
  /** `<bucket>/<key>` -> what it holds. */
  readonly all = new Map<string, Buffer>();
  /** True when nobody may read them. */
  closed = false;

  answer(request: IncomingMessage, response: ServerResponse): void {
    const name = decodeURIComponent((request.url ?? "").slice(1));
    const found = this.all.get(name);
    const signed = SIGNED.test(request.headers.authorization ?? "");
    if (this.closed || !signed) refuse(response, 403, "AccessDenied", "Access Denied");
    else if (found === undefined) refuse(response, 404, "NoSuchKey", "The specified key does not exist.");
    else response.writeHead(200, { "content-type": "application/zip" }).end(found);
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { "content-type": "application/xml" }).end(text);
}

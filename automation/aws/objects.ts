/** Objects in S3, as they are read. */
import { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { ClientConfig } from "./access";

/**
 * Reads objects with the caller's credentials. It is one request, which the client of another service signs as its own:
 * nothing else of S3 is asked that would take a client of its own.
 */
export class Objects {
  private readonly signer: ElasticBeanstalkClient;
  private readonly region: string;
  private readonly endpoint: string;

  constructor(config: ClientConfig, environment: NodeJS.ProcessEnv) {
    const { region, endpoint, useFipsEndpoint: fips, useDualstackEndpoint: dualstack } = config;
    const { AWS_ENDPOINT_URL_S3: own, AWS_ENDPOINT_URL: all } = environment;
    const host = `s3${fips ? "-fips" : ""}${dualstack ? ".dualstack" : ""}.${region}.amazonaws.com`;
    this.region = region;
    this.endpoint = endpoint ?? own ?? all ?? `https://${host}`;
    // A key of S3's is signed as it is in the request.
    this.signer = new ElasticBeanstalkClient({ ...config, signingEscapePath: false });
  }

  destroy(): void {
    this.signer.destroy();
  }

  /** @throws Error with S3's code as its name, such as `NoSuchKey` */
  async read(bucket: string, key: string): Promise<Uint8Array> {
    const url = new URL([this.endpoint, bucket, ...key.split("/")].map(encoded).join("/"));
    const scheme = { name: "sigv4", signingName: "s3", signingRegion: this.region, properties: {} };
    const signer = await this.signer.config.signer(scheme);
    const { protocol, hostname, host, pathname: path } = url;
    const { headers } = await signer.sign({ method: "GET", protocol, hostname, path, headers: { host } });
    const response = await fetch(url, { headers });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw refusal(response.status, await response.text());
  }
}

function encoded(part: string, at: number): string {
  return at === 0
    ? part
    : encodeURIComponent(part).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}

function refusal(status: number, text: string): Error {
  const [name = "S3Error", message = `S3 answers ${status}`] = ["Code", "Message"].map(
    (tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1],
  );
  return Object.assign(new Error(message), { name });
}

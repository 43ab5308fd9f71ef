import { AccessPoint } from "@pulumi/aws/efs/accessPoint";
import { FileSystem } from "@pulumi/aws/efs/fileSystem";
import { MountTarget } from "@pulumi/aws/efs/mountTarget";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../binding";
import { Component, type Transforms } from "../component";
import { SecurityGroup } from "../network";
import type { ContainerHost, StorageChildren } from "./args";

/** Port of NFS. */
export const STORAGE_PORT = 2049;
/** Names of the zones of a network, by position. */
const ZONES = "abc";

/** Arguments of `Storage`. */
export interface StorageArgs {
  host: ContainerHost;
  /** User and group that the files belong to, whoever writes them. */
  uid: number;
  transform?: Transforms<StorageChildren> | undefined;
}

/** Files that outlive a container: an encrypted file system that can be reached in every zone, and one folder of it. */
export class Storage extends Component<StorageChildren> {
  readonly fileSystemId: pulumi.Output<string>;
  readonly accessPointId: pulumi.Output<string>;
  /** What a task that mounts it must be allowed. */
  readonly statement: PolicyStatement;
  /** Its guard: the groups of tasks that mount it are let in to port 2049. */
  readonly securityGroup: SecurityGroup;
  /** What must be there before a task can mount it. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("container:Storage", name, args.transform, opts);
    const { vpcId, subnetIds } = args.host;
    this.securityGroup = new SecurityGroup(
      `${name}-group`,
      { vpcId, description: `Files of ${name}` },
      { parent: this },
    );
    const files = new FileSystem(
      ...this.child("fileSystem", { encrypted: true, throughputMode: "elastic", tags: { Name: name } }),
    );
    const point = new AccessPoint(...this.child("accessPoint", folderOf(files.id, args.uid, name)));
    this.ready = subnetIds.map((subnetId, index) => {
      const inputs = { fileSystemId: files.id, subnetId, securityGroups: [this.securityGroup.id] };
      return new MountTarget(...this.child("mountTarget", inputs, { key: ZONES.charAt(index) }));
    });
    this.fileSystemId = files.id;
    this.accessPointId = point.id;
    this.statement = {
      Effect: "Allow",
      Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
      Resource: files.arn,
      Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": point.arn } },
    };
    this.registerOutputs({ fileSystemId: files.id, accessPointId: point.id });
  }
}

function folderOf(fileSystemId: pulumi.Output<string>, uid: number, name: string): StorageChildren["accessPoint"] {
  return {
    fileSystemId,
    posixUser: { uid, gid: uid },
    rootDirectory: { path: "/data", creationInfo: { ownerUid: uid, ownerGid: uid, permissions: "0750" } },
    tags: { Name: name },
  };
}

import { Group } from "@pulumi/aws/autoscaling/group";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { CapacityProvider } from "@pulumi/aws/ecs/capacityProvider";
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import * as pulumi from "@pulumi/pulumi";
import { Component } from "../component";
import { SecurityGroup } from "../network";
import type { InstancesArgs, InstancesChildren } from "./args";

/**
 * Names in SSM under which AWS publishes the newest machine image for ECS, by architecture
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html).
 */
const IMAGES = {
  amd64: "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
  arm64: "/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id",
} as const;

const ROOT_DEVICE = "/dev/xvda";
const ROOT_GB = 30;

/**
 * EC2 instances for the containers of a cluster: an auto scaling group that ECS itself sizes between the capacity's
 * `size` and `maxSize`, and empties before it ends an instance.
 */
export class Instances extends Component<InstancesChildren> {
  /** Name of the capacity provider. */
  readonly capacityProvider: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: InstancesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ecs:Instances", name, args.transform, opts);
    const { vpcId } = args;
    const guard = new SecurityGroup(
      ...this.child("guard", { vpcId, description: "Instances that run the containers" }),
    );
    guard.allowOut("aws");
    const group = this.group(this.template(guard, this.profile()), guard);
    const provider = new CapacityProvider(
      ...this.child("provider", {
        autoScalingGroupProvider: {
          autoScalingGroupArn: group.arn,
          managedScaling: { status: "ENABLED", targetCapacity: 100 },
          managedTerminationProtection: "ENABLED",
          managedDraining: "ENABLED",
        },
      }),
    );
    this.capacityProvider = provider.name;
    this.registerOutputs({ capacityProvider: this.capacityProvider });
  }

  /** What the ECS agent may do; images, logs and secrets are reached with the roles of the tasks. */
  private profile(): InstanceProfile {
    const role = new Role(
      ...this.child("role", {
        description: "ECS agent of the instances",
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
        }),
      }),
    );
    const policy = new RolePolicy(
      ...this.child("policy", { role: role.name, policy: agentPolicy(this.args.clusterArn) }),
    );
    return new InstanceProfile(...this.child("profile", { role: role.name }, { dependsOn: [policy] }));
  }

  private template(guard: SecurityGroup, profile: InstanceProfile): LaunchTemplate {
    const { capacity, clusterName } = this.args;
    const tags = { ...this.args.tags, Name: this.componentName };
    return new LaunchTemplate(
      ...this.child("template", {
        description: "Instances that run the containers",
        // EC2 looks the image up whenever it starts an instance: a new image is no change of this template
        // (https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html).
        imageId: `resolve:ssm:${IMAGES[capacity.architecture]}`,
        instanceType: capacity.instanceType,
        ...(capacity.keyName !== undefined && { keyName: capacity.keyName }),
        iamInstanceProfile: { arn: profile.arn },
        vpcSecurityGroupIds: [guard.id],
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          {
            deviceName: ROOT_DEVICE,
            ebs: { volumeType: "gp3", volumeSize: ROOT_GB, encrypted: "true", deleteOnTermination: "true" },
          },
        ],
        userData: clusterName.apply(userData),
        tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
      }),
    );
  }

  private group(template: LaunchTemplate, guard: SecurityGroup): Group {
    const { capacity, subnetIds, ready } = this.args;
    const managed = { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true };
    return new Group(
      ...this.child(
        "group",
        {
          vpcZoneIdentifiers: subnetIds,
          minSize: capacity.size,
          maxSize: capacity.maxSize ?? 2 * capacity.size,
          // A version by number, so that a change of the template is a change of the group and replaces instances.
          launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
          instanceRefresh: {
            strategy: "Rolling",
            preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 200, scaleInProtectedInstances: "Refresh" },
          },
          protectFromScaleIn: true,
          // Protected instances would keep the group from being deleted (aws/containers-roadmap#2862).
          forceDelete: true,
          tags: [{ key: "Name", value: this.componentName, propagateAtLaunch: false }, managed],
        },
        // ECS decides how many instances there are.
        { dependsOn: [guard, ...ready], ignoreChanges: ["desiredCapacity"] },
      ),
    );
  }
}

/** What an instance is told at its start, in base64. */
function userData(cluster: string): string {
  const agent = [
    `ECS_CLUSTER=${cluster}`,
    // Tasks have roles of their own and no business with the instance's.
    "ECS_AWSVPC_BLOCK_IMDS=true",
    // Logs are written with the execution role of each task.
    "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true",
    // Images are named by digest: what is there already is the same.
    "ECS_IMAGE_PULL_BEHAVIOR=prefer-cached",
  ];
  const lines = ["#!/bin/sh", "cat >> /etc/ecs/ecs.config <<'END'", ...agent, "END", ""];
  return Buffer.from(lines.join("\n")).toString("base64");
}

/**
 * The agent's share of the managed policy AmazonEC2ContainerServiceforEC2Role, held to one cluster
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html).
 */
function agentPolicy(clusterArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["ecs:RegisterContainerInstance", "ecs:DeregisterContainerInstance", "ecs:Submit*"],
        Resource: clusterArn,
      },
      // Acts on an instance of the cluster, which has no name yet.
      {
        Effect: "Allow",
        Action: ["ecs:Poll", "ecs:StartTelemetrySession"],
        Resource: "*",
        Condition: { ArnEquals: { "ecs:cluster": clusterArn } },
      },
      // Names no cluster: it answers where the agent connects to.
      { Effect: "Allow", Action: ["ecs:DiscoverPollEndpoint"], Resource: "*" },
    ],
  });
}
